import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";

/** The values of all whole lines of a file, none where there is no file: a line is whole when its end is there. */
export const readJsonLines = <Value>(path: string): Value[] => {
  if (!existsSync(path)) return [];
  const lines = wholeLines(readFileSync(path)).toString("utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Value);
};

/** Cuts off what is left of a line that was not written to its end, so that the next begins where it should. */
export const mendJsonLines = (path: string): void => {
  if (existsSync(path)) truncateSync(path, wholeLines(readFileSync(path)).length);
};

/** Writes a line, and returns once it is on the disk. */
export const appendJsonLine = (path: string, value: unknown): void => {
  const file = openSync(path, "a");
  try {
    writeSync(file, `${JSON.stringify(value)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const wholeLines = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
