import { Frame } from "./frame.js";
import { joinColumns } from "./join-columns.js";

/**
 * Tables with the same columns, one below the other; categories are united.
 *
 * @throws RangeError where a table lacks a column of the first.
 */
export function stackFrames(frames: readonly Frame[]): Frame {
  const stacked = new Frame(frames.flatMap(({ index }) => index));
  for (const name of frames[0]?.columns ?? []) stacked.set(name, joinColumns(frames.map((frame) => frame.get(name))));
  return stacked;
}
