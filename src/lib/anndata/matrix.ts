import { CscMatrix } from "./csc.js";
import { CsrMatrix } from "./csr.js";
import { DenseMatrix } from "./dense.js";

/** Cells × genes: sparse by rows or by columns, or dense. All have the same reading methods; `kind` tells them apart. */
export type Matrix = CsrMatrix | CscMatrix | DenseMatrix;

/** A matrix whose rows (cells) lie together in memory. */
export type RowMatrix = CsrMatrix | DenseMatrix;

/**
 * The matrix as methods that go cell by cell want it: compressed columns become compressed rows, others stay as they are.
 * @example
 * for (let cell = 0; cell < adata.nObs; cell++) rowMajor(adata.X).row(cell);
 */
export function rowMajor(matrix: Matrix): RowMatrix {
  return matrix.kind === "csc" ? matrix.toCsr() : matrix;
}

/**
 * The matrix in compressed rows; itself where it is that already.
 * @example
 * toCsr(adata.X).row(0);
 */
export function toCsr(matrix: Matrix): CsrMatrix {
  if (matrix.kind === "csr") return matrix;
  return matrix.kind === "csc" ? matrix.toCsr() : CsrMatrix.fromDense(matrix);
}

/**
 * The matrix in compressed columns; itself where it is that already.
 * @example
 * toCsc(adata.X).column(0);
 */
export function toCsc(matrix: Matrix): CscMatrix {
  if (matrix.kind === "csc") return matrix;
  return matrix.kind === "csr" ? CscMatrix.fromCsr(matrix) : CscMatrix.fromDense(matrix);
}

/** Whether a value is a matrix of this library. */
export function isMatrix(value: unknown): value is Matrix {
  return value instanceof CsrMatrix || value instanceof CscMatrix || value instanceof DenseMatrix;
}
