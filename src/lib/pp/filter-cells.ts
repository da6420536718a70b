import type { AnnData } from "../anndata/anndata.js";
import { resolveOptions } from "../options.js";
import { checkLimits, within } from "./filter-genes.js";

/** Options of {@link filterCells}; at least one is needed, a cell must satisfy all that are given. */
export interface FilterCellsOptions {
  /** Fewest genes with a count. Default: no limit. */
  minGenes?: number;
  /** Most genes with a count. Default: no limit. */
  maxGenes?: number;
  /** Smallest sum of counts. Default: no limit. */
  minCounts?: number;
  /** Largest sum of counts. Default: no limit. */
  maxCounts?: number;
}

/**
 * Drops cells with too few or too many genes or counts. Limits are inclusive.
 *
 * Writes `obs.n_genes` and `obs.n_counts`, each where one of its limits is given.
 *
 * @throws TypeError where no limit is given.
 * @throws RangeError where nothing can satisfy the limits.
 * @example
 * pp.filterCells(adata, { minGenes: 200, maxGenes: 2500 });
 */
export function filterCells(adata: AnnData, options: FilterCellsOptions): AnnData {
  const limits = resolveOptions<FilterCellsOptions>("pp.filterCells", options, {
    minGenes: undefined,
    maxGenes: undefined,
    minCounts: undefined,
    maxCounts: undefined,
  });
  const { minGenes, maxGenes, minCounts, maxCounts } = limits;
  const byGenes = minGenes !== undefined || maxGenes !== undefined;
  const byCounts = minCounts !== undefined || maxCounts !== undefined;
  if (!byGenes && !byCounts) throw new TypeError("pp.filterCells: give minGenes, maxGenes, minCounts or maxCounts");
  checkLimits("pp.filterCells", ["minGenes", "maxGenes"], minGenes, maxGenes);
  checkLimits("pp.filterCells", ["minCounts", "maxCounts"], minCounts, maxCounts);
  const keep = new Uint8Array(adata.nObs).fill(1);
  if (byGenes) {
    const genes = adata.X.rowNonZeros();
    adata.obs.set("n_genes", genes);
    within(keep, genes, minGenes, maxGenes);
  }
  if (byCounts) {
    const counts = adata.X.rowSums();
    adata.obs.set("n_counts", counts);
    within(keep, counts, minCounts, maxCounts);
  }
  return adata.keepObs(keep);
}
