/** Place of a cursor as TypeScript counts it, in UTF-16 units, from a count of Unicode code points as the protocol has it. */
export function offsetOf(code: string, codePoints: number): number {
  let offset = 0;
  for (let i = 0; i < codePoints && offset < code.length; i++)
    offset += (code.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
}

/** The number of Unicode code points before a place that is counted in UTF-16 units. */
export function codePointsBefore(code: string, offset: number): number {
  return [...code.slice(0, offset)].length;
}
