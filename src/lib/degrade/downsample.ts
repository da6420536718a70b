import { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { type Matrix, toCsr } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { random } from "../stats/random.js";
import { requireCounts } from "./require-counts.js";
import { dropZeros } from "./drop-zeros.js";

/** Options of {@link downsample}. */
export interface DownsampleOptions {
  /** Molecules that a cell keeps; cells with fewer keep all. */
  total: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * Keeps exactly `total` molecules of every cell, drawn without replacement, so that each gene's count is hypergeometric
 * ({@link downsampleMoments}); the matrix keeps its kind (compressed columns become rows).
 *
 * Reads counts in `X`. The result has copies of `obs` and `var`.
 *
 * @throws Error where `X` does not hold counts.
 * @throws RangeError where `total` is not a whole number.
 * @example
 * const shallow = degrade.downsample(adata, { total: 1000, seed: 1 });
 */
export function downsample(adata: AnnData, options: DownsampleOptions): AnnData {
  const { total, seed } = resolveOptions<Required<DownsampleOptions>>("degrade.downsample", options, {
    total: NaN,
    seed: 0,
  });
  if (!(Number.isInteger(total) && total >= 0)) {
    throw new RangeError(`total must be a whole number of molecules, not ${total}`);
  }
  requireCounts("degrade.downsample", adata.X);
  return new AnnData({
    X: downsampleMatrix(adata.X, total, seed),
    obs: adata.obs.copy(),
    var: adata.var.copy(),
    uns: { ...adata.uns },
  });
}

/**
 * The same for a matrix of counts.
 * @example
 * degrade.downsampleMatrix(clean.X, 1000, 0);
 */
export function downsampleMatrix(matrix: Matrix, total: number, seed: number): Matrix {
  const source = toCsr(matrix);
  const { indices, indptr } = source;
  const stream = random(seed, "degrade", "downsample");
  const sums = source.rowSums();
  const data = source.data.slice();
  for (let i = 0; i < sums.length; i++) {
    let left = sums[i]!;
    let wanted = total;
    if (left <= wanted) continue;
    const end = indptr[i + 1]!;
    // One molecule after the other is kept with probability (still wanted) / (still to come).
    for (let at = indptr[i]!; at < end; at++) {
      let kept = 0;
      for (let molecules = source.data[at]!; molecules > 0; molecules--, left--) {
        if (wanted > 0 && stream.uniform() * left < wanted) {
          kept++;
          wanted--;
        }
      }
      data[at] = kept;
    }
  }
  const result = dropZeros(source.shape, data, indices, indptr);
  return matrix instanceof DenseMatrix ? result.toDense() : result;
}
