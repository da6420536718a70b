import { type Matrix, rowMajor, type RowMatrix } from "../anndata/matrix.js";
import { overRepeatedValues } from "./repeated-values.js";

/** Mean and variance of each column (gene) of a matrix. */
export interface Moments {
  mean: Float64Array;
  variance: Float64Array;
}

/** Values that are transformed at a time. */
const CHUNK = 4096;
/** Where a column's sum of squares about the mean is a smaller share than this of that about 0, rounding would be felt. */
const LEAST_SPREAD = 1e-3;

/**
 * Mean and variance of each column, in float64, with `n - 1` below the sum of squares. One pass, and a second one about the means where
 * a column varies little beside its mean, so that large means do not cost accuracy; zeros that are not stored count.
 *
 * @param transform - applied to each non-zero value first; must keep zero at zero. Default: none.
 * @returns a variance of NaN where the matrix has fewer than two rows.
 * @example
 * const { mean, variance } = columnMoments(DenseMatrix.fromRows([[1, 0], [3, 4]]));
 */
export function columnMoments(given: Matrix, transform?: (value: number) => number): Moments {
  const matrix = rowMajor(given);
  const [rows, columns] = matrix.shape;
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  addPowers(matrix, transform, mean, squares);
  let isPrecise = true;
  for (let j = 0; j < columns; j++) {
    mean[j]! /= rows;
    const about0 = squares[j]!;
    squares[j] = about0 - rows * mean[j]! * mean[j]!;
    if (about0 > 0 && squares[j]! < LEAST_SPREAD * about0) isPrecise = false;
  }
  if (!isPrecise) squaresAboutMeans(matrix, transform, mean, squares);
  return { mean, variance: squares.map((sum) => (rows < 2 ? NaN : sum / (rows - 1))) };
}

/** Adds every column's values to `sums` and their squares to `squares`. */
function addPowers(
  matrix: RowMatrix,
  transform: ((value: number) => number) | undefined,
  sums: Float64Array,
  squares: Float64Array,
): void {
  inChunks(matrix, transform, (values, start, end) => {
    if (matrix.kind === "csr") addSparsePowers(values, matrix.indices, start, end, sums, squares);
    else addDensePowers(values, matrix.shape[1], start, end, sums, squares);
  });
}

/** Writes every column's sum of squares about its mean; what is not stored is 0. */
function squaresAboutMeans(
  matrix: RowMatrix,
  transform: ((value: number) => number) | undefined,
  mean: Float64Array,
  squares: Float64Array,
): void {
  const [rows, columns] = matrix.shape;
  const stored = new Float64Array(columns);
  squares.fill(0);
  inChunks(matrix, transform, (values, start, end) => {
    for (let at = start; at < end; at++) {
      const j = matrix.kind === "csr" ? matrix.indices[at]! : at % columns;
      const rest = values[at - start]! - mean[j]!;
      squares[j]! += rest * rest;
      stored[j]!++;
    }
  });
  for (let j = 0; j < columns; j++) squares[j]! += (rows - stored[j]!) * mean[j]! * mean[j]!;
}

/** Visits stretches of the stored values, transformed: `values` begins with that at `start`. */
function inChunks(
  { data }: RowMatrix,
  transform: ((value: number) => number) | undefined,
  visit: (values: Float64Array | Float32Array, start: number, end: number) => void,
): void {
  if (!transform) {
    visit(data, 0, data.length);
    return;
  }
  const chunk = new Float64Array(CHUNK);
  const apply = overRepeatedValues(transform);
  for (let start = 0; start < data.length; start += CHUNK) {
    const end = Math.min(data.length, start + CHUNK);
    apply(data, start, end, chunk);
    visit(chunk, start, end);
  }
}

function addSparsePowers(
  values: Float64Array | Float32Array,
  indices: Int32Array,
  start: number,
  end: number,
  sums: Float64Array,
  squares: Float64Array,
): void {
  for (let at = start; at < end; at++) {
    const value = values[at - start]!;
    const j = indices[at]!;
    sums[j]! += value;
    squares[j]! += value * value;
  }
}

function addDensePowers(
  values: Float64Array | Float32Array,
  columns: number,
  start: number,
  end: number,
  sums: Float64Array,
  squares: Float64Array,
): void {
  for (let at = start, j = start % columns; at < end; at++) {
    const value = values[at - start]!;
    sums[j]! += value;
    squares[j]! += value * value;
    if (++j === columns) j = 0;
  }
}
