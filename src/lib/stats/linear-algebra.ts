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

/**
 * Eigenvalues of a symmetric tridiagonal matrix by QL with implicit shifts, in place and unsorted.
 *
 * @param diagonal - n values; the eigenvalues on return.
 * @param offDiagonal - `offDiagonal[i]` couples i and i + 1 (n values, the last unused); destroyed.
 * @param rows - n × width, row-major: its rows take the rotations. Starting from the identity they end as the eigenvectors;
 * starting from one column of it (width 1), as that component of each.
 * @throws Error where an eigenvalue does not converge in 60 sweeps (the matrix holds NaN or infinity).
 */
export function tridiagonalEigen(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  rows: Float64Array,
  width: number,
): void {
  const n = diagonal.length;
  for (let low = 0; low < n; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low;
      for (; high < n - 1; high++) {
        const size = Math.abs(diagonal[high]!) + Math.abs(diagonal[high + 1]!);
        if (Math.abs(offDiagonal[high]!) <= Number.EPSILON * size) break;
      }
      if (high === low) break;
      if (sweep === 60) throw new Error("the eigenvalues did not converge; does the matrix hold NaN or infinity?");
      qlSweep(diagonal, offDiagonal, rows, width, low, high);
    }
  }
}

function qlSweep(d: Float64Array, e: Float64Array, rows: Float64Array, width: number, low: number, high: number): void {
  const half = (d[low + 1]! - d[low]!) / (2 * e[low]!);
  const root = Math.hypot(half, 1);
  let g = d[high]! - d[low]! + e[low]! / (half + (half >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= shift;
      e[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1]! - shift;
    const t = (d[i]! - g) * sine + 2 * cosine * b;
    shift = sine * t;
    d[i + 1] = g + shift;
    g = cosine * t - b;
    const upper = i * width;
    const lower = (i + 1) * width;
    for (let k = 0; k < width; k++) {
      const x = rows[lower + k]!;
      const y = rows[upper + k]!;
      rows[lower + k] = sine * y + cosine * x;
      rows[upper + k] = cosine * y - sine * x;
    }
  }
  d[low]! -= shift;
  e[low] = g;
  e[high] = 0;
}

/**
 * Eigenvectors of a symmetric tridiagonal matrix for eigenvalues known to full accuracy, by inverse iteration (Golub and Van Loan,
 * Matrix Computations, 8.4.2); those of close eigenvalues are made orthogonal.
 *
 * @param diagonal - n values.
 * @param offDiagonal - `offDiagonal[i]` couples i and i + 1; at least n - 1 values.
 * @param values - the eigenvalues wanted, in falling order.
 * @returns one vector of length 1 a row.
 */
export function tridiagonalEigenvectors(
  diagonal: ArrayLike<number>,
  offDiagonal: ArrayLike<number>,
  values: Float64Array,
): Float64Array {
  const n = diagonal.length;
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(diagonal[i]!) + 2 * Math.abs(offDiagonal[i] ?? 0));
  const vectors = new Float64Array(values.length * n);
  const rows = { pivot: new Float64Array(n), next: new Float64Array(n), second: new Float64Array(n) };
  let previous = Infinity;
  for (let c = 0; c < values.length; c++) {
    // Equal eigenvalues are parted a little, so that their vectors come out different.
    const value = Math.min(values[c]!, previous - 2 * Number.EPSILON * norm);
    previous = value;
    const vector = vectors.subarray(c * n, (c + 1) * n);
    for (let i = 0; i < n; i++) vector[i] = 1 + ((i * 7 + c * 13) % 11) / 11;
    for (let iteration = 0; iteration < 3; iteration++) {
      solveShifted(diagonal, offDiagonal, value, norm, rows, vector);
      for (let other = c - 1; other >= 0 && values[other]! - values[c]! < 1e-3 * norm; other--) {
        const near = vectors.subarray(other * n, (other + 1) * n);
        const inner = dot(vector, near);
        for (let i = 0; i < n; i++) vector[i]! -= inner * near[i]!;
      }
      const length = Math.sqrt(dot(vector, vector));
      for (let i = 0; i < n; i++) vector[i]! /= length;
    }
  }
  return vectors;
}

