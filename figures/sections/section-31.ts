import { compose } from "../compose.js";
import { criticalDifference, type CriticalDifferenceData } from "../critical-difference.js";
import type { Figure } from "../figure.js";
import { metricTable, type MetricTableData } from "../metric-table.js";

/** Data of {@link section31}. */
export interface Section31Data {
  /** Every method by every measure, with the paper's rows. */
  table: MetricTableData;
  /** Mean ranks over data sets and severities. */
  ranks: CriticalDifferenceData;
}

/**
 * §3.1, overall performance: the table of methods by measures with the paper's rows, and the ranks over all data sets.
 * @throws {RangeError} as `metricTable` and `criticalDifference`
 * @example
 * const rows = [{ label: "Ridge", values: { mse: 0.71 } }, { label: "DAE", values: { mse: 0.69 } }];
 * const ranked = [{ method: "ridge", rank: 1.2 }, { method: "dae", rank: 1.8 }];
 * section31({
 *   table: { metrics: [{ key: "mse", title: "MSE (z²)", lowerIsBetter: true }], rows },
 *   ranks: { methods: ranked, criticalDifference: 0.6, blocks: 12 },
 * });
 */
export const section31 = ({ table, ranks }: Section31Data): Figure =>
  compose("section-31-overall", "Overall performance.", [
    { heading: "Methods by measures", figure: metricTable(table) },
    { heading: "Mean ranks over data sets and severities", figure: criticalDifference(ranks) },
  ]);
