import { dot } from "./vectors.js";

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
