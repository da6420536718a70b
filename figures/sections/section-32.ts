import type { Figure } from "../figure.js";
import { tissue, type TissueData, type TissueOptions } from "./tissue.js";

/**
 * §3.2, PBMC3k: measures by method, cells in three states, genes against their clean values.
 * @throws {RangeError} as `metricBars`, `embedding` and `geneScatter`
 * @example
 * section32({
 *   methods,
 *   cells: { x: [0, 1], y: [1, 0], labels: ["B", "B"], panel: ["degraded", "repaired"] },
 *   genes: [{ label: "repaired", clean: [0, 1, 2], compared: [0.1, 0.8, 1.9] }],
 * });
 */
export const section32 = (data: TissueData, options: TissueOptions = {}): Figure =>
  tissue("section-32-pbmc3k", "PBMC3k", data, options);