/** Solves `(T - value) x = b` in place of b, by elimination with row exchanges; a pivot of 0 becomes a tiny one. */
function solveShifted(
  diagonal: ArrayLike<number>,
  offDiagonal: ArrayLike<number>,
  value: number,
  norm: number,
  { pivot, next, second }: { pivot: Float64Array; next: Float64Array; second: Float64Array },
  b: Float64Array,
): void {
  const n = b.length;
  const tiny = Number.EPSILON * norm || Number.MIN_VALUE;
  // The largest entry keeps within bounds what the near singular system makes huge.
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(b[i]!));
  for (let i = 0; i < n; i++) b[i]! *= tiny / largest;
  let p = diagonal[0]! - value;
  let q = n > 1 ? offDiagonal[0]! : 0;
  for (let i = 0; i < n; i++) {
    if (i === n - 1) {
      pivot[i] = p === 0 ? tiny : p;
      next[i] = second[i] = 0;
      break;
    }
    const below = offDiagonal[i]!;
    const ownDiagonal = diagonal[i + 1]! - value;
    const ownNext = i + 2 < n ? offDiagonal[i + 1]! : 0;
    if (Math.abs(p) >= Math.abs(below)) {
      if (p === 0) p = tiny;
      const factor = below / p;
      pivot[i] = p;
      next[i] = q;
      second[i] = 0;
      b[i + 1]! -= factor * b[i]!;
      p = ownDiagonal - factor * q;
      q = ownNext;
    } else {
      const factor = p / below;
      pivot[i] = below;
      next[i] = ownDiagonal;
      second[i] = ownNext;
      const value0 = b[i]!;
      b[i] = b[i + 1]!;
      b[i + 1] = value0 - factor * b[i]!;
      p = q - factor * ownDiagonal;
      q = -factor * ownNext;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let rest = b[i]!;
    if (i + 1 < n) rest -= next[i]! * b[i + 1]!;
    if (i + 2 < n) rest -= second[i]! * b[i + 2]!;
    b[i] = rest / pivot[i]!;
  }
}

/** Sorts eigenvalues in falling order with their rows of `vectors` (n × width). */
export function sortEigen(values: Float64Array, vectors: Float64Array, width: number): Eigen {
  const order = Int32Array.from(values, (_, i) => i).sort((i, j) => values[j]! - values[i]!);
  const sorted = new Float64Array(vectors.length);
  order.forEach((from, to) => sorted.set(vectors.subarray(from * width, (from + 1) * width), to * width));
  return { values: Float64Array.from(order, (i) => values[i]!), vectors: sorted };
}

/** The inner product of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  return dotRows(a, 0, b, b.length);
}

/** Takes the components along orthogonal directions out of a vector, four directions at a time. */
export function takeOut(vector: Float64Array, basis: Float64Array[]): void {
  const n = vector.length;
  let at = 0;
  for (; at + 3 < basis.length; at += 4) {
    const [a, b, c, d] = [basis[at]!, basis[at + 1]!, basis[at + 2]!, basis[at + 3]!];
    let [ofA, ofB, ofC, ofD] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const value = vector[i]!;
      ofA += a[i]! * value;
      ofB += b[i]! * value;
      ofC += c[i]! * value;
      ofD += d[i]! * value;
    }
    for (let i = 0; i < n; i++) vector[i]! -= ofA * a[i]! + ofB * b[i]! + (ofC * c[i]! + ofD * d[i]!);
  }
  for (; at < basis.length; at++) addScaled(vector, basis[at]!, -dot(vector, basis[at]!));
}

/** Adds a multiple of a vector to another. */
export function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * from[i]!;
}

function dotRows(a: Float64Array, start: number, b: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[start + i]! * b[i]!;
  return sum;
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
