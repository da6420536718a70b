import type { Figure } from "../figure.js";
import { tissue, type TissueData, type TissueOptions } from "./tissue.js";

/**
 * §3.4, mouse brain: measures by method, cells in three states, genes against their clean values.
 * @throws {RangeError} as `metricBars`, `embedding` and `geneScatter`
 * @example
 * section34(tissue);
 */
export const section34 = (data: TissueData, options: TissueOptions = {}): Figure =>
  tissue("section-34-mouse-brain", "Mouse brain", data, options);
