import { type Eigen, symmetricEigen } from "./symmetric-eigen.js";
import { addScaled, dot, takeOut } from "./vectors.js";
import type { Random } from "./random.js";

/** Options of {@link largestEigenvectors}. */
export interface LanczosOptions {
  /** Largest residual of an eigenvector, relative to the largest eigenvalue. Default: 1e-10. */
  tolerance?: number;
  /** Restarts after which what is there is returned. Default: 1000. */
  restarts?: number;
  /** Directions to leave out: eigenvectors known before, of length 1 and orthogonal. Default: none. */
  known?: Float64Array[];
}

/**
 * The k eigenvectors of largest eigenvalue of a symmetric operator by Lanczos' method with thick restarts (Wu and Simon 2000) and full
 * orthogonalisation: memory for about 2 k + 20 vectors, however many steps it takes.
 *
 * @param multiply - writes the operator's product with x into `out`.
 * @param size - number of rows.
 * @returns fewer than k where the space without the known directions is smaller.
 * @example
 * const multiply = (x: Float64Array, out: Float64Array) => x.forEach((value, i) => (out[i] = (i + 1) * value));
 * largestEigenvectors(multiply, 3, 1, random(0, "example")).values; // Float64Array [3]
 */
export function largestEigenvectors(
  multiply: (x: Float64Array, out: Float64Array) => void,
  size: number,
  k: number,
  stream: Random,
  options: LanczosOptions = {},
): Eigen {
  const { tolerance = 1e-10, restarts = 1000, known = [] } = options;
  const most = Math.min(size - known.length, 2 * k + 20);
  const wanted = Math.min(k, most);
  let basis: Float64Array[] = [];
  let projected = new Float64Array(most * most);
  let next = randomDirection(size, stream, known);
  for (let restart = 0; ; restart++) {
    let norm = 0;
    while (basis.length < most) {
      const j = basis.length;
      basis.push(next);
      next = new Float64Array(size);
      multiply(basis[j]!, next);
      projected[j * most + j] = orthogonalise(next, known, basis);
      norm = Math.sqrt(dot(next, next));
      if (norm > 1e-13 * Math.abs(projected[0]!)) for (let i = 0; i < size; i++) next[i]! /= norm;
      else {
        // The space reached is invariant: go on with a new direction, uncoupled from what is there.
        norm = 0;
        if (basis.length < size - known.length) next = randomDirection(size, stream, [...known, ...basis]);
      }
      if (j + 1 < most) projected[j * most + j + 1] = projected[(j + 1) * most + j] = norm;
    }
    const { values, vectors } = symmetricEigen(projected, most);
    const scale = Math.max(Math.abs(values[0]!), Number.MIN_VALUE);
    let isDone = restart === restarts || most === size - known.length;
    if (!isDone) {
      isDone = norm > 0;
      for (let c = 0; c < wanted; c++) {
        if (Math.abs(vectors[c * most + most - 1]!) * norm > tolerance * scale) isDone = false;
      }
    }
    const kept = isDone ? wanted : Math.min(most - 1, wanted + ((most - wanted) >> 1));
    basis = rotate(basis, vectors, kept);
    if (isDone) {
      const found = new Float64Array(wanted * size);
      basis.forEach((vector, c) => found.set(vector, c * size));
      return { values: values.slice(0, wanted), vectors: found };
    }
    projected = new Float64Array(most * most);
    for (let c = 0; c < kept; c++) {
      projected[c * most + c] = values[c]!;
      projected[c * most + kept] = projected[kept * most + c] = norm * vectors[c * most + most - 1]!;
    }
  }
}

function randomDirection(size: number, stream: Random, others: Float64Array[]): Float64Array {
  const direction = new Float64Array(size);
  for (let i = 0; i < size; i++) direction[i] = stream.normal();
  orthogonalise(direction, others, []);
  const norm = Math.sqrt(dot(direction, direction));
  for (let i = 0; i < size; i++) direction[i]! /= norm;
  return direction;
}

/**
 * Takes the directions out of a vector, twice: one pass of Gram and Schmidt loses orthogonality where most of the vector is removed
 * (Kahan). Returns its component along the last of `basis`.
 */
function orthogonalise(vector: Float64Array, known: Float64Array[], basis: Float64Array[]): number {
  const last = basis[basis.length - 1];
  const along = last ? dot(vector, last) : 0;
  for (let pass = 0; pass < 2; pass++) {
    takeOut(vector, known);
    takeOut(vector, basis);
  }
  return along;
}

/** The first `count` combinations of the basis by the rows of `vectors`. */
function rotate(basis: Float64Array[], vectors: Float64Array, count: number): Float64Array[] {
  const rotated: Float64Array[] = [];
  for (let c = 0; c < count; c++) {
    const vector = new Float64Array(basis[0]!.length);
    basis.forEach((direction, i) => addScaled(vector, direction, vectors[c * basis.length + i]!));
    rotated.push(vector);
  }
  return rotated;
}
