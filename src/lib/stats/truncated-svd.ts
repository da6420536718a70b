import { type Eigen, sortEigen } from "./symmetric-eigen.js";
import { tridiagonalEigen, tridiagonalEigenvectors } from "./tridiagonal-eigen.js";
import { addScaled, dot, takeOut } from "./vectors.js";
import { random, type Random } from "./random.js";

/** A matrix known only by its products with vectors. */
export interface LinearOperator {
  rows: number;
  columns: number;
  /** `out = A x`: x has `columns` values, out `rows`. */
  multiply(x: Float64Array, out: Float64Array): void;
  /** `out = Aᵀ y`: y has `rows` values, out `columns`. */
  multiplyTransposed(y: Float64Array, out: Float64Array): void;
  /**
   * In less time than the two products take, where there is such a way: `out = Aᵀ A x` and `products = A x`, or where there are more
   * columns than rows `out = A Aᵀ x` and `products = Aᵀ x`.
   */
  multiplyGram?: (x: Float64Array, out: Float64Array, products?: Float64Array) => void;
  /** Gives back what the products needed; a later product begins anew. */
  close?: () => void;
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
 * The k largest singular values and vectors of a matrix by Lanczos' method with full reorthogonalisation on the smaller of `AᵀA` and
 * `AAᵀ` (Golub and Van Loan, Matrix Computations, 10.1). It runs until every vector's residual is below 1e-11 of the
 * largest eigenvalue, so that the result does not depend on the seed beyond that.
 *
 * @throws RangeError where k is not between 1 and the smaller side.
 * @example
 * const { values } = truncatedSvd(matrixOperator(DenseMatrix.fromRows([[1, 2, 0], [3, 4, 1], [0, 1, 2]])), 1);
 */
export function truncatedSvd(operator: LinearOperator, k: number, options: { seed?: number } = {}): Svd {
  const size = checkRank(operator, k);
  try {
    return svdOfGram(operator, largestEigen(gram(operator), size, k, random(options.seed ?? 0, "truncated-svd")));
  } finally {
    operator.close?.();
  }
}

/**
 * Checks a number of singular values.
 *
 * @returns the smaller side of the matrix.
 * @throws RangeError where k is not between 1 and the smaller side.
 */
export function checkRank({ rows, columns }: LinearOperator, k: number): number {
  const size = Math.min(rows, columns);
  if (Number.isInteger(k) && k >= 1 && k <= size) return size;
  throw new RangeError(`the number of components must be from 1 to ${size}, the smaller side of the matrix, not ${k}`);
}

/** The product of the smaller of `AᵀA` and `AAᵀ` with a vector. */
export function gram(operator: LinearOperator): Multiply {
  const { rows, columns } = operator;
  const wide = columns > rows;
  const between = new Float64Array(wide ? columns : rows);
  return (x, out) => {
    if (operator.multiplyGram) operator.multiplyGram(x, out);
    else if (wide) {
      operator.multiplyTransposed(x, between);
      operator.multiply(between, out);
    } else {
      operator.multiply(x, between);
      operator.multiplyTransposed(between, out);
    }
  };
}

/** Singular values and vectors from the eigenvalues and eigenvectors of the product that {@link gram} takes. */
export function svdOfGram(operator: LinearOperator, eigen: Eigen): Svd {
  const { rows, columns } = operator;
  const wide = columns > rows;
  const size = Math.min(rows, columns);
  const k = eigen.values.length;
  const values = eigen.values.map((value) => Math.sqrt(Math.max(0, value)));
  const other = new Float64Array(k * (wide ? columns : rows));
  const unused = new Float64Array(size);
  for (let c = 0; c < k; c++) {
    const from = eigen.vectors.subarray(c * size, (c + 1) * size);
    const to = other.subarray((c * other.length) / k, ((c + 1) * other.length) / k);
    if (operator.multiplyGram) operator.multiplyGram(from, unused, to);
    else if (wide) operator.multiplyTransposed(from, to);
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
    // The two directions that are coupled first, then what rounding leaves of all.
    addScaled(image, next, -diagonal[diagonal.length - 1]!);
    if (basis.length > 1) addScaled(image, basis[basis.length - 2]!, -offDiagonal[offDiagonal.length - 1]!);
    takeOut(image, basis);
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
  const spectrum = Float64Array.from(diagonal);
  tridiagonalEigen(spectrum, Float64Array.from([...offDiagonal, 0]), new Float64Array(spectrum.length), 1);
  const values = spectrum.sort().reverse().slice(0, k);
  const rotation = tridiagonalEigenvectors(diagonal, offDiagonal, values);
  const vectors = new Float64Array(k * size);
  for (let c = 0; c < k; c++) {
    const vector = vectors.subarray(c * size, (c + 1) * size);
    basis.forEach((direction, step) => addScaled(vector, direction, rotation[c * basis.length + step]!));
  }
  return { values, vectors };
}

function normalised(vector: Float64Array, basis: Float64Array[]): Float64Array {
  orthogonalise(vector, basis);
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / norm);
}

// Twice is enough (Kahan): one pass of Gram and Schmidt loses orthogonality where most of the vector is removed.
function orthogonalise(vector: Float64Array, basis: Float64Array[]): void {
  takeOut(vector, basis);
  takeOut(vector, basis);
}
