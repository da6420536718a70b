import { checkLengths, mse } from "./mse.js";

/**
 * Root mean squared error.
 *
 * @returns NaN for empty arrays.
 * @throws RangeError where the lengths differ.
 * @example
 * rmse([1, 2], [4, 6]); // 3.535533…
 */
export function rmse(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(mse(a, b));
}

/**
 * Mean absolute error.
 *
 * @returns NaN for empty arrays.
 * @throws RangeError where the lengths differ.
 * @example
 * mae([1, 2, 3], [1, 2, 6]); // 1
 */
export function mae(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLengths(a, b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
