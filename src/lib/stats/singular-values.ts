import { tridiagonalEigen } from "./tridiagonal-eigen.js";

/**
 * All singular values of a square matrix, in any order: Householder's reduction to bidiagonal form, whose singular values are the
 * positive eigenvalues of a tridiagonal matrix of twice the size with a diagonal of zeros (Golub and Van Loan, Matrix
 * Computations, 8.6). Small values keep an absolute accuracy of rounding times the largest, which the Gram matrix would not give.
 *
 * @param a - n × n, row-major; destroyed.
 * @example
 * singularValues(Float64Array.of(3, 0, 0, 4), 2); // Float64Array [3, 4]
 */
export function singularValues(a: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n);
  const above = new Float64Array(n);
  const sums = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    diagonal[k] = reflectColumn(a, n, k, sums);
    if (k < n - 1) above[k] = reflectRow(a, n, k);
  }
  const couplings = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    couplings[2 * k] = diagonal[k]!;
    couplings[2 * k + 1] = above[k]!;
  }
  // Shifted away from 0, where the iteration would look for relative accuracy that tiny singular values do not have.
  const shift = couplings.reduce((most, coupling) => Math.max(most, 2 * Math.abs(coupling)), 0);
  const eigenvalues = new Float64Array(2 * n).fill(shift);
  tridiagonalEigen(eigenvalues, couplings, new Float64Array(0), 0);
  return eigenvalues
    .sort()
    .subarray(n)
    .map((value) => Math.max(0, value - shift));
}

/** Makes column k zero below the diagonal by a reflection of the rows from k on; returns what the diagonal becomes. */
function reflectColumn(a: Float64Array, n: number, k: number, sums: Float64Array): number {
  let square = 0;
  for (let i = k; i < n; i++) square += a[i * n + k]! ** 2;
  const first = a[k * n + k]!;
  const norm = first > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  if (norm === 0) return 0;
  a[k * n + k] = first - norm;
  const scale = 1 / (norm * (first - norm));
  sums.fill(0, k + 1);
  for (let i = k; i < n; i++) {
    const factor = a[i * n + k]!;
    for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) sums[j]! += factor * a[at]!;
  }
  for (let i = k; i < n; i++) {
    const factor = scale * a[i * n + k]!;
    for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) a[at]! += factor * sums[j]!;
  }
  return norm;
}

/** Makes row k zero right of the entry above the diagonal by a reflection of the columns; returns what that entry becomes. */
function reflectRow(a: Float64Array, n: number, k: number): number {
  const start = k * n + k + 1;
  const size = n - k - 1;
  let square = 0;
  for (let j = 0; j < size; j++) square += a[start + j]! ** 2;
  const first = a[start]!;
  const norm = first > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  if (norm === 0) return 0;
  a[start] = first - norm;
  const scale = 1 / (norm * (first - norm));
  for (let i = k + 1; i < n; i++) {
    const row = i * n + k + 1;
    let sum = 0;
    for (let j = 0; j < size; j++) sum += a[row + j]! * a[start + j]!;
    const factor = scale * sum;
    for (let j = 0; j < size; j++) a[row + j]! += factor * a[start + j]!;
  }
  return norm;
}
