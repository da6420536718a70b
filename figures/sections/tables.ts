import type { Figure } from "../figure.js";
import { metricTable, type MetricTableOptions, type TableMetric, type TableRow } from "../metric-table.js";
import {
  TABLE_1_METRICS,
  TABLE_1_PAPER,
  TABLE_2_METRICS,
  TABLE_2_PAPER,
  TABLE_3_METRICS,
  TABLE_3_PAPER,
} from "./paper-values.js";

const besideThePaper =
  (name: string, metrics: readonly TableMetric[], paper: readonly TableRow[], rowTitle: string) =>
  (rows: readonly TableRow[], options: MetricTableOptions = {}): Figure => ({
    ...metricTable({ metrics, rows, paper }, { rowTitle, ...options }),
    name,
  });

/**
 * The paper's table 1 beside our rows (`mse` in z², `pearson`, `prAuc`, `f1`).
 * @throws {RangeError} for no row with a finite value
 * @example
 * table1([{ label: "DAE", values: { mse: 0.42, pearson: 0.76, prAuc: 0.71, f1: 0.6 } }]);
 */
export const table1 = besideThePaper("table-1", TABLE_1_METRICS, TABLE_1_PAPER, "Method");

/**
 * The paper's table 2 beside our rows (`separation`, `deg`, `marker`, `overall`, all in %).
 * @throws {RangeError} for no row with a finite value
 * @example
 * table2([{ label: "DAE", values: { separation: 61.2, deg: 40.1, marker: 58.3, overall: 53.2 } }]);
 */
export const table2 = besideThePaper("table-2", TABLE_2_METRICS, TABLE_2_PAPER, "Method");

/**
 * The paper's table 3 beside our rows: Cohen's d of DiffRepairer against each method (`mse`, `pearson`), above 0 in its favour. The
 * paper does not say which sign its own have.
 * @throws {RangeError} for no row with a finite value
 * @example
 * table3([{ label: "Against DAE", values: { mse: 0.1, pearson: 0.2 } }]);
 */
export const table3 = besideThePaper("table-3", TABLE_3_METRICS, TABLE_3_PAPER, "DiffRepairer");
