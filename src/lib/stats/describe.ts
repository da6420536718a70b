import { mean, medianSorted, sampleVariance, variance } from "simple-statistics";
import { tQuantile } from "./student-t.js";

/** What {@link describe} tells of a sample. */
export interface Description {
  n: number;
  mean: number;
  /** With n below the sum of squares. */
  populationVariance: number;
  /** With n - 1 below the sum of squares. */
  variance: number;
  /** Standard error of the mean. */
  standardError: number;
  median: number;
  /** Median absolute deviation from the median, not scaled. */
  mad: number;
  /** From the first to the third quartile. */
  interquartileRange: number;
  /** Third standardised moment. */
  skewness: number;
  /** Fourth standardised moment less 3. */
  kurtosis: number;
  /** Half the mean absolute difference of two values over the mean. */
  gini: number;
}

/**
 * The moments, quantiles and spread of a sample.
 *
 * @throws RangeError where there is no value.
 * @example
 * describe([1, 2, 3, 4]).median; // 2.5
 */
export function describe(values: ArrayLike<number>): Description {
  const sorted = sortedValues(values);
  const n = sorted.length;
  const center = mean(sorted);
  const populationVariance = variance(sorted);
  const sample = n > 1 ? sampleVariance(sorted) : NaN;
  let third = 0;
  let fourth = 0;
  let weighted = 0;
  sorted.forEach((value, i) => {
    third += (value - center) ** 3 / n;
    fourth += (value - center) ** 4 / n;
    weighted += (2 * i + 1 - n) * value;
  });
  const middle = medianSorted(sorted);
  return {
    n,
    mean: center,
    populationVariance,
    variance: sample,
    standardError: Math.sqrt(sample / n),
    median: middle,
    mad: medianSorted(sortedValues(sorted.map((value) => Math.abs(value - middle)))),
    interquartileRange: quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25),
    skewness: third / populationVariance ** 1.5,
    kurtosis: fourth / populationVariance ** 2 - 3,
    gini: weighted / (n * n * center),
  };
}

/**
 * A quantile by linear interpolation between the two nearest values, numpy's and R's default (type 7 of Hyndman and Fan 1996).
 *
 * @param p - from 0 to 1.
 * @throws RangeError where there is no value or `p` is out of range.
 * @example
 * quantile([1, 2, 3, 4], 0.5); // 2.5
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  return quantileOfSorted(sortedValues(values), p);
}

/** As {@link quantile}, of values in rising order. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile needs p from 0 to 1, not ${p}`);
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const value = sorted[low]!;
  return low === at ? value : value + (at - low) * (sorted[low + 1]! - value);
}

/**
 * The confidence interval of a mean by Student's t.
 *
 * @param level - between 0 and 1. Default: 0.95.
 * @throws RangeError where there are fewer than two values, or `level` is out of range.
 * @example
 * const { low, high } = meanInterval([1, 2, 3, 4], 0.95);
 */
export function meanInterval(values: ArrayLike<number>, level = 0.95): { low: number; high: number } {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, not ${level}`);
  if (values.length < 2) throw new RangeError(`an interval needs at least two values, not ${values.length}`);
  const { n, mean: center, standardError } = describe(values);
  const reach = tQuantile((1 + level) / 2, n - 1) * standardError;
  return { low: center - reach, high: center + reach };
}

/** The values in rising order. */
export function sortedValues(values: ArrayLike<number>): number[] {
  if (values.length === 0) throw new RangeError("there is no value to describe");
  return [...Float64Array.from(values).sort()];
}
