import type { Figure } from "../figure.js";
import { tissue, type TissueData, type TissueOptions } from "./tissue.js";

/**
 * §3.3, PBMC68k: measures by method, cells in three states, genes against their clean values.
 * @throws {RangeError} as `metricBars`, `embedding` and `geneScatter`
 * @example
 * section33(tissue);
 */
export const section33 = (data: TissueData, options: TissueOptions = {}): Figure =>
  tissue("section-33-pbmc68k", "PBMC68k", data, options);
