import type { Matrix } from "../anndata/matrix.js";

/** Mean and variance of each column (gene) of a matrix. */
export interface Moments {
  mean: Float64Array;
  variance: Float64Array;
}

/**
 * Mean and variance of each column, in float64, with `n - 1` below the sum of squares. Two passes, so that large means do not
 * cost accuracy; zeros that are not stored count.
 *
 * @param transform - applied to each non-zero value first; must keep zero at zero. Default: none.
 * @returns a variance of NaN where the matrix has fewer than two rows.
 */
export function columnMoments(matrix: Matrix, transform?: (value: number) => number): Moments {
  const [rows, columns] = matrix.shape;
  const mean = new Float64Array(columns);
  const stored = new Int32Array(columns);
  matrix.forEachNonZero((_, j, value) => {
    mean[j]! += transform ? transform(value) : value;
    stored[j]!++;
  });
  for (let j = 0; j < columns; j++) mean[j]! /= rows;
  const variance = new Float64Array(columns);
  matrix.forEachNonZero((_, j, value) => {
    variance[j]! += ((transform ? transform(value) : value) - mean[j]!) ** 2;
  });
  for (let j = 0; j < columns; j++) {
    variance[j] = rows < 2 ? NaN : (variance[j]! + (rows - stored[j]!) * mean[j]! ** 2) / (rows - 1);
  }
  return { mean, variance };
}
