import { type Matrix, rowMajor, type RowMatrix } from "../anndata/matrix.js";
import { dot, type Eigen, sortEigen, tridiagonalEigen } from "./linear-algebra.js";
import { random, type Random } from "./random.js";

/** A matrix known only by its products with vectors. */
export interface LinearOperator {
  rows: number;
  columns: number;
  /** `out = A x`: x has `columns` values, out `rows`. */
  multiply(x: Float64Array, out: Float64Array): void;
  /** `out = Aᵀ y`: y has `rows` values, out `columns`. */
  multiplyTransposed(y: Float64Array, out: Float64Array): void;
}

/** The k largest singular values, falling, with their vectors. */
export interface Svd {
  values: Float64Array;
  /** k × rows, row-major: one left singular vector a row. */
  left: Float64Array;
  /** k × columns, row-major: one right singular vector a row; its entry of largest size is positive. */
  right: Float64Array;
}

/**
 * The products of a matrix, its columns less `center` where given: centring costs no memory, a sparse matrix stays sparse.
 */
export function matrixOperator(matrix: Matrix, center?: Float64Array): LinearOperator {
  const [rows, columns] = matrix.shape;
  const source = rowMajor(matrix);
  return {
    rows,
    columns,
    multiply(x, out) {
      multiply(source, x, out);
      if (!center) return;
      const shift = dot(center, x);
      for (let i = 0; i < rows; i++) out[i]! -= shift;
    },
    multiplyTransposed(y, out) {
      multiplyTransposed(source, y, out);
      if (!center) return;
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += y[i]!;
      for (let j = 0; j < columns; j++) out[j]! -= sum * center[j]!;
    },
  };
}

/**
 * The k largest singular values and vectors of a matrix by Lanczos' method with full reorthogonalisation on the smaller of `AᵀA` and
 * `AAᵀ` (Golub and Van Loan, Matrix Computations, 10.1). It runs until every vector's residual is below 1e-11 of the
 * largest eigenvalue, so that the result does not depend on the seed beyond that.
 *
 * @throws RangeError where k is not between 1 and the smaller side.
 */
export function truncatedSvd(operator: LinearOperator, k: number, options: { seed?: number } = {}): Svd {
  const { rows, columns } = operator;
  const size = Math.min(rows, columns);
  if (!Number.isInteger(k) || k < 1 || k > size) {
    throw new RangeError(
      `the number of components must be from 1 to ${size}, the smaller side of the matrix, not ${k}`,
    );
  }
  const wide = columns > rows;
  const between = new Float64Array(wide ? columns : rows);
  const gram = (x: Float64Array, out: Float64Array) => {
    if (wide) {
      operator.multiplyTransposed(x, between);
      operator.multiply(between, out);
    } else {
      operator.multiply(x, between);
      operator.multiplyTransposed(between, out);
    }
  };
  const eigen = largestEigen(gram, size, k, random(options.seed ?? 0, "truncated-svd"));
  const values = eigen.values.map((value) => Math.sqrt(Math.max(0, value)));
  const other = new Float64Array(k * between.length);
  for (let c = 0; c < k; c++) {
    const from = eigen.vectors.subarray(c * size, (c + 1) * size);
    const to = other.subarray(c * between.length, (c + 1) * between.length);
    if (wide) operator.multiplyTransposed(from, to);
    else operator.multiply(from, to);
    if (values[c]! > 0) for (let i = 0; i < to.length; i++) to[i]! /= values[c]!;
  }
  const svd = wide ? { values, left: eigen.vectors, right: other } : { values, left: other, right: eigen.vectors };
  for (let c = 0; c < k; c++) {
    turn(svd.right.subarray(c * columns, (c + 1) * columns), svd.left.subarray(c * rows, (c + 1) * rows));
  }
  return svd;
}

function turn(right: Float64Array, left: Float64Array): void {
  let largest = 0;
  for (const value of right) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest >= 0) return;
  for (let i = 0; i < right.length; i++) right[i] = -right[i]!;
  for (let i = 0; i < left.length; i++) left[i] = -left[i]!;
}

type Multiply = (x: Float64Array, out: Float64Array) => void;

