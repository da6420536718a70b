import { mean, sampleVariance } from "simple-statistics";
import { resultOf, type TestResult } from "./alternative.js";
import { logChiSquaredSf } from "./chi-squared.js";
import { quantile } from "./describe.js";
import { logFSf } from "./f-distribution.js";
import { rank, tieSizes } from "./rank.js";

/**
 * The Kruskal-Wallis test that independent samples come from one distribution, corrected for ties.
 *
 * @throws RangeError where there are fewer than two samples or one is empty.
 * @example
 * kruskalWallis([[1, 2, 3], [2, 4, 6]]).pValue;
 */
export function kruskalWallis(samples: readonly ArrayLike<number>[]): TestResult {
  checkSamples(samples, 1);
  const pooled = samples.flatMap((sample) => Array.from(sample));
  const n = pooled.length;
  const ranks = rank(pooled);
  let at = 0;
  let sum = 0;
  for (const sample of samples) {
    let rankSum = 0;
    for (let i = 0; i < sample.length; i++) rankSum += ranks[at++]!;
    sum += rankSum ** 2 / sample.length;
  }
  const ties = tieSizes(pooled).reduce((total, t) => total + t ** 3 - t, 0);
  const statistic = ((12 / (n * (n + 1))) * sum - 3 * (n + 1)) / (1 - ties / (n ** 3 - n));
  return resultOf(statistic, logChiSquaredSf(statistic, samples.length - 1));
}

/**
 * The one-way analysis of variance: the F test that independent samples have one mean.
 *
 * @throws RangeError where there are fewer than two samples or one is empty.
 * @example
 * oneWayAnova([[1, 2, 3], [2, 4, 6]]).pValue;
 */
export function oneWayAnova(samples: readonly ArrayLike<number>[]): TestResult {
  checkSamples(samples, 1);
  const pooled = samples.flatMap((sample) => Array.from(sample));
  const center = mean(pooled);
  let between = 0;
  let within = 0;
  for (const sample of samples) {
    const own = mean(Array.from(sample));
    between += sample.length * (own - center) ** 2;
    for (let i = 0; i < sample.length; i++) within += (sample[i]! - own) ** 2;
  }
  const [df1, df2] = [samples.length - 1, pooled.length - samples.length];
  const statistic = between / df1 / (within / df2);
  return resultOf(statistic, logFSf(statistic, df1, df2));
}

/**
 * The test of Brown and Forsythe (1974), also Levene's with medians, that independent samples have one variance.
 *
 * @throws RangeError where there are fewer than two samples or one is empty.
 * @example
 * levene([[1, 2, 3], [2, 4, 6]]).pValue;
 */
export function levene(samples: readonly ArrayLike<number>[]): TestResult {
  checkSamples(samples, 1);
  return oneWayAnova(
    samples.map((sample) => {
      const middle = quantile(sample, 0.5);
      return Array.from(sample, (value) => Math.abs(value - middle));
    }),
  );
}

/**
 * Bartlett's test that independent normal samples have one variance.
 *
 * @throws RangeError where there are fewer than two samples or one has fewer than two values.
 * @example
 * bartlett([[1, 2, 3], [2, 4, 6]]).pValue;
 */
export function bartlett(samples: readonly ArrayLike<number>[]): TestResult {
  checkSamples(samples, 2);
  const k = samples.length;
  const variances = samples.map((sample) => sampleVariance(Array.from(sample)));
  const dfs = samples.map((sample) => sample.length - 1);
  const df = dfs.reduce((sum, value) => sum + value, 0);
  const pooled = variances.reduce((sum, value, i) => sum + dfs[i]! * value, 0) / df;
  const logs = variances.reduce((sum, value, i) => sum + dfs[i]! * Math.log(value), 0);
  const reciprocals = dfs.reduce((sum, value) => sum + 1 / value, 0);
  const statistic = (df * Math.log(pooled) - logs) / (1 + (reciprocals - 1 / df) / (3 * (k - 1)));
  return resultOf(statistic, logChiSquaredSf(statistic, k - 1));
}

function checkSamples(samples: readonly ArrayLike<number>[], smallest: number): void {
  if (samples.length < 2) throw new RangeError(`at least two samples are compared, not ${samples.length}`);
  const short = samples.findIndex((sample) => sample.length < smallest);
  if (short >= 0) {
    throw new RangeError(`sample ${short} has ${samples[short]!.length} values; at least ${smallest} are needed`);
  }
}
