import { tridiagonalEigen } from "./tridiagonal-eigen.js";
import { dot, dotRows } from "./vectors.js";

/** Eigenvalues in falling order, and the eigenvector of each as a row. */
export interface Eigen {
  values: Float64Array;
  /** One eigenvector of length 1 a row: `values.length` × size, row-major. */
  vectors: Float64Array;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to tridiagonal form, then QL with implicit
 * shifts (Golub and Van Loan, Matrix Computations, 8.3). Meant for sizes up to about a thousand.
 *
 * @param a - n × n, row-major, symmetric.
 * @example
 * const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
 */
export function symmetricEigen(a: Float64Array, n: number): Eigen {
  if (a.length !== n * n) throw new RangeError(`a has ${a.length} values; a matrix of ${n} × ${n} has ${n * n}`);
  const work = a.slice();
  // basis ends as Q with A = Qᵀ T Q, so that its rows take the rotations of the tridiagonal problem.
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  const reflector = new Float64Array(n);
  const product = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm += work[i * n + k]! ** 2;
    norm = Math.sqrt(norm);
    if (norm === 0) continue;
    reflector.fill(0);
    for (let i = k + 1; i < n; i++) reflector[i] = work[i * n + k]!;
    reflector[k + 1]! += reflector[k + 1]! >= 0 ? norm : -norm;
    const scale = 2 / dot(reflector, reflector);
    // A ← (I - s v vᵀ) A (I - s v vᵀ) by the symmetric rank-two update.
    for (let i = 0; i < n; i++) product[i] = scale * dotRows(work, i * n, reflector, n);
    const shift = (scale / 2) * dot(product, reflector);
    for (let i = 0; i < n; i++) product[i]! -= shift * reflector[i]!;
    for (let i = 0; i < n; i++) {
      const v = reflector[i]!;
      const w = product[i]!;
      for (let j = 0; j < n; j++) work[i * n + j]! -= v * product[j]! + w * reflector[j]!;
    }
    applyReflector(basis, reflector, scale, n);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => work[i * n + i]!);
  const offDiagonal = Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? work[(i + 1) * n + i]! : 0));
  tridiagonalEigen(diagonal, offDiagonal, basis, n);
  return sortEigen(diagonal, basis, n);
}

/** Sorts eigenvalues in falling order with their rows of `vectors` (n × width). */
export function sortEigen(values: Float64Array, vectors: Float64Array, width: number): Eigen {
  const order = Int32Array.from(values, (_, i) => i).sort((i, j) => values[j]! - values[i]!);
  const sorted = new Float64Array(vectors.length);
  order.forEach((from, to) => sorted.set(vectors.subarray(from * width, (from + 1) * width), to * width));
  return { values: Float64Array.from(order, (i) => values[i]!), vectors: sorted };
}

// Q ← (I - s v vᵀ) Q: the rows of Q become the basis in which A is tridiagonal.
function applyReflector(basis: Float64Array, v: Float64Array, scale: number, n: number): void {
  const combined = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const factor = v[i]!;
    if (factor !== 0) for (let j = 0; j < n; j++) combined[j]! += factor * basis[i * n + j]!;
  }
  for (let i = 0; i < n; i++) {
    const factor = scale * v[i]!;
    if (factor !== 0) for (let j = 0; j < n; j++) basis[i * n + j]! -= factor * combined[j]!;
  }
}
