import { findRoot } from "./find-root.js";
import { logIncompleteGamma } from "./gamma.js";

/**
 * The logarithm of the upper tail of the chi-squared distribution; it does not underflow.
 *
 * @param df - degrees of freedom, positive.
 * @example
 * logChiSquaredSf(2000, 1); // -1004.02…
 */
export function logChiSquaredSf(x: number, df: number): number {
  return x <= 0 ? 0 : logIncompleteGamma(df / 2, x / 2).logUpper;
}

/**
 * The quantile of the chi-squared distribution: the x with `P(X < x) = p`.
 *
 * @returns 0 and Infinity for 0 and 1, NaN outside.
 * @example
 * chiSquaredQuantile(0.95, 1); // 3.841458…
 */
export function chiSquaredQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return NaN;
  if (p === 0) return 0;
  if (p === 1) return Infinity;
  // The smaller tail carries the digits; the root is sought on the logarithm of x, which spans all sizes.
  const excess =
    p < 0.5
      ? (logX: number) => logIncompleteGamma(df / 2, Math.exp(logX) / 2).logLower - Math.log(p)
      : (logX: number) => Math.log(1 - p) - logIncompleteGamma(df / 2, Math.exp(logX) / 2).logUpper;
  let [low, high] = [Math.log(df) - 1, Math.log(df) + 1];
  while (excess(low) > 0) low -= 2 * (high - low);
  while (excess(high) < 0) high += 1;
  return Math.exp(findRoot(excess, low, high));
}
