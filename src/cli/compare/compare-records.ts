import { compareDrawn, comparePaired } from "../../lib/repair/index.js";
import { adjustLogP, bootstrap, correctedInterval } from "../../lib/stats/index.js";
import type { RunCells, RunRecord } from "../evaluate/record.js";
import { grouped } from "../evaluate/result-tables.js";
import { CELL_METRICS, directionOf, SET_METRICS } from "./metrics.js";

/** The baseline against one method on a set, under a severity, by a metric; differences are baseline minus method. */
export interface Difference {
  readonly set: string;
  readonly severity: string;
  readonly metric: string;
  readonly method: string;
  readonly label: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Of the baseline, as far as the interval (or the adjusted p value) can tell. */
  readonly verdict: Verdict;
}

export type Verdict = "better" | "worse" | "no difference" | typeof TOO_FEW_CELLS;

/** In place of a verdict where a set has fewer than {@link FEWEST_TEST_CELLS} test cells. */
export const TOO_FEW_CELLS = "too few cells";
export const FEWEST_TEST_CELLS = 200;

/** A comparison cell by cell. */
export interface CellDifference extends Difference {
  readonly n: number;
  readonly wilcoxonP: number;
  readonly wilcoxonHolm: number;
  readonly tP: number;
  readonly tHolm: number;
  readonly dPaired: Effect;
  readonly dPooled: Effect;
  /**
   * Interval of the difference where whole cell types are drawn anew instead of cells: cells of one type are alike, so that they are
   * fewer independent observations than there are cells. NaN for fewer than two types.
   */
  readonly byType: Pick<Effect, "low" | "high">;
}

