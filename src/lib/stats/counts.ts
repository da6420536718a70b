import type { Matrix } from "../anndata/matrix.js";

/**
 * Whether a matrix looks like raw counts: every stored value is a whole number of at least 0, and one is not 0.
 * @example
 * looksLikeCounts(DenseMatrix.fromRows([[1, 0], [3, 4]])); // true
 */
export function looksLikeCounts(matrix: Matrix): boolean {
  let some = false;
  const { data } = matrix;
  for (let at = 0; at < data.length; at++) {
    const value = data[at]!;
    // Infinity less itself is NaN.
    if (!(value >= 0 && value - Math.floor(value) === 0)) return false;
    if (value > 0) some = true;
  }
  return some;
}
