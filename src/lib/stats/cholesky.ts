/**
 * Solves `A x = b` for a symmetric positive definite A by Cholesky's factorisation (in place of an inverse, e.g. for ridge
 * regression). Work: n³/3 for the factor, n² for each right-hand side.
 *
 * @param a - n × n, row-major; only the lower triangle is read.
 * @param n - the size.
 * @param b - n × m, row-major: m right-hand sides.
 * @returns x, n × m, row-major.
 * @throws RangeError where A is not positive definite (add to its diagonal), or sizes disagree.
 * @example
 * choleskySolve(Float64Array.of(4, 2, 2, 5), 2, Float64Array.of(6, 7));
 */
export function choleskySolve(a: Float64Array, n: number, b: Float64Array): Float64Array {
  const factor = choleskyFactor(a, n);
  const columns = b.length / n;
  if (!Number.isInteger(columns)) throw new RangeError(`b has ${b.length} values, not a multiple of ${n}`);
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) addScaledRow(x, i, k, -factor[i * n + k]!, columns);
    scaleRow(x, i, 1 / factor[i * n + i]!, columns);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) addScaledRow(x, i, k, -factor[k * n + i]!, columns);
    scaleRow(x, i, 1 / factor[i * n + i]!, columns);
  }
  return x;
}

/**
 * The lower triangular L with `A = L Lᵀ`.
 *
 * @param a - n × n, row-major, symmetric positive definite; only the lower triangle is read.
 * @returns L, n × n, row-major, zeros above the diagonal.
 * @throws RangeError where A is not positive definite.
 * @example
 * choleskyFactor(Float64Array.of(4, 2, 2, 5), 2); // Float64Array [2, 0, 1, 2]
 */
export function choleskyFactor(a: Float64Array, n: number): Float64Array {
  if (a.length !== n * n) throw new RangeError(`a has ${a.length} values; a matrix of ${n} × ${n} has ${n * n}`);
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = a[i * n + j]! - dotRange(factor, i * n, j * n, j);
      if (i !== j) factor[i * n + j] = rest / factor[j * n + j]!;
      else if (rest > 0) factor[i * n + i] = Math.sqrt(rest);
      else throw new RangeError(`the matrix is not positive definite (pivot ${i} is ${rest}); add to its diagonal`);
    }
  }
  return factor;
}

// Four sums at once: one sum would wait for each addition to end before the next.
function dotRange(a: Float64Array, left: number, right: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[left + i]! * a[right + i]!;
    s1 += a[left + i + 1]! * a[right + i + 1]!;
    s2 += a[left + i + 2]! * a[right + i + 2]!;
    s3 += a[left + i + 3]! * a[right + i + 3]!;
  }
  for (; i < length; i++) s0 += a[left + i]! * a[right + i]!;
  return s0 + s1 + (s2 + s3);
}

function addScaledRow(x: Float64Array, to: number, from: number, factor: number, columns: number): void {
  if (factor === 0) return;
  for (let j = 0; j < columns; j++) x[to * columns + j]! += factor * x[from * columns + j]!;
}

function scaleRow(x: Float64Array, row: number, factor: number, columns: number): void {
  for (let j = 0; j < columns; j++) x[row * columns + j]! *= factor;
}
