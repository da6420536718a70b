import type { AnnData } from "../anndata/anndata.js";
import { resolveOptions } from "../options.js";

/** Options of {@link filterGenes}; at least one is needed, a gene must satisfy all that are given. */
export interface FilterGenesOptions {
  /** Fewest cells with a count. Default: no limit. */
  minCells?: number;
  /** Most cells with a count. Default: no limit. */
  maxCells?: number;
  /** Smallest sum of counts. Default: no limit. */
  minCounts?: number;
  /** Largest sum of counts. Default: no limit. */
  maxCounts?: number;
}

/**
 * Drops genes seen in too few or too many cells, or with too few or too many counts. Limits are inclusive.
 *
 * Writes `var.n_cells` and `var.n_counts`, each where one of its limits is given.
 *
 * @throws TypeError where no limit is given.
 * @throws RangeError where nothing can satisfy the limits.
 * @example
 * pp.filterGenes(adata, { minCells: 3 });
 */
export function filterGenes(adata: AnnData, options: FilterGenesOptions): AnnData {
  const limits = resolveOptions<FilterGenesOptions>("pp.filterGenes", options, {
    minCells: undefined,
    maxCells: undefined,
    minCounts: undefined,
    maxCounts: undefined,
  });
  const { minCells, maxCells, minCounts, maxCounts } = limits;
  const byCells = minCells !== undefined || maxCells !== undefined;
  const byCounts = minCounts !== undefined || maxCounts !== undefined;
  if (!byCells && !byCounts) throw new TypeError("pp.filterGenes: give minCells, maxCells, minCounts or maxCounts");
  checkLimits("pp.filterGenes", ["minCells", "maxCells"], minCells, maxCells);
  checkLimits("pp.filterGenes", ["minCounts", "maxCounts"], minCounts, maxCounts);
  const keep = new Uint8Array(adata.nVars).fill(1);
  if (byCells) {
    const cells = adata.X.columnNonZeros();
    adata.var.set("n_cells", cells);
    within(keep, cells, minCells, maxCells);
  }
  if (byCounts) {
    const counts = adata.X.columnSums();
    adata.var.set("n_counts", counts);
    within(keep, counts, minCounts, maxCounts);
  }
  return adata.keepVar(keep);
}

/**
 * Checks the limits of one quantity.
 *
 * @throws RangeError where the lower is above the upper, or one is NaN.
 */
export function checkLimits(verb: string, names: [string, string], low = -Infinity, high = Infinity): void {
  if (low <= high) return;
  throw new RangeError(`${verb}: ${names[0]} is ${low} and ${names[1]} ${high}; nothing satisfies both`);
}

/** Clears the mask where a value is outside the limits (inclusive; undefined: none). */
export function within(keep: Uint8Array, values: ArrayLike<number>, low = -Infinity, high = Infinity): void {
  for (let i = 0; i < keep.length; i++) if (!(values[i]! >= low && values[i]! <= high)) keep[i] = 0;
}
