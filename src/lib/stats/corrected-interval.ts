import { mean as meanOf, sampleStandardDeviation } from "simple-statistics";
import { tQuantile } from "./student-t.js";

/** Mean and spread of results over repeated random splits. */
export interface CorrectedInterval {
  mean: number;
  /** Standard deviation (n - 1) over the splits; NaN for one. */
  sd: number;
  low: number;
  high: number;
}

/**
 * The mean of results over repeated random splits of one data set, with an interval that allows for the overlap of their
 * training sets: the variance of the mean is `(1 / n + test / train) · s²` instead of `s² / n`, with Student's t of n - 1 degrees of
 * freedom (Nadeau and Bengio 2003, the corrected resampled t test). Values that are NaN are left out.
 *
 * @param values - one result a split.
 * @param testOverTrain - size of the test sets over that of the training sets.
 * @param level - of the interval. Default: 0.95.
 * @returns ends of NaN for fewer than two splits.
 * @throws RangeError where the ratio is negative or `level` not between 0 and 1.
 * @example
 * correctedInterval([0.71, 0.73, 0.7], 0.2 / 0.7);
 */
export function correctedInterval(values: ArrayLike<number>, testOverTrain: number, level = 0.95): CorrectedInterval {
  if (!(testOverTrain >= 0)) throw new RangeError(`testOverTrain must be at least 0, not ${testOverTrain}`);
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, not ${level}`);
  const kept = Array.from(values).filter((value) => !Number.isNaN(value));
  const n = kept.length;
  if (n === 0) return { mean: NaN, sd: NaN, low: NaN, high: NaN };
  const mean = meanOf(kept);
  if (n === 1) return { mean, sd: NaN, low: NaN, high: NaN };
  const sd = sampleStandardDeviation(kept);
  const reach = tQuantile((1 + level) / 2, n - 1) * sd * Math.sqrt(1 / n + testOverTrain);
  return { mean, sd, low: mean - reach, high: mean + reach };
}
