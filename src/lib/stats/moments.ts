import type { Matrix } from "../anndata/matrix.js";
import { overRepeatedValues } from "./repeated-values.js";

/** Mean and variance of each column (gene) of a matrix. */
export interface Moments {
  mean: Float64Array;
  variance: Float64Array;
}

/** Values that are transformed at a time. */
const CHUNK = 4096;

/**
 * Mean and variance of each column, in float64, with `n - 1` below the sum of squares. Two passes, so that large means do not
 * cost accuracy; zeros that are not stored count.
 *
 * @param transform - applied to each value first; must keep zero at zero. Default: none.
 * @returns a variance of NaN where the matrix has fewer than two rows.
 */
export function columnMoments(matrix: Matrix, transform?: (value: number) => number): Moments {
  const [rows, columns] = matrix.shape;
  const { data } = matrix;
  const indices = matrix.kind === "csr" ? matrix.indices : undefined;
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  const stored = new Float64Array(columns);
  const chunk = new Float64Array(CHUNK);
  const copy = transform ? overRepeatedValues(transform) : copyValues;
  for (let start = 0; start < data.length; start += CHUNK) {
    const end = Math.min(data.length, start + CHUNK);
    copy(data, start, end, chunk);
    if (indices) addSparse(indices, start, end, chunk, mean, stored);
    else addDense(columns, start, end, chunk, mean, stored);
  }
  for (let j = 0; j < columns; j++) mean[j]! /= rows;
  for (let start = 0; start < data.length; start += CHUNK) {
    const end = Math.min(data.length, start + CHUNK);
    copy(data, start, end, chunk);
    if (indices) addSquaresSparse(indices, start, end, chunk, mean, variance);
    else addSquaresDense(columns, start, end, chunk, mean, variance);
  }
  for (let j = 0; j < columns; j++) {
    variance[j] = rows < 2 ? NaN : (variance[j]! + (rows - stored[j]!) * mean[j]! ** 2) / (rows - 1);
  }
  return { mean, variance };
}

function copyValues(values: Float32Array, start: number, end: number, out: Float64Array): void {
  out.set(values.subarray(start, end));
}

function addSparse(
  indices: Int32Array,
  start: number,
  end: number,
  chunk: Float64Array,
  sums: Float64Array,
  stored: Float64Array,
): void {
  for (let at = start; at < end; at++) {
    const j = indices[at]!;
    sums[j]! += chunk[at - start]!;
    stored[j]!++;
  }
}

function addDense(
  columns: number,
  start: number,
  end: number,
  chunk: Float64Array,
  sums: Float64Array,
  stored: Float64Array,
): void {
  for (let at = start, j = start % columns; at < end; at++, j = j + 1 === columns ? 0 : j + 1) {
    sums[j]! += chunk[at - start]!;
    stored[j]!++;
  }
}

function addSquaresSparse(
  indices: Int32Array,
  start: number,
  end: number,
  chunk: Float64Array,
  mean: Float64Array,
  squares: Float64Array,
): void {
  for (let at = start; at < end; at++) {
    const j = indices[at]!;
    const rest = chunk[at - start]! - mean[j]!;
    squares[j]! += rest * rest;
  }
}

function addSquaresDense(
  columns: number,
  start: number,
  end: number,
  chunk: Float64Array,
  mean: Float64Array,
  squares: Float64Array,
): void {
  for (let at = start, j = start % columns; at < end; at++, j = j + 1 === columns ? 0 : j + 1) {
    const rest = chunk[at - start]! - mean[j]!;
    squares[j]! += rest * rest;
  }
}
