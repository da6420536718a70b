import { medianSorted } from "simple-statistics";
import type { AnnData } from "../anndata/anndata.js";
import type { Matrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";

/** Options of {@link normalizeTotal}. */
export interface NormalizeTotalOptions {
  /** The sum of each cell's counts afterwards. Default: the median over the cells that have counts. */
  targetSum?: number;
  /** Leave genes that hold more than `maxFraction` of some cell's counts out of the cells' sums. Default: false. */
  excludeHighlyExpressed?: boolean;
  /** See `excludeHighlyExpressed`. Default: 0.05. */
  maxFraction?: number;
}

/**
 * Scales every cell to the same total, as scanpy's `normalize_total`; cells without counts stay zero. Replaces `X`.
 *
 * @throws RangeError where `targetSum` or `maxFraction` is not positive.
 * @example
 * pp.normalizeTotal(adata, { targetSum: 1e4 }); // counts per ten thousand
 */
export function normalizeTotal(adata: AnnData, options: NormalizeTotalOptions = {}): AnnData {
  const resolved = resolveOptions<NormalizeTotalOptions>("pp.normalizeTotal", options, {
    targetSum: undefined,
    excludeHighlyExpressed: false,
    maxFraction: 0.05,
  });
  const { targetSum, maxFraction = 0.05 } = resolved;
  if (targetSum !== undefined && !(targetSum > 0)) throw new RangeError(`targetSum must be positive, not ${targetSum}`);
  if (!(maxFraction > 0 && maxFraction <= 1)) {
    throw new RangeError(`maxFraction must be above 0 and at most 1, not ${maxFraction}`);
  }
  const sums = resolved.excludeHighlyExpressed ? sumsWithoutDominant(adata.X, maxFraction) : adata.X.rowSums();
  adata.X = normalizeMatrix(adata.X, sums, targetSum);
  return adata;
}

/**
 * A matrix whose row i is divided by `sums[i]` and multiplied by `targetSum` (default: the median of the positive sums); rows
 * with sum 0 stay as they are.
 * @example
 * pp.normalizeMatrix(adata.X, adata.X.rowSums(), 1e4);
 */
export function normalizeMatrix(matrix: Matrix, sums: Float64Array, targetSum?: number): Matrix {
  const positive = [...sums.filter((sum) => sum > 0).sort()];
  if (positive.length === 0) return matrix.copy();
  const target = targetSum ?? medianSorted(positive);
  return matrix.scaleRows(sums.map((sum) => (sum > 0 ? target / sum : 1)));
}

function sumsWithoutDominant(matrix: Matrix, maxFraction: number): Float64Array {
  const sums = matrix.rowSums();
  const dominant = new Uint8Array(matrix.shape[1]);
  matrix.forEachNonZero((i, j, value) => {
    if (value > sums[i]! * maxFraction) dominant[j] = 1;
  });
  const rest = new Float64Array(sums.length);
  matrix.forEachNonZero((i, j, value) => {
    if (!dominant[j]) rest[i]! += value;
  });
  return rest;
}
