import type { Matrix } from "../anndata/matrix.js";

/**
 * Refuses what are not raw counts.
 *
 * @throws Error that names the first value that is not a whole number of at least 0, and says what to do.
 */
export function requireCounts(verb: string, matrix: Matrix): void {
  const { data } = matrix;
  for (let at = 0; at < data.length; at++) {
    const value = data[at]!;
    if (value >= 0 && Number.isInteger(value)) continue;
    throw new Error(
      `${verb} needs raw counts, but X holds ${value}; give the data before pp.normalizeTotal and pp.log1p ` +
        `(keep them as layers.counts), or use degrade.paper, which works on log values`,
    );
  }
}
