import { checkLengths } from "./mse.js";

/**
 * Pearson's correlation, in two passes and float64.
 *
 * @returns NaN where one of the arrays is constant or has fewer than two values, as scipy.
 * @throws RangeError where the lengths differ.
 * @example
 * pearson([1, 2, 3, 4], [1, 3, 2, 4]); // 0.8
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLengths(a, b);
  const n = a.length;
  let meanA = 0;
  let meanB = 0;
  for (let i = 0; i < n; i++) {
    meanA += a[i]!;
    meanB += b[i]!;
  }
  meanA /= n;
  meanB /= n;
  let productSum = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < n; i++) {
    const x = a[i]! - meanA;
    const y = b[i]! - meanB;
    productSum += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  // A constant array leaves rounding errors, not zero: a spread below the rounding of the mean is none.
  if (squaresA <= n * (Number.EPSILON * meanA) ** 2 || squaresB <= n * (Number.EPSILON * meanB) ** 2) return NaN;
  return Math.max(-1, Math.min(1, productSum / Math.sqrt(squaresA) / Math.sqrt(squaresB)));
}
