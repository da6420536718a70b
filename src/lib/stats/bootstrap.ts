import { quantileSorted } from "simple-statistics";
import { resolveOptions } from "../options.js";
import { quantileOfSorted } from "./describe.js";
import { normalQuantile, normalSf } from "./normal.js";
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

/** Options of {@link bootstrap}. */
export interface BootstrapIntervalOptions extends BootstrapOptions {
  /**
   * How the interval is read off the resampled statistics: their quantiles ("percentile"), those mirrored at the estimate ("basic"),
   * or quantiles corrected for bias and skewness ("bca", Efron 1987). Default: "bca".
   */
  method?: "percentile" | "basic" | "bca";
  /** The rows of every resample, resamples × rows, in place of drawn ones. Default: drawn. */
  draws?: Int32Array;
}

/** What {@link bootstrap} found. */
export interface BootstrapResult {
  estimate: number;
  low: number;
  high: number;
  /** Standard deviation (n - 1) of the resampled statistics. */
  standardError: number;
  /** The statistic of every resample. */
  statistics: Float64Array;
}

/**
 * The bootstrap interval of any statistic of rows: the rows are drawn with replacement, and the statistic is computed of the rows
 * drawn. A statistic of several columns (a paired difference, a correlation) takes the same rows of each.
 *
 * @param n - number of rows.
 * @param statistic - of the rows whose positions it is given, in the order given; may not keep the list.
 * @returns ends of NaN where "bca" has no spread to correct (every resample, or every statistic without one row, is the same).
 * @throws RangeError where `n` is below 2, the draws do not fit, or an option is out of range.
 * @example
 * const x = [1, 2, 4, 8];
 * bootstrap(4, (rows) => rows.reduce((sum, i) => sum + x[i], 0) / rows.length, { method: "percentile" });
 */
export function bootstrap(
  n: number,
  statistic: (rows: Int32Array) => number,
  options: BootstrapIntervalOptions = {},
): BootstrapResult {
  const { level, resamples, seed, method, draws } = resolveOptions<
    Required<Omit<BootstrapIntervalOptions, "draws">> & { draws?: Int32Array }
  >("stats.bootstrap", options, { level: 0.95, resamples: 2000, seed: 0, method: "bca", draws: undefined });
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, not ${level}`);
  if (!["percentile", "basic", "bca"].includes(method)) {
    throw new RangeError(`method "${String(method)}" is not known; use "percentile", "basic" or "bca"`);
  }
  if (!Number.isInteger(n) || n < 2) throw new RangeError(`a bootstrap needs at least 2 rows, not ${n}`);
  const count = draws ? draws.length / n : resamples;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      draws
        ? `draws has ${draws.length} values, not a multiple of ${n} rows`
        : `resamples must be a positive whole number, not ${resamples}`,
    );
  }
  const stream = random(seed, "bootstrap");
  const rows = new Int32Array(n);
  const statistics = new Float64Array(count);
  for (let resample = 0; resample < count; resample++) {
    if (draws) rows.set(draws.subarray(resample * n, (resample + 1) * n));
    else for (let i = 0; i < n; i++) rows[i] = stream.integer(n);
    statistics[resample] = statistic(rows);
  }
  const estimate = statistic(Int32Array.from({ length: n }, (_, i) => i));
  const sorted = statistics.slice().sort();
  const center = statistics.reduce((sum, value) => sum + value, 0) / count;
  const squares = statistics.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const [lowShare, highShare] =
    method === "bca" ? bcaShares(estimate, sorted, n, statistic, level) : [(1 - level) / 2, (1 + level) / 2];
  const ends = [lowShare, highShare].map((share) => (Number.isNaN(share) ? NaN : quantileOfSorted(sorted, share)));
  const [low, high] = method === "basic" ? [2 * estimate - ends[1]!, 2 * estimate - ends[0]!] : [ends[0]!, ends[1]!];
  return { estimate, low, high, standardError: Math.sqrt(squares / (count - 1)), statistics };
}

/** The shares of the resampled statistics at which the ends lie: bias from their median, acceleration from the jackknife. */
function bcaShares(
  estimate: number,
  sorted: Float64Array,
  n: number,
  statistic: (rows: Int32Array) => number,
  level: number,
): [number, number] {
  let below = 0;
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const bias = normalQuantile(below / sorted.length);
  const others = Int32Array.from({ length: n - 1 }, (_, i) => i + 1);
  const jackknife = new Float64Array(n);
  for (let left = 0; left < n; left++) {
    // All rows but one: leaving out the next moves one position.
    if (left > 0) others[left - 1] = left - 1;
    jackknife[left] = statistic(others);
  }
  const center = jackknife.reduce((sum, value) => sum + value, 0) / n;
  let [squares, cubes] = [0, 0];
  for (const value of jackknife) {
    squares += (center - value) ** 2;
    cubes += (center - value) ** 3;
  }
  const acceleration = cubes / (6 * squares ** 1.5);
  const share = (p: number) => {
    const z = bias + normalQuantile(p);
    return 1 - normalSf(bias + z / (1 - acceleration * z));
  };
  return [share((1 - level) / 2), share((1 + level) / 2)];
}
