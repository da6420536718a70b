import { compose } from "../compose.js";
import type { Figure } from "../figure.js";
import { ridgePlot, type Ridge } from "../ridge-plot.js";
import { tissueParts, type TissueData, type TissueOptions } from "./tissue.js";

/** Data of {@link section35}. */
export interface Section35Data extends TissueData {
  /** Pseudotime of the cells of each stage, before and after repair. */
  pseudotime: readonly Ridge[];
}

/**
 * §3.5, liver time series: as a tissue, and the cells' pseudotime by stage.
 * @throws {RangeError} as `metricBars`, `embedding`, `geneScatter` and `ridgePlot`
 * @example
 * section35({ ...tissue, pseudotime: [{ group: "day 1", state: "repaired", values: [0, 0.1, 0.3] }] });
 */
export const section35 = (data: Section35Data, options: TissueOptions = {}): Figure => {
  const name = "section-35-liver";
  return compose(name, "Liver time series: measures, cells, genes and pseudotime before and after repair.", [
    ...tissueParts(name, data, options),
    {
      heading: "Pseudotime by stage",
      figure: ridgePlot(data.pseudotime, { title: "Pseudotime (no unit)", groupTitle: "Stage" }),
    },
  ]);
};