/** The k largest eigenvalues of a symmetric positive semidefinite operator. */
function largestEigen(multiply: Multiply, size: number, k: number, stream: Random): Eigen {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let next = normalised(
    Float64Array.from({ length: size }, () => stream.normal()),
    basis,
  );
  for (;;) {
    basis.push(next);
    const image = new Float64Array(size);
    multiply(next, image);
    diagonal.push(dot(next, image));
    orthogonalise(image, basis);
    const norm = Math.sqrt(dot(image, image));
    const scale = Math.max(...diagonal, Number.MIN_VALUE);
    const steps = basis.length;
    if (steps >= k && (steps === size || steps % 10 === 0) && (steps === size || isConverged())) break;
    if (norm > 1e-14 * scale) {
      next = image.map((value) => value / norm);
      offDiagonal.push(norm);
    } else {
      // The space reached is invariant: go on with a new direction, uncoupled from what is there.
      next = normalised(
        Float64Array.from({ length: size }, () => stream.normal()),
        basis,
      );
      offDiagonal.push(0);
    }

    function isConverged(): boolean {
      const last = new Float64Array(steps);
      last[steps - 1] = 1;
      const values = Float64Array.from(diagonal);
      tridiagonalEigen(values, Float64Array.from([...offDiagonal, 0]), last, 1);
      const found = sortEigen(values, last, 1);
      for (let c = 0; c < k; c++) if (Math.abs(found.vectors[c]!) * norm > 1e-11 * found.values[0]!) return false;
      // An uncoupled direction says nothing of what lies beyond it: only the whole space does.
      return norm > 1e-14 * scale;
    }
  }
  const steps = basis.length;
  const rotation = new Float64Array(steps * steps);
  for (let i = 0; i < steps; i++) rotation[i * steps + i] = 1;
  const values = Float64Array.from(diagonal);
  tridiagonalEigen(values, Float64Array.from([...offDiagonal, 0]), rotation, steps);
  const sorted = sortEigen(values, rotation, steps);
  const vectors = new Float64Array(k * size);
  for (let c = 0; c < k; c++) {
    const vector = vectors.subarray(c * size, (c + 1) * size);
    basis.forEach((direction, step) => addScaled(vector, direction, sorted.vectors[c * steps + step]!));
  }
  return { values: sorted.values.slice(0, k), vectors };
}

function normalised(vector: Float64Array, basis: Float64Array[]): Float64Array {
  orthogonalise(vector, basis);
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / norm);
}

// Twice is enough (Kahan): one pass of Gram and Schmidt loses orthogonality where most of the vector is removed.
function orthogonalise(vector: Float64Array, basis: Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const direction of basis) addScaled(vector, direction, -dot(vector, direction));
  }
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * from[i]!;
}

function multiply(matrix: RowMatrix, x: Float64Array, out: Float64Array): void {
  const [rows, columns] = matrix.shape;
  const { data } = matrix;
  if (matrix.kind === "csr") {
    const { indices, indptr } = matrix;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) sum += data[at]! * x[indices[at]!]!;
      out[i] = sum;
    }
  } else {
    // Four rows at a time: `x` is read a quarter as often, and no sum waits for the one before it.
    let i = 0;
    for (; i + 3 < rows; i += 4) {
      const [at, two, three, four] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let j = 0; j < columns; j++) {
        const factor = x[j]!;
        a += data[at + j]! * factor;
        b += data[two + j]! * factor;
        c += data[three + j]! * factor;
        d += data[four + j]! * factor;
      }
      out[i] = a;
      out[i + 1] = b;
      out[i + 2] = c;
      out[i + 3] = d;
    }
    for (; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += data[i * columns + j]! * x[j]!;
      out[i] = sum;
    }
  }
}

function multiplyTransposed(matrix: RowMatrix, y: Float64Array, out: Float64Array): void {
  const [rows, columns] = matrix.shape;
  const { data } = matrix;
  out.fill(0);
  if (matrix.kind === "csr") {
    const { indices, indptr } = matrix;
    for (let i = 0; i < rows; i++) {
      const factor = y[i]!;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) out[indices[at]!]! += data[at]! * factor;
    }
  } else {
    // Four rows at a time: `out` is read and written a quarter as often.
    let i = 0;
    for (; i + 3 < rows; i += 4) {
      const [at, two, three, four] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
      const [a, b, c, d] = [y[i]!, y[i + 1]!, y[i + 2]!, y[i + 3]!];
      for (let j = 0; j < columns; j++) {
        out[j]! += a * data[at + j]! + b * data[two + j]! + c * data[three + j]! + d * data[four + j]!;
      }
    }
    for (; i < rows; i++) for (let j = 0; j < columns; j++) out[j]! += data[i * columns + j]! * y[i]!;
  }
}
