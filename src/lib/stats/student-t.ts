import { logBetaRegularized } from "./beta.js";
import { findRoot } from "./find-root.js";
import { logComplement } from "./gamma.js";
import { logNormalSf, normalQuantile } from "./normal.js";

/**
 * The logarithm of the two-sided p value of Student's t, `ln P(|T| > |t|)`; it does not underflow.
 *
 * @param df - degrees of freedom, positive; infinite ones give the normal distribution.
 * @example
 * logTwoSidedT(120, 50000); // -6332.15…, where p itself is 0 in float64
 */
export function logTwoSidedT(t: number, df: number): number {
  if (df === Infinity) return Math.min(0, Math.LN2 + logNormalSf(Math.abs(t)));
  const square = t * t;
  if (square === Infinity) return -Infinity;
  return logBetaRegularized(df / 2, 0.5, df / (df + square), square / (df + square));
}

/**
 * The logarithm of the upper tail of Student's t, `ln P(T > t)`.
 * @example
 * logTSf(0, 5); // -0.69314…
 */
export function logTSf(t: number, df: number): number {
  const half = logTwoSidedT(t, df) - Math.LN2;
  return t >= 0 ? half : logComplement(half);
}

/**
 * The quantile of Student's t distribution: the t with `P(T < t) = p`.
 *
 * @returns -Infinity and Infinity for 0 and 1, NaN outside.
 * @example
 * tQuantile(0.975, 10); // 2.228138…
 */
export function tQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return NaN;
  if (p === 0.5) return 0;
  const [tail, sign] = p < 0.5 ? [p, -1] : [1 - p, 1];
  if (tail === 0) return sign * Infinity;
  const logTail = Math.log(tail);
  let high = Math.max(1, Math.abs(normalQuantile(tail)));
  while (logTSf(high, df) > logTail) high *= 2;
  return sign * findRoot((t) => logTSf(t, df) - logTail, 0, high);
}
