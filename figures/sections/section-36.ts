import { compose } from "../compose.js";
import type { Figure } from "../figure.js";
import { metricTable, type MetricTableData } from "../metric-table.js";
import { tissueParts, type TissueData, type TissueOptions } from "./tissue.js";

/** Data of {@link section36}. */
export interface Section36Data extends TissueData {
  /** A measure by cell type: methods by types, rare ones too, each column's title with the number of its cells. */
  byType: MetricTableData;
}

/**
 * §3.6, pancreas with rare cells: as a tissue, and a measure by cell type, in which the rare ones stand beside the common.
 * @throws {RangeError} as `metricBars`, `embedding`, `geneScatter` and `metricTable`
 * @example
 * const types = [{ key: "beta", title: "Beta (512 cells)" }, { key: "epsilon", title: "Epsilon (18 cells)" }];
 * const rows = [{ label: "Ridge", values: { beta: 0.81, epsilon: 0.64 } }];
 * section36({ ...tissue, byType: { metrics: types, rows } });
 */
export const section36 = (data: Section36Data, options: TissueOptions = {}): Figure => {
  const name = "section-36-pancreas";
  return compose(name, "Pancreas with rare cells: measures, cells, genes and types before and after repair.", [
    ...tissueParts(name, data, options),
    { heading: "By cell type", figure: metricTable(data.byType) },
  ]);
};
