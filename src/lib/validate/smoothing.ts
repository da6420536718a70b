import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import { exactKnn } from "../pp/exact-knn.js";
import { pcaOfMatrix } from "../pp/pca.js";

/** Options of {@link smoothOverNeighbours}. */
export interface SmoothingOptions {
  /** The cell itself included. Default: 15. */
  nNeighbors?: number;
  /** Principal components in which the neighbours are near. Default: 20. */
  nComps?: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * Every cell as the mean of its nearest neighbours, itself among them: what can be had from the cells alone, without any training.
 *
 * @param cells - log1p values.
 * @returns cells × genes.
 * @example
 * const smoothed = validate.smoothOverNeighbours(pp.log1p(pp.normalizeTotal(cells)), { nNeighbors: 5, nComps: 10 });
 */
export function smoothOverNeighbours(cells: AnnData, options: SmoothingOptions = {}): DenseMatrix {
  const { nNeighbors, nComps, seed } = resolveOptions<Required<SmoothingOptions>>(
    "validate.smoothOverNeighbours",
    options,
    { nNeighbors: 15, nComps: 20, seed: 0 },
  );
  const matrix = cells.X.toDense();
  const { scores } = pcaOfMatrix(matrix, nComps, seed);
  const { indices } = exactKnn(scores, nComps, nNeighbors);
  const smoothed = DenseMatrix.zeros(matrix.shape);
  for (let i = 0; i < cells.nObs; i++) {
    const row = smoothed.row(i);
    for (let k = 0; k < nNeighbors; k++) {
      const neighbour = matrix.row(indices[i * nNeighbors + k]!);
      for (let j = 0; j < row.length; j++) row[j]! += neighbour[j]! / nNeighbors;
    }
  }
  return smoothed;
}
