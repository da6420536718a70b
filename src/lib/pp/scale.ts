import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { type Matrix, rowMajor } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { columnMoments } from "../stats/moments.js";

/** Options of {@link scale}. */
export interface ScaleOptions {
  /** Subtract each gene's mean; the matrix becomes dense. Default: true. */
  zeroCenter?: boolean;
  /** Clip to this value after scaling (with `zeroCenter` also to its negative). Default: no limit. */
  maxValue?: number;
}

/**
 * Scales every gene to unit variance (n - 1), as scanpy's `scale`; a gene of variance 0 is divided by 1. Replaces `X`; writes
 * `var.mean` and `var.std`.
 *
 * @throws RangeError where `maxValue` is not positive.
 * @example
 * pp.scale(adata, { maxValue: 10 });
 */
export function scale(adata: AnnData, options: ScaleOptions = {}): AnnData {
  const { zeroCenter, maxValue } = resolveOptions<Required<ScaleOptions>>("pp.scale", options, {
    zeroCenter: true,
    maxValue: Infinity,
  });
  if (!(maxValue > 0)) throw new RangeError(`maxValue must be positive, not ${maxValue}`);
  const { mean, variance } = columnMoments(adata.X);
  const std = variance.map((value) => (value > 0 ? Math.sqrt(value) : 1));
  adata.X = zeroCenter ? standardise(adata.X, mean, std, maxValue) : divideColumns(adata.X, std, maxValue);
  adata.var.set("mean", mean).set("std", std);
  return adata;
}

/**
 * `(x - mean) / std` by column, clipped to `±maxValue`; dense.
 * @example
 * pp.standardise(DenseMatrix.fromRows([[1, 4], [3, 8]]), [2, 6], [1, 2]).data; // Float32Array [-1, -1, 1, 1]
 */
export function standardise(
  matrix: Matrix,
  mean: ArrayLike<number>,
  std: ArrayLike<number>,
  maxValue = Infinity,
): DenseMatrix {
  const [rows, columns] = matrix.shape;
  const data = matrix.kind === "dense" ? matrix.data.slice() : matrix.toDense().data;
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      const value = (data[at]! - mean[j]!) / std[j]!;
      data[at] = Math.max(-maxValue, Math.min(maxValue, value));
    }
  }
  return new DenseMatrix(matrix.shape, data);
}

function divideColumns(matrix: Matrix, std: Float64Array, maxValue: number): Matrix {
  const result = rowMajor(matrix).copy();
  const columns = matrix.shape[1];
  for (let at = 0; at < result.data.length; at++) {
    const j = result.kind === "csr" ? result.indices[at]! : at % columns;
    result.data[at] = Math.min(maxValue, result.data[at]! / std[j]!);
  }
  return result;
}
