import type { AnnData } from "../anndata/anndata.js";
import { categorical, columnStrings } from "../anndata/column.js";

/** The group of each cell: `categories[codes[i]]`; code -1 has none. */
export interface GroupCodes {
  codes: Int32Array;
  categories: readonly string[];
}

/**
 * The groups of a column of `obs`: a categorical column's own, or the sorted texts of another.
 *
 * @throws RangeError where there is no such column, naming those that exist.
 */
export function groupCodes(adata: AnnData, name: string): GroupCodes {
  const source = adata.obs.get(name);
  const { codes, categories } = source.kind === "categorical" ? source : categorical(columnStrings(source));
  return { codes, categories };
}

/**
 * The matrix a verb works on, with the names of its genes: a layer, `raw`, or `X`.
 *
 * @throws RangeError where the layer does not exist, or both a layer and raw are asked for.
 * @throws Error where raw is asked for and there is none.
 */
export function chosenMatrix(verb: string, adata: AnnData, useRaw: boolean | undefined, layer: string | undefined) {
  if (layer !== undefined) {
    if (useRaw) throw new RangeError(`${verb}: give either layer or useRaw, not both`);
    const matrix = adata.layers[layer];
    if (!matrix) {
      const names = Object.keys(adata.layers).join(", ") || "none";
      throw new RangeError(`${verb}: there is no layer "${layer}"; layers: ${names}`);
    }
    return { matrix, names: adata.varNames, isRaw: false };
  }
  if (useRaw && !adata.raw) throw new Error(`${verb}: useRaw is set, but the data has no raw; leave useRaw out`);
  if (adata.raw && useRaw !== false) return { matrix: adata.raw.X, names: adata.raw.var.index, isRaw: true };
  return { matrix: adata.X, names: adata.varNames, isRaw: false };
}
