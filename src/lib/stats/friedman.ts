import { type TestResult, resultOf } from "./alternative.js";
import { logChiSquaredSf } from "./chi-squared.js";
import { rank, tieSizes } from "./rank.js";
import { logStudentizedRangeSf } from "./studentized-range.js";

/** What Friedman's test found. */
export interface FriedmanResult extends TestResult {
  df: number;
  /** Mean rank of each treatment over the blocks; 1 is the smallest value. */
  meanRanks: Float64Array;
}

/**
 * Friedman's test that k treatments do not differ over n blocks (methods over data sets), corrected for ties.
 *
 * @param treatments - one list a treatment, of the same blocks in the same order.
 * @throws RangeError where there are fewer than two treatments, no block, or lists of unequal length.
 * @example
 * friedman([[0.9, 0.8, 0.7], [0.7, 0.6, 0.6], [0.5, 0.7, 0.4]]).pValue;
 */
export function friedman(treatments: readonly ArrayLike<number>[]): FriedmanResult {
  const { meanRanks, ties, blocks } = ranksWithinBlocks(treatments);
  const k = treatments.length;
  const center = (k + 1) / 2;
  const spread = meanRanks.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const correction = 1 - ties / (blocks * k * (k * k - 1));
  const statistic = (12 * blocks * spread) / (k * (k + 1)) / correction;
  return { ...resultOf(statistic, logChiSquaredSf(statistic, k - 1)), df: k - 1, meanRanks };
}

/** The comparison of two treatments by Nemenyi's test. */
export interface NemenyiPair extends TestResult {
  /** Positions of the two treatments. */
  a: number;
  b: number;
}

/** What Nemenyi's test found. */
export interface NemenyiResult {
  meanRanks: Float64Array;
  /** Every pair of treatments, its statistic the difference of mean ranks. */
  pairs: NemenyiPair[];
  /** The difference of mean ranks from which a pair differs at the level asked for. */
  criticalDifference: number;
}

/**
 * Nemenyi's test of all pairs of treatments after Friedman's: a difference of mean ranks over √(k (k + 1) / 12 n) follows the
 * studentised range of k values and infinite degrees of freedom (Nemenyi 1963; Demšar 2006).
 *
 * @param treatments - as of {@link friedman}.
 * @param alpha - level of the critical difference. Default: 0.05.
 * @throws RangeError as {@link friedman}, and where `alpha` is not between 0 and 1.
 * @example
 * const { criticalDifference } = nemenyi([[1, 2, 3], [2, 3, 4], [3, 4, 5]]);
 */
export function nemenyi(treatments: readonly ArrayLike<number>[], alpha = 0.05): NemenyiResult {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be between 0 and 1, not ${alpha}`);
  const { meanRanks, blocks } = ranksWithinBlocks(treatments);
  const k = treatments.length;
  const unit = Math.sqrt((k * (k + 1)) / (12 * blocks));
  const pairs: NemenyiPair[] = [];
  for (let a = 0; a < k; a++) {
    for (let b = a + 1; b < k; b++) {
      const difference = meanRanks[a]! - meanRanks[b]!;
      const logP = logStudentizedRangeSf(Math.abs(difference) / unit, k);
      pairs.push({ a, b, ...resultOf(difference, logP) });
    }
  }
  return { meanRanks, pairs, criticalDifference: unit * criticalRange(k, alpha) };
}

function criticalRange(k: number, alpha: number): number {
  let [low, high] = [0, 1];
  while (logStudentizedRangeSf(high, k) > Math.log(alpha)) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (logStudentizedRangeSf(middle, k) > Math.log(alpha)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function ranksWithinBlocks(treatments: readonly ArrayLike<number>[]) {
  const k = treatments.length;
  if (k < 2) throw new RangeError(`at least two treatments are compared, not ${k}`);
  const blocks = treatments[0]!.length;
  if (blocks === 0) throw new RangeError("there is no block to rank the treatments in");
  const unequal = treatments.findIndex((values) => values.length !== blocks);
  if (unequal >= 0) {
    throw new RangeError(
      `treatment ${unequal} has ${treatments[unequal]!.length} blocks, treatment 0 has ${blocks}; give each the same blocks`,
    );
  }
  const meanRanks = new Float64Array(k);
  let ties = 0;
  for (let block = 0; block < blocks; block++) {
    const values = treatments.map((treatment) => treatment[block]!);
    rank(values).forEach((value, treatment) => (meanRanks[treatment]! += value / blocks));
    for (const t of tieSizes(values)) ties += t ** 3 - t;
  }
  return { meanRanks, ties, blocks };
}
