import { logBetaRegularized } from "./beta.js";

/**
 * The logarithm of the upper tail of Fisher's F distribution; it does not underflow.
 *
 * @param df1 - degrees of freedom of the numerator, positive.
 * @param df2 - of the denominator, positive.
 * @example
 * logFSf(5000, 3, 500); // -855.630…
 */
export function logFSf(f: number, df1: number, df2: number): number {
  if (f <= 0) return 0;
  if (f === Infinity) return -Infinity;
  const sum = df2 + df1 * f;
  return logBetaRegularized(df2 / 2, df1 / 2, df2 / sum, (df1 * f) / sum);
}
