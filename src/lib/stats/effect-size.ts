import { mean, sampleStandardDeviation } from "simple-statistics";
import { logGamma } from "./gamma.js";
import { noncentralityInterval } from "./noncentral-t.js";
import { rank } from "./rank.js";
import { pairedDifferences } from "./t-test.js";

/** An effect size with the ends of its confidence interval. */
export interface EffectSize {
  value: number;
  low: number;
  high: number;
}

/**
 * Cohen's d of two independent samples: the difference of the means over the pooled standard deviation (n - 1), with the interval of
 * the noncentral t distribution (Cumming and Finch 2001).
 *
 * @param level - of the interval. Default: 0.95.
 * @throws RangeError where a sample has fewer than two values, or `level` is not between 0 and 1.
 * @example
 * cohenD([5, 6, 7], [3, 4, 5]).value; // 2
 */
export function cohenD(x: ArrayLike<number>, y: ArrayLike<number>, level = 0.95): EffectSize {
  checkSizes(level, x, y);
  const unit = Math.sqrt(1 / x.length + 1 / y.length);
  return scaled(pooledDifference(x, y), unit, x.length + y.length - 2, level);
}

/**
 * Hedges' g: Cohen's d times the factor that removes its bias, `Γ(df / 2) / (√(df / 2) Γ((df - 1) / 2))` (Hedges 1981); the interval is
 * d's times the same factor.
 *
 * @param level - of the interval. Default: 0.95.
 * @throws RangeError as {@link cohenD}.
 * @example
 * const { value, low, high } = hedgesG([3, 5, 4, 6], [1, 4, 3, 2]);
 */
export function hedgesG(x: ArrayLike<number>, y: ArrayLike<number>, level = 0.95): EffectSize {
  const { value, low, high } = cohenD(x, y, level);
  const df = x.length + y.length - 2;
  const factor = Math.exp(logGamma(df / 2) - logGamma((df - 1) / 2)) / Math.sqrt(df / 2);
  return { value: value * factor, low: low * factor, high: high * factor };
}

/**
 * Cohen's d of paired samples (d_z): the mean difference over the standard deviation of the differences, with the interval of the
 * noncentral t distribution.
 *
 * @param level - of the interval. Default: 0.95.
 * @throws RangeError where there are fewer than two pairs, lengths differ, or `level` is not between 0 and 1.
 * @example
 * const { value, low, high } = cohenDPaired([3, 5, 4, 6], [1, 4, 3, 2]);
 */
export function cohenDPaired(x: ArrayLike<number>, y: ArrayLike<number>, level = 0.95): EffectSize {
  const differences = pairedDifferences(x, y);
  checkSizes(level, differences);
  const value = standardizedMean(differences);
  return scaled(value, 1 / Math.sqrt(differences.length), differences.length - 1, level);
}

/**
 * Cohen's d of paired samples over the mean of both standard deviations (d_av), comparable with that of independent samples.
 *
 * @throws RangeError where there are fewer than two pairs or lengths differ.
 * @example
 * cohenDAverage([3, 4, 5], [1, 2, 3]); // 2
 */
export function cohenDAverage(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const differences = pairedDifferences(x, y);
  checkSizes(0.95, differences);
  const spread = (sampleStandardDeviation(Array.from(x)) + sampleStandardDeviation(Array.from(y))) / 2;
  return mean(differences) / spread;
}

/**
 * Glass' delta: the difference of the means over the standard deviation of y, the control.
 * @example
 * glassDelta([3, 4, 5], [1, 2, 3]); // 2
 */
export function glassDelta(x: ArrayLike<number>, control: ArrayLike<number>): number {
  checkSizes(0.95, x, control);
  return (mean(Array.from(x)) - mean(Array.from(control))) / sampleStandardDeviation(Array.from(control));
}

/**
 * Cliff's delta, `P(x > y) - P(x < y)` over all pairs of two independent samples.
 *
 * @throws RangeError where a sample is empty or has NaN.
 * @example
 * cliffsDelta([3, 4, 5], [1, 2, 3]); // 0.888888…
 */
export function cliffsDelta(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) throw new RangeError(`a sample is empty: x has ${n} values, y has ${m}`);
  const ranks = rank([...Array.from(x), ...Array.from(y)]);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += ranks[i]!;
  return (2 * (sum - (n * (n + 1)) / 2)) / (n * m) - 1;
}

/**
 * The rank-biserial correlation of paired samples, `(W+ - W-) / (W+ + W-)` of Wilcoxon's signed ranks, pairs without difference left
 * out (Kerby 2014).
 *
 * @returns 0 where no pair differs.
 * @throws RangeError where the lengths differ.
 * @example
 * rankBiserialPaired([3, 5, 4], [1, 4, 6]); // 0.166666…
 */
export function rankBiserialPaired(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const differences = pairedDifferences(x, y).filter((difference) => difference !== 0);
  const ranks = rank(differences.map(Math.abs));
  let balance = 0;
  let total = 0;
  ranks.forEach((r, i) => {
    balance += Math.sign(differences[i]!) * r;
    total += r;
  });
  return total === 0 ? 0 : balance / total;
}

/** The mean of values over their standard deviation (n - 1). */
export function standardizedMean(values: readonly number[]): number {
  return mean(values as number[]) / sampleStandardDeviation(values as number[]);
}

/** The difference of two samples' means over their pooled standard deviation (n - 1). */
export function pooledDifference(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [n, m] = [x.length, y.length];
  const spread = (values: ArrayLike<number>) => sampleStandardDeviation(Array.from(values)) ** 2;
  const pooled = Math.sqrt(((n - 1) * spread(x) + (m - 1) * spread(y)) / (n + m - 2));
  return (mean(Array.from(x)) - mean(Array.from(y))) / pooled;
}

function scaled(value: number, unit: number, df: number, level: number): EffectSize {
  if (!Number.isFinite(value)) return { value, low: NaN, high: NaN };
  const { low, high } = noncentralityInterval(value / unit, df, level);
  return { value, low: low * unit, high: high * unit };
}

function checkSizes(level: number, ...samples: ArrayLike<number>[]): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, not ${level}`);
  for (const { length } of samples) {
    if (length < 2) throw new RangeError(`an effect size needs at least two values a sample, not ${length}`);
  }
}
