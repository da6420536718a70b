import { friedman, nemenyi } from "../../lib/stats/index.js";
import type { RunRecord } from "../evaluate/record.js";
import { grouped, meanMetric } from "../evaluate/result-tables.js";
import { directionOf } from "./metrics.js";

/** Fewer blocks can hardly tell methods apart: of two, the best and the last of eighteen methods lie within the critical difference. */
export const FEWEST_BLOCKS = 6;

/** Mean ranks of methods over blocks of set and severity, by one metric. */
export interface Ranking {
  readonly metric: string;
  readonly blocks: number;
  /** Best first; rank 1 is best. */
  readonly methods: readonly { readonly method: string; readonly label: string; readonly rank: number }[];
  readonly statistic: number;
  readonly pValue: number;
  /** Mean ranks that lie further apart differ, by Nemenyi's test at 5 %. */
  readonly criticalDifference: number;
}

/**
 * Friedman's test over all blocks, with Nemenyi's critical difference (Demšar 2006): a block is a set under a severity, a value the mean
 * over its seeds. Blocks in which no method has a value are left out, and methods that lack one of the others.
 *
 * @returns undefined for fewer than two methods, or than {@link FEWEST_BLOCKS}.
 */
export const rankMethods = (records: readonly RunRecord[], metric: string): Ranking | undefined => {
  const blockOf = ({ set, severity }: RunRecord) => `${set} ${severity}`;
  const measured = records.filter(({ metrics }) => metrics[metric] != null);
  const blocks = [...new Set(measured.map(blockOf))];
  const methods = grouped(measured, ({ method }) => method).flatMap((runs) => {
    const values = blocks.flatMap(
      (block) =>
        meanMetric(
          runs.filter((run) => blockOf(run) === block),
          metric,
        ) ?? [],
    );
    const { method, label } = runs[0]!;
    return values.length < blocks.length ? [] : [{ method, label, values }];
  });
  if (methods.length < 2 || blocks.length < FEWEST_BLOCKS) return undefined;
  const treatments = methods.map(({ values }) => values.map((value) => -directionOf(metric) * value));
  const { statistic, pValue, meanRanks } = friedman(treatments);
  const ranked = methods.map(({ method, label }, i) => ({ method, label, rank: meanRanks[i]! }));
  return {
    ...{ metric, blocks: blocks.length, statistic, pValue },
    methods: ranked.sort((a, b) => a.rank - b.rank),
    criticalDifference: nemenyi(treatments).criticalDifference,
  };
};
