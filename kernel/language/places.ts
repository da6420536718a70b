import type { Fault } from "./compiled-cell.js";

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/g;

/** Line and column, one-based, of a place that is counted in UTF-16 units. */
export function placeOf(code: string, offset: number, length: number): Pick<Fault, "line" | "column" | "length"> {
  const starts = lineStarts(code.slice(0, offset));
  return { line: starts.length, column: offset - (starts.at(-1) ?? 0) + 1, length };
}

/** Where a fault stands in the text, in UTF-16 units; no end is past the text's. */
export function rangeOf(code: string, { line, column, length }: Pick<Fault, "line" | "column" | "length">) {
  const from = Math.min(code.length, (lineStarts(code)[line - 1] ?? code.length) + column - 1);
  return { from, to: Math.min(code.length, from + length) };
}

const lineStarts = (code: string): number[] => [
  0,
  ...[...code.matchAll(LINE_BREAK)].map(({ index, 0: lineBreak }) => index + lineBreak.length),
];
