import { type Matrix, toCsr } from "../anndata/matrix.js";

/** A sparse matrix of cells × genes, cell by cell, as `CsrMatrix`, in either precision. */
export interface CellRows {
  readonly shape: readonly [number, number];
  /** Values not stored are 0; stored zeros count as such. */
  readonly data: Float32Array | Float64Array;
  readonly indices: Int32Array;
  readonly indptr: Int32Array;
}

/**
 * The non-zero values of a matrix, cell by cell; a sparse matrix is taken as it is.
 * @example
 * tl.cellRows(DenseMatrix.fromRows([[1, 0], [3, 2]])).data; // Float32Array [1, 3, 2]
 */
export function cellRows(matrix: Matrix): CellRows {
  return toCsr(matrix);
}

/**
 * The non-zero values of numbers in float64, cells × genes, row-major.
 * @example
 * tl.float64Rows(Float64Array.of(1, 0, 3, 2), 2).data; // Float64Array [1, 3, 2]
 */
export function float64Rows(values: Float64Array, genes: number): CellRows {
  const cells = genes === 0 ? 0 : values.length / genes;
  const indptr = new Int32Array(cells + 1);
  const kept: number[] = [];
  const indices: number[] = [];
  for (let i = 0, at = 0; i < cells; i++) {
    for (let j = 0; j < genes; j++) {
      const value = values[at++]!;
      if (value === 0) continue;
      kept.push(value);
      indices.push(j);
    }
    indptr[i + 1] = kept.length;
  }
  return { shape: [cells, genes], data: Float64Array.from(kept), indices: Int32Array.from(indices), indptr };
}
