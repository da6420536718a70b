import type { DenseMatrix } from "../anndata/dense.js";

/**
 * Copies rows of a matrix into a batch of fixed size; the rest of the batch is zero.
 *
 * @param rows - positions of at most `batch.length / genes` cells.
 * @param batch - B × genes, row-major; overwritten and returned.
 */
export function fillBatch(X: DenseMatrix, rows: ArrayLike<number>, batch: Float32Array): Float32Array {
  const genes = X.shape[1];
  for (let i = 0; i < rows.length; i++) batch.set(X.data.subarray(rows[i]! * genes, (rows[i]! + 1) * genes), i * genes);
  return batch.fill(0, rows.length * genes);
}

/** The numbers from `start` to before `end`. */
export function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}
