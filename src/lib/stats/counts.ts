import type { Matrix } from "../anndata/matrix.js";

/** Whether a matrix looks like raw counts: every stored value is a whole number of at least 0, and one is not 0. */
export function looksLikeCounts(matrix: Matrix): boolean {
  let some = false;
  for (const value of matrix.data) {
    if (value < 0 || !Number.isInteger(value)) return false;
    some ||= value > 0;
  }
  return some;
}
