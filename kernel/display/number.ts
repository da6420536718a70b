/** A number for a preview: six significant digits as pandas shows them, and two decimals of a larger one. */
export function shortNumber(x: number): string {
  if (!Number.isFinite(x) || Number.isInteger(x)) return String(x);
  const integerDigits = String(Math.trunc(Math.abs(x))).length;
  return String(Number(x.toPrecision(Math.max(6, integerDigits + 2))));
}
