import { types } from "node:util";
import type { MimeBundle } from "../protocol/messages.js";
import { shortNumber } from "./number.js";

/** Arrays of numbers that a summary is given for, where not all of their elements are shown. */
export type NumberArray = Exclude<NodeJS.TypedArray, BigInt64Array | BigUint64Array>;

const FIRST = 10;
const LAST = 3;

/** Elements that are looked at for the summary: some 20 ms of them. */
const MAX_SUMMARIZED = 20_000_000;

/** Whether a value is an array of numbers too long to be shown whole. */
export function isLongNumberArray(value: object): value is NumberArray {
  return (
    types.isTypedArray(value) &&
    !types.isBigInt64Array(value) &&
    !types.isBigUint64Array(value) &&
    !Buffer.isBuffer(value) &&
    value.length > 100
  );
}

/** The first and last elements, and what the numbers are like. */
export function numberArrayBundle(array: NumberArray): MimeBundle {
  const lines = [
    `${array[Symbol.toStringTag]}(${array.length}) [`,
    `  ${Array.from(array.subarray(0, FIRST), shortNumber).join(", ")},`,
    `  ... ${array.length - FIRST - LAST} more items,`,
    `  ${Array.from(array.subarray(-LAST), shortNumber).join(", ")}`,
    "]",
    ...summaryOf(array),
  ];
  return { data: { "text/plain": lines.join("\n") }, metadata: {} };
}

function summaryOf(array: NumberArray): string[] {
  if (array.length > MAX_SUMMARIZED) return [];
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let missing = 0;
  for (let i = 0; i < array.length; i++) {
    const x = array[i] as number;
    if (Number.isNaN(x)) missing += 1;
    else {
      if (x < min) min = x;
      if (x > max) max = x;
      sum += x;
    }
  }
  const count = array.length - missing;
  const parts =
    count === 0 ? [] : [`min ${shortNumber(min)}`, `max ${shortNumber(max)}`, `mean ${shortNumber(sum / count)}`];
  if (missing > 0) parts.push(`${missing} NaN`);
  return [parts.join(", ")];
}
