/**
 * Mean squared error, `mean((a - b)²)`.
 *
 * @returns NaN for empty arrays.
 * @throws RangeError where the lengths differ.
 * @example
 * mse([1, 2, 3], [1, 2, 5]); // 1.333333…
 */
export function mse(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLengths(a, b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/**
 * Throws where two arrays that are compared entry by entry have different lengths.
 *
 * @throws RangeError naming both lengths.
 */
export function checkLengths(a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length !== b.length) throw new RangeError(`the arrays compared have ${a.length} and ${b.length} values`);
}