interface Effect {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A comparison of results over seeds. */
export interface SeedDifference extends Difference {
  readonly seeds: number;
  readonly sd: number;
}

/** Everything that differs between the baseline and the other methods. */
export interface Comparison {
  readonly cells: readonly CellDifference[];
  readonly sets: readonly Difference[];
  readonly seeds: readonly SeedDifference[];
}

/** The runs of the baseline and of another method on the same cells, seed by seed. */
interface Pair {
  readonly key: Pick<Difference, "set" | "severity" | "method" | "label">;
  readonly seeds: readonly { readonly baseline: RunRecord; readonly other: RunRecord }[];
}

/**
 * Compares a baseline with every other method.
 *
 * Cell by cell: a cell's value is the mean over the seeds for which it was a test cell, so that no cell counts twice; p values
 * are adjusted by Holm over all comparisons. Scores of all cells: the paired bootstrap, its draws averaged over seeds, and where there are
 * several seeds their spread added ({@link combined}). Over seeds: the mean difference with an interval that allows for overlapping
 * training cells. Sets of few test cells get no verdict.
 *
 * @param cellsOf - the values of a run's cells.
 */
export const compareRecords = (
  records: readonly RunRecord[],
  baseline: string,
  cellsOf: (record: RunRecord) => RunCells,
): Comparison => {
  const pairs = pairsOf(records, baseline);
  const known = new Map<RunRecord, RunCells>();
  const read = (record: RunRecord) => {
    const cells = known.get(record) ?? cellsOf(record);
    known.set(record, cells);
    return cells;
  };
  return {
    cells: withHolm(pairs.flatMap((pair) => CELL_METRICS.flatMap((metric) => cellDifference(pair, metric, read)))),
    sets: pairs.flatMap((pair) => SET_METRICS.flatMap((metric) => setDifference(pair, metric, read))),
    seeds: pairs.flatMap((pair) => [...CELL_METRICS, ...SET_METRICS].flatMap((metric) => seedDifference(pair, metric))),
  };
};

const pairsOf = (records: readonly RunRecord[], baseline: string): Pair[] => {
  const key = ({ set, severity, seed }: RunRecord) => `${set} ${severity} ${seed}`;
  const baselines = new Map(records.filter(({ method }) => method === baseline).map((run) => [key(run), run]));
  const others = records.filter((run) => run.method !== baseline && baselines.has(key(run)));
  return grouped(others, ({ set, severity, method }) => `${set} ${severity} ${method}`).map((runs) => {
    const { set, severity, method, label } = runs[0]!;
    return {
      key: { set, severity, method, label },
      seeds: runs.map((other) => ({ baseline: baselines.get(key(other))!, other })),
    };
  });
};

interface Unadjusted {
  readonly found: Omit<CellDifference, "wilcoxonHolm" | "tHolm" | "verdict">;
  readonly enough: boolean;
  readonly logP: { readonly wilcoxon: number; readonly t: number };
}

const cellDifference = ({ key, seeds }: Pair, metric: string, read: (record: RunRecord) => RunCells): Unadjusted[] => {
  const values = new Map<string, { a: number; b: number; seeds: number; type: string | null }>();
  for (const { baseline, other } of seeds) {
    const [mine, theirs] = [read(baseline), read(other)];
    mine.cells.forEach((cell, i) => {
      const [a, b] = [mine.perCell[metric]?.[i], theirs.perCell[metric]?.[i]];
      if (a == null || b == null) return;
      const before = values.get(cell) ?? { a: 0, b: 0, seeds: 0, type: mine.types[i] ?? null };
      values.set(cell, { ...before, a: before.a + a, b: before.b + b, seeds: before.seeds + 1 });
    });
  }
  const all = [...values.values()];
  if (all.length < 2) return [];
  const result = comparePaired(
    all.map(({ a, seeds: count }) => a / count),
    all.map(({ b, seeds: count }) => b / count),
  );
  const { n, tTest, wilcoxon, dPaired, dPooled } = result;
  const found = {
    ...key,
    ...{ metric, n, difference: tTest.difference, low: tTest.low, high: tTest.high, dPaired, dPooled },
    ...{ wilcoxonP: wilcoxon.pValue, tP: tTest.pValue },
    byType: intervalByType(all.map(({ a, b, seeds: count, type }) => ({ type, difference: (a - b) / count }))),
  };
  return [{ found, enough: hasEnough(seeds), logP: { wilcoxon: wilcoxon.logPValue, t: tTest.logPValue } }];
};

const intervalByType = (cells: readonly { type: string | null; difference: number }[]): CellDifference["byType"] => {
  const types = grouped(cells, ({ type }) => String(type)).map((ofType) => ({
    sum: ofType.reduce((sum, { difference }) => sum + difference, 0),
    cells: ofType.length,
  }));
  if (types.length < 2) return { low: NaN, high: NaN };
  const statistic = (drawn: Int32Array) => {
    let [sum, count] = [0, 0];
    for (const k of drawn) {
      sum += types[k]!.sum;
      count += types[k]!.cells;
    }
    return sum / count;
  };
  const { low, high } = bootstrap(types.length, statistic, { resamples: 1000, seed: 0, method: "percentile" });
  return { low, high };
};

const hasEnough = (seeds: Pair["seeds"]): boolean =>
  seeds.every(({ baseline }) => baseline.cells.test >= FEWEST_TEST_CELLS);

const withHolm = (differences: readonly Unadjusted[]): CellDifference[] => {
  const holm = (test: "wilcoxon" | "t") =>
    adjustLogP(
      differences.map(({ logP }) => logP[test]),
      "holm",
    );
  const [wilcoxon, t] = [holm("wilcoxon"), holm("t")];
  return differences.map(({ found, enough }, i) => ({
    ...found,
    ...{ wilcoxonHolm: Math.exp(wilcoxon[i]!), tHolm: Math.exp(t[i]!) },
    verdict: !enough
      ? TOO_FEW_CELLS
      : wilcoxon[i]! < Math.log(0.05)
        ? sideOf(found.metric, found.difference)
        : "no difference",
  }));
};

const setDifference = ({ key, seeds }: Pair, metric: string, read: (record: RunRecord) => RunCells): Difference[] => {
  const each = seeds.flatMap(({ baseline, other }) => {
    const [a, b] = [baseline, other].map((run) => {
      const draws = Float64Array.from(read(run).draws[metric] ?? [], (draw) => draw ?? NaN);
      return { value: run.metrics[metric] ?? NaN, draws };
    });
    return Number.isNaN(a!.value - b!.value) ? [] : [{ a: a!, b: b! }];
  });
  if (each.length === 0) return [];
  const mean = (pick: (pair: (typeof each)[number]) => number) =>
    each.reduce((sum, pair) => sum + pick(pair), 0) / each.length;
  const averaged = (side: "a" | "b") => ({
    value: mean((pair) => pair[side].value),
    draws: each[0]!.a.draws.map((_, k) => mean((pair) => pair[side].draws[k]!)),
  });
  const compared = combined(compareDrawn(averaged("a"), averaged("b")), seedDifference({ key, seeds }, metric)[0]);
  return [{ ...key, metric, ...compared, verdict: verdictOf(metric, compared, seeds) }];
};

/**
 * An interval over test cells, widened by that over seeds: the squares of their reaches are added. The spread over seeds has some of the
 * test cells' in it, so this errs on the side of width.
 */
const combined = <Interval extends { difference: number; low: number; high: number }>(
  overCells: Interval,
  overSeeds: SeedDifference | undefined,
): Interval => {
  if (!overSeeds) return overCells;
  const { difference, low, high } = overCells;
  const reach = (overSeeds.high - overSeeds.low) / 2;
  return {
    ...overCells,
    low: difference - Math.hypot(difference - low, reach),
    high: difference + Math.hypot(high - difference, reach),
  };
};

const seedDifference = ({ key, seeds }: Pair, metric: string): SeedDifference[] => {
  const differences = seeds
    .map(({ baseline, other }) => (baseline.metrics[metric] ?? NaN) - (other.metrics[metric] ?? NaN))
    .filter((difference) => !Number.isNaN(difference));
  if (differences.length < 2) return [];
  const { train, test } = seeds[0]!.baseline.cells;
  const { mean: difference, sd, low, high } = correctedInterval(differences, test / train);
  const verdict = verdictOf(metric, { low, high }, seeds);
  return [{ ...key, metric, seeds: differences.length, difference, sd, low, high, verdict }];
};

const verdictOf = (metric: string, { low, high }: Pick<Effect, "low" | "high">, seeds: Pair["seeds"]): Verdict => {
  if (!hasEnough(seeds)) return TOO_FEW_CELLS;
  return low > 0 || high < 0 ? sideOf(metric, low) : "no difference";
};

const sideOf = (metric: string, difference: number): "better" | "worse" =>
  difference * directionOf(metric) > 0 ? "better" : "worse";
