import type { AnnData } from "../anndata/anndata.js";
import { type Matrix, rowMajor } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { looksLikeCounts } from "../stats/counts.js";
import { random, type Random } from "../stats/random.js";

/** Options of {@link downsampleCounts}; one of the two targets is needed. */
export interface DownsampleCountsOptions {
  /** Most counts of a cell: one number for all, or one each. Cells with fewer stay as they are. */
  countsPerCell?: number | ArrayLike<number>;
  /** Most counts of the whole matrix. */
  totalCounts?: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * Draws counts without replacement, as scanpy's `downsample_counts`: every molecule is equally likely to stay. Replaces `X`.
 *
 * @throws TypeError where not exactly one target is given.
 * @throws RangeError where a target is not a whole number of at least 0, or their number is not that of the cells.
 * @throws Error where `X` holds other numbers than counts.
 * @example
 * pp.downsampleCounts(adata, { countsPerCell: 1000, seed: 1 });
 */
export function downsampleCounts(adata: AnnData, options: DownsampleCountsOptions): AnnData {
  const { countsPerCell, totalCounts, seed } = resolveOptions<{
    countsPerCell: number | ArrayLike<number> | undefined;
    totalCounts: number | undefined;
    seed: number;
  }>("pp.downsampleCounts", options, { countsPerCell: undefined, totalCounts: undefined, seed: 0 });
  if ((countsPerCell === undefined) === (totalCounts === undefined)) {
    throw new TypeError("pp.downsampleCounts: give either countsPerCell or totalCounts");
  }
  if (!looksLikeCounts(adata.X) && adata.X.nnz > 0) {
    throw new Error("X holds other numbers than counts; downsample before pp.normalizeTotal and pp.log1p");
  }
  if (countsPerCell === undefined) {
    adata.X = downsampleTotal(adata.X, requireCount("totalCounts", totalCounts), random(seed, "downsample"));
    return adata;
  }
  const targets = typeof countsPerCell === "number" ? new Float64Array(adata.nObs).fill(countsPerCell) : countsPerCell;
  if (targets.length !== adata.nObs) {
    throw new RangeError(`countsPerCell has length ${targets.length}; there are ${adata.nObs} cells`);
  }
  for (let i = 0; i < targets.length; i++) requireCount("countsPerCell", targets[i]);
  adata.X = downsampleRows(adata.X, targets, seed);
  return adata;
}

function requireCount(name: string, value: number | undefined): number {
  if (value !== undefined && Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`${name} must be a whole number of at least 0, not ${value}`);
}

/**
 * Every row with at most so many counts; each row has random numbers of its own, so that rows do not depend on one another.
 * @example
 * pp.downsampleRows(adata.X, new Float64Array(adata.nObs).fill(100), 1);
 */
export function downsampleRows(matrix: Matrix, targets: ArrayLike<number>, seed = 0): Matrix {
  const result = rowMajor(matrix).copy();
  const [rows, columns] = matrix.shape;
  for (let i = 0; i < rows; i++) {
    const start = result.kind === "csr" ? result.indptr[i]! : i * columns;
    const end = result.kind === "csr" ? result.indptr[i + 1]! : start + columns;
    thin(result.data, start, end, targets[i]!, random(seed, "downsample", String(i)));
  }
  return result;
}

/** The matrix with at most so many counts in all. */
export function downsampleTotal(matrix: Matrix, target: number, stream: Random): Matrix {
  const result = rowMajor(matrix).copy();
  thin(result.data, 0, result.data.length, target, stream);
  return result;
}

/** Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S) of the counts from `start` to `end`. */
function thin(data: Float32Array, start: number, end: number, target: number, stream: Random): void {
  let left = 0;
  for (let at = start; at < end; at++) left += data[at]!;
  if (left <= target) return;
  let wanted = target;
  for (let at = start; at < end; at++) {
    const count = data[at]!;
    let kept = 0;
    for (let molecule = 0; molecule < count && wanted > 0; molecule++, left--) {
      if (stream.uniform() * left >= wanted) continue;
      kept++;
      wanted--;
    }
    data[at] = kept;
  }
}
