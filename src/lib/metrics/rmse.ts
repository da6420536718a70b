import { checkLengths, mse } from "./mse.js";

/**
 * Root mean squared error.
 *
 * @returns NaN for empty arrays.
 * @throws RangeError where the lengths differ.
 */
export function rmse(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(mse(a, b));
}

/**
 * Mean absolute error.
 *
 * @returns NaN for empty arrays.
 * @throws RangeError where the lengths differ.
 */
export function mae(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLengths(a, b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
