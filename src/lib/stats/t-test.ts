import { mean, sampleVariance } from "simple-statistics";
import { resolveOptions } from "../options.js";
import { type Alternative, checkAlternative, symmetricTest, type TestResult } from "./alternative.js";
import { logTSf, tQuantile } from "./student-t.js";

/** Options of {@link pairedTTest}. */
export interface PairedTTestOptions {
  /** Default: "two-sided". */
  alternative?: Alternative;
  /** Of the confidence interval. Default: 0.95. */
  level?: number;
}

/** Options of {@link tTest}. */
export interface TTestOptions extends PairedTTestOptions {
  /** Pool the variances (Student's test); otherwise each sample keeps its own (Welch's test). Default: false. */
  equalVariance?: boolean;
}

/** What a t test found. */
export interface TTestResult extends TestResult {
  df: number;
  /** The difference of the means, x less y. */
  difference: number;
  /** Two-sided confidence interval of the difference. */
  low: number;
  high: number;
}

/**
 * The t test of two independent samples: Welch's, or Student's where the variances are taken as equal.
 *
 * @returns NaN where a sample has fewer than two values, or both are constant and equal.
 * @throws RangeError for an unknown alternative or a level out of range.
 * @example
 * tTest([5.1, 4.9, 5.6], [6.1, 6.0, 5.8]).pValue;
 */
export function tTest(x: ArrayLike<number>, y: ArrayLike<number>, options: TTestOptions = {}): TTestResult {
  const { equalVariance, alternative, level } = resolveOptions<Required<TTestOptions>>("stats.tTest", options, {
    equalVariance: false,
    alternative: "two-sided",
    level: 0.95,
  });
  check("stats.tTest", alternative, level);
  if (x.length < 2 || y.length < 2) return NOTHING;
  const [n, m] = [x.length, y.length];
  const difference = mean(Array.from(x)) - mean(Array.from(y));
  const [varianceX, varianceY] = [sampleVariance(Array.from(x)), sampleVariance(Array.from(y))];
  if (equalVariance) {
    const df = n + m - 2;
    const pooled = ((n - 1) * varianceX + (m - 1) * varianceY) / df;
    return tTestOf(difference, Math.sqrt(pooled * (1 / n + 1 / m)), df, alternative, level);
  }
  const [partX, partY] = [varianceX / n, varianceY / m];
  // Without any spread the degrees of freedom are 0 / 0, and do not matter.
  const df = (partX + partY) ** 2 / (partX ** 2 / (n - 1) + partY ** 2 / (m - 1)) || 1;
  return tTestOf(difference, Math.sqrt(partX + partY), df, alternative, level);
}

/**
 * The paired t test, of the differences `x[i] - y[i]`.
 *
 * @returns NaN where there are fewer than two pairs, or every difference is 0.
 * @throws RangeError where the lengths differ, for an unknown alternative or a level out of range.
 * @example
 * pairedTTest([5.1, 4.9, 5.6], [6.1, 6.0, 5.8]).pValue;
 */
export function pairedTTest(x: ArrayLike<number>, y: ArrayLike<number>, options: PairedTTestOptions = {}): TTestResult {
  const { alternative, level } = resolveOptions<Required<PairedTTestOptions>>("stats.pairedTTest", options, {
    alternative: "two-sided",
    level: 0.95,
  });
  check("stats.pairedTTest", alternative, level);
  const differences = pairedDifferences(x, y);
  const n = differences.length;
  if (n < 2) return NOTHING;
  return tTestOf(mean(differences), Math.sqrt(sampleVariance(differences) / n), n - 1, alternative, level);
}

/**
 * The differences of two samples, pair by pair.
 *
 * @throws RangeError where the lengths differ.
 */
export function pairedDifferences(x: ArrayLike<number>, y: ArrayLike<number>): number[] {
  if (x.length !== y.length) {
    throw new RangeError(`paired samples have one length; these have ${x.length} and ${y.length} values`);
  }
  return Array.from(x, (value, i) => value - y[i]!);
}

const NOTHING: TTestResult = {
  statistic: NaN,
  pValue: NaN,
  logPValue: NaN,
  df: NaN,
  difference: NaN,
  low: NaN,
  high: NaN,
};

function check(test: string, alternative: Alternative, level: number): void {
  checkAlternative(test, alternative);
  if (!(level > 0 && level < 1)) throw new RangeError(`${test}: level must be between 0 and 1, not ${level}`);
}

function tTestOf(
  difference: number,
  standardError: number,
  df: number,
  alternative: Alternative,
  level: number,
): TTestResult {
  const reach = tQuantile((1 + level) / 2, df) * standardError;
  return {
    ...symmetricTest(difference / standardError, alternative, (t) => logTSf(t, df)),
    df,
    difference,
    low: difference - reach,
    high: difference + reach,
  };
}
