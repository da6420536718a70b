import type { Figure } from "../figure.js";
import { tissue, type TissueData, type TissueOptions } from "./tissue.js";

/**
 * §3.2, PBMC3k: measures by method, cells in three states, genes against their clean values.
 * @throws {RangeError} as `metricBars`, `embedding` and `geneScatter`
 */
export const section32 = (data: TissueData, options: TissueOptions = {}): Figure =>
  tissue("section-32-pbmc3k", "PBMC3k", data, options);
