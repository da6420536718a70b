import { pearson } from "../metrics/pearson.js";
import { resultOf, symmetricTest, type TestResult } from "./alternative.js";
import { logBetaRegularized } from "./beta.js";
import { logNormalSf } from "./normal.js";
import { rank, tieSizes } from "./rank.js";
import { logTSf } from "./student-t.js";
import { pairedDifferences } from "./t-test.js";

/**
 * Pearson's correlation with the two-sided p value of no correlation: (1 + r) / 2 of independent normal samples follows the beta
 * distribution with both parameters n / 2 - 1 (Student 1908).
 *
 * @returns NaN where a sample is constant or there are fewer than three pairs.
 * @throws RangeError where the lengths differ.
 * @example
 * const { statistic, pValue } = pearsonTest([1, 2, 3, 4], [1, 3, 2, 4]);
 */
export function pearsonTest(x: ArrayLike<number>, y: ArrayLike<number>): TestResult {
  const n = x.length;
  if (n < 3 || Number.isNaN(pearson(x, y))) return { statistic: pearson(x, y), pValue: NaN, logPValue: NaN };
  const [a, b] = [unitDeviations(x), unitDeviations(y)];
  let r = 0;
  for (let i = 0; i < a.length; i++) r += a[i]! * b[i]!;
  const upper = Math.min(1, (1 + Math.abs(r)) / 2);
  const logP = Math.LN2 + logBetaRegularized(n / 2 - 1, n / 2 - 1, 1 - upper, upper);
  return resultOf(Math.max(-1, Math.min(1, r)), Math.min(0, logP));
}

/**
 * Spearman's correlation, Pearson's of the average ranks, with its two-sided p value from Student's t.
 *
 * @returns NaN where a sample is constant or there are fewer than three pairs.
 * @throws RangeError where the lengths differ or a value is NaN.
 * @example
 * spearmanTest([1, 2, 3, 4], [1, 3, 2, 4]).statistic; // 0.8
 */
export function spearmanTest(x: ArrayLike<number>, y: ArrayLike<number>): TestResult {
  pairedDifferences(x, y);
  const [a, b] = [rank(x), rank(y)];
  const [spreadA, spreadB] = [standardDeviation(a), standardDeviation(b)];
  if (spreadA === 0 || spreadB === 0) return correlationTest(NaN, a.length);
  const center = (a.length + 1) / 2;
  let products = 0;
  for (let i = 0; i < a.length; i++) products += (a[i]! - center) * (b[i]! - center);
  const r = products / (a.length - 1) / spreadA / spreadB;
  return correlationTest(Math.max(-1, Math.min(1, r)), a.length);
}

/**
 * Kendall's tau-b with its two-sided p value: exact for up to 33 pairs without ties, else by the normal approximation with its
 * variance corrected for ties (Kendall 1970). Compares all pairs: n² / 2 steps.
 *
 * @returns NaN where a sample is constant.
 * @throws RangeError where the lengths differ.
 * @example
 * kendallTest([1, 2, 3, 4], [1, 3, 2, 4]).statistic;
 */
export function kendallTest(x: ArrayLike<number>, y: ArrayLike<number>): TestResult {
  const n = pairedDifferences(x, y).length;
  let concordant = 0;
  let discordant = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const sign = Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
      if (sign > 0) concordant++;
      else if (sign < 0) discordant++;
    }
  }
  const [tiesX, tiesY] = [tieSizes(x), tieSizes(y)];
  const total = (n * (n - 1)) / 2;
  const pairsX = tiesX.reduce((sum, t) => sum + (t * (t - 1)) / 2, 0);
  const pairsY = tiesY.reduce((sum, t) => sum + (t * (t - 1)) / 2, 0);
  const difference = concordant - discordant;
  const tau = difference / Math.sqrt(total - pairsX) / Math.sqrt(total - pairsY);
  if (pairsX === 0 && pairsY === 0 && (n <= 33 || Math.min(discordant, total - discordant) <= 1)) {
    return resultOf(tau, Math.log(exactKendall(n, Math.min(discordant, total - discordant))));
  }
  const triples = (ties: number[]) => ties.reduce((sum, t) => sum + t * (t - 1) * (t - 2), 0);
  const weighted = (ties: number[]) => ties.reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
  const m = n * (n - 1);
  const variance =
    (m * (2 * n + 5) - weighted(tiesX) - weighted(tiesY)) / 18 +
    (2 * pairsX * pairsY) / m +
    (triples(tiesX) * triples(tiesY)) / (9 * m * (n - 2));
  return { ...symmetricTest(difference / Math.sqrt(variance), "two-sided", logNormalSf), statistic: tau };
}

/** The deviations from the mean, scaled to length 1 by way of the largest, so that no square overflows. */
function unitDeviations(values: ArrayLike<number>): Float64Array {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]!;
  mean /= values.length;
  const deviations = Float64Array.from(values, (value) => value - mean);
  const largest = deviations.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const norm = largest * Math.sqrt(deviations.reduce((sum, value) => sum + (value / largest) ** 2, 0));
  return deviations.map((value) => value / norm);
}

/** Of ranks, whose mean is known. */
function standardDeviation(ranks: Float64Array): number {
  const center = (ranks.length + 1) / 2;
  return Math.sqrt(ranks.reduce((sum, value) => sum + (value - center) ** 2, 0) / (ranks.length - 1));
}

function correlationTest(r: number, n: number): TestResult {
  if (n < 3) return { statistic: r, pValue: NaN, logPValue: NaN };
  const t = r * Math.sqrt((n - 2) / ((1 - r) * (1 + r)));
  return { ...symmetricTest(t, "two-sided", (value) => logTSf(value, n - 2)), statistic: r };
}

/** Twice the probability that a random order of n values has at most so many inversions. */
function exactKendall(n: number, inversions: number): number {
  if (4 * inversions === n * (n - 1)) return 1;
  let probabilities = new Float64Array(inversions + 1);
  probabilities[0] = 1;
  for (let size = 2; size <= n; size++) {
    // The size-th value makes 0..size - 1 inversions, each equally likely.
    const next = new Float64Array(inversions + 1);
    for (let total = 0; total <= inversions; total++) {
      for (let own = 0; own < Math.min(size, total + 1); own++) next[total]! += probabilities[total - own]! / size;
    }
    probabilities = next;
  }
  return Math.min(1, 2 * probabilities.reduce((sum, value) => sum + value, 0));
}
