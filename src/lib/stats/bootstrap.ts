import { quantileSorted } from "simple-statistics";
import { resolveOptions } from "../options.js";
import { random } from "./random.js";

/** A value with the ends of its confidence interval. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/** Options of {@link bootstrapMean}. */
export interface BootstrapOptions {
  /** Share of the resampled means inside the interval. Default: 0.95. */
  level?: number;
  /** Number of resamples. Default: 2000. */
  resamples?: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * The mean of the values with its percentile bootstrap interval (Efron 1979): the values are drawn with replacement `resamples`
 * times, the ends are quantiles of the resampled means. Values that are NaN are left out.
 *
 * @returns NaN for all three where no value is left; both ends equal the mean where there is one.
 * @throws RangeError where `level` is not between 0 and 1 or `resamples` not a positive whole number.
 * @example
 * bootstrapMean([1, 2, 3], { seed: 1 }); // { mean: 2, low: …, high: … }
 */
export function bootstrapMean(values: ArrayLike<number>, options: BootstrapOptions = {}): Interval {
  const { level, resamples, seed } = resolveOptions<Required<BootstrapOptions>>("stats.bootstrapMean", options, {
    level: 0.95,
    resamples: 2000,
    seed: 0,
  });
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, not ${level}`);
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`resamples must be a positive whole number, not ${resamples}`);
  }
  const kept = Float64Array.from(Array.from(values).filter((value) => !Number.isNaN(value)));
  const n = kept.length;
  if (n === 0) return { mean: NaN, low: NaN, high: NaN };
  const stream = random(seed, "bootstrap");
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += kept[stream.integer(n)]!;
    means[resample] = sum / n;
  }
  const sorted = [...means.sort()];
  return {
    mean: kept.reduce((sum, value) => sum + value, 0) / n,
    low: quantileSorted(sorted, (1 - level) / 2),
    high: quantileSorted(sorted, (1 + level) / 2),
  };
}
