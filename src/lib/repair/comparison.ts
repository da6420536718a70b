import { mean } from "simple-statistics";
import { resolveOptions } from "../options.js";
import { bootstrap } from "../stats/bootstrap.js";
import { type EffectSize, pooledDifference, standardizedMean } from "../stats/effect-size.js";
import { pairedTTest, type TTestResult } from "../stats/t-test.js";
import { wilcoxonSignedRank, type WilcoxonSignedRankResult } from "../stats/wilcoxon-signed-rank.js";
import { centredInterval } from "./scores/centred-interval.js";

/** Options of {@link comparePaired}. */
export interface ComparePairedOptions {
  /** Resamples for the intervals of the effect sizes. Default: 1000. */
  readonly resamples?: number;
  /** Default: 0. */
  readonly seed?: number;
}

/** Two methods compared on the same cells. */
export interface PairedComparison {
  /** Cells for which both have a value. */
  readonly n: number;
  readonly meanA: number;
  readonly meanB: number;
  /** Of the differences a - b, with their mean and its interval. */
  readonly tTest: TTestResult;
  readonly wilcoxon: WilcoxonSignedRankResult;
  /** Mean difference over the standard deviation of the differences, with its bootstrap interval. */
  readonly dPaired: EffectSize;
  /** Mean difference over the pooled standard deviation of both: what a study of independent samples would report. */
  readonly dPooled: EffectSize;
}

/**
 * Compares one measure of two methods cell by cell: paired t test, Wilcoxon's signed ranks, and both of Cohen's d, which are
 * mistaken for each other easily, with percentile bootstrap intervals over cells. Cells where a value is NaN are left out.
 *
 * @throws RangeError where the lists differ in length or fewer than two cells are left.
 * @example
 * const { meanA, meanB, tTest } = repair.comparePaired([3, 5, 4, 6, 5], [1, 4, 3, 2, 3]);
 */
export function comparePaired(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: ComparePairedOptions = {},
): PairedComparison {
  const { resamples, seed } = resolveOptions("repair.comparePaired", options, { resamples: 1000, seed: 0 });
  if (a.length !== b.length) throw new RangeError(`the methods have ${a.length} and ${b.length} cells`);
  const kept = Array.from(a, (_, i) => i).filter((i) => !Number.isNaN(a[i]!) && !Number.isNaN(b[i]!));
  if (kept.length < 2) throw new RangeError(`${kept.length} cells have a value of both methods; two are needed`);
  const x = kept.map((i) => a[i]!);
  const y = kept.map((i) => b[i]!);
  const at = (rows: Int32Array, values: readonly number[]) => Array.from(rows, (row) => values[row]!);
  const effect = (statistic: (rows: Int32Array) => number): EffectSize => {
    const { estimate, low, high } = bootstrap(x.length, statistic, { resamples, seed, method: "percentile" });
    return { value: estimate, low, high };
  };
  const differences = x.map((value, i) => value - y[i]!);
  return {
    n: x.length,
    meanA: mean(x),
    meanB: mean(y),
    tTest: pairedTTest(x, y),
    wilcoxon: wilcoxonSignedRank(x, y),
    dPaired: effect((rows) => standardizedMean(at(rows, differences))),
    dPooled: effect((rows) => pooledDifference(at(rows, x), at(rows, y))),
  };
}

/** A score of all test cells together, with its value in every draw of them. */
export interface DrawnScore {
  readonly value: number;
  readonly draws: ArrayLike<number>;
}

/**
 * The difference a - b of a score of all test cells together, such as preserved differential genes, with its 95 % interval: a paired
 * bootstrap, in which both methods were scored on the same draws of cells.
 *
 * @throws RangeError where the draws differ in number.
 * @example
 * repair.compareDrawn({ value: 0.8, draws: [0.79, 0.82] }, { value: 0.7, draws: [0.7, 0.69] }).difference; // 0.1
 */
export function compareDrawn(a: DrawnScore, b: DrawnScore): { difference: number; low: number; high: number } {
  if (a.draws.length !== b.draws.length) {
    throw new RangeError(`the methods were scored in ${a.draws.length} and ${b.draws.length} draws`);
  }
  const difference = a.value - b.value;
  return {
    difference,
    ...centredInterval(
      difference,
      Float64Array.from(a.draws, (draw, k) => draw - b.draws[k]!),
    ),
  };
}
