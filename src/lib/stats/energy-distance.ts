/**
 * The energy distance of two samples, `sqrt(2 E|X - Y| - E|X - X'| - E|Y - Y'|)` (Székely and Rizzo 2013), as scipy: 0 exactly where the
 * samples have the same distribution. In one dimension it is `sqrt(2 ∫ (F - G)²)`, computed from the sorted values.
 *
 * @throws RangeError where a sample is empty or has NaN.
 * @example
 * energyDistance([0], [2]); // 2
 */
export function energyDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [a, b] = [Float64Array.from(x).sort(), Float64Array.from(y).sort()];
  if (a.length === 0 || b.length === 0) throw new RangeError("an energy distance needs values in both samples");
  // Typed arrays sort NaN to the end.
  if (Number.isNaN(a.at(-1)) || Number.isNaN(b.at(-1))) throw new RangeError("the samples have NaN; leave them out");
  let integral = 0;
  let last = Math.min(a[0]!, b[0]!);
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const next = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    integral += (i / a.length - j / b.length) ** 2 * (next - last);
    while (a[i] === next) i++;
    while (b[j] === next) j++;
    last = next;
  }
  return Math.sqrt(2 * integral);
}
