import { type Matrix, rowMajor } from "../anndata/matrix.js";
import { loess } from "../stats/loess.js";
import { columnMoments, type Moments } from "../stats/moments.js";

/**
 * The variance of every column of counts beyond what its mean lets expect, as Seurat v3's (Stuart et al. 2019): the log10 variance is
 * fitted by loess on the log10 mean; values, standardised by the fit and clipped at √n, are squared and summed over n - 1.
 *
 * @param span - share of the genes that each local fit takes in.
 * @param moments - of the columns, where they are known.
 * @example
 * pp.standardisedVariance(adata.X); // one a gene
 */
export function standardisedVariance(given: Matrix, span = 0.3, moments?: Moments): Float64Array {
  const matrix = rowMajor(given);
  const [rows, columns] = matrix.shape;
  const { mean, variance } = moments ?? columnMoments(matrix);
  const varying = Int32Array.from(variance.keys()).filter((j) => variance[j]! > 0);
  const fitted = loess(
    Float64Array.from(varying, (j) => Math.log10(mean[j]!)),
    Float64Array.from(varying, (j) => Math.log10(variance[j]!)),
    span,
  );
  const expected = new Float64Array(columns).fill(1);
  varying.forEach((j, at) => (expected[j] = 10 ** fitted[at]!));
  const limits = expected.map((value, j) => Math.sqrt(value * rows) + mean[j]!);
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  const { data } = matrix;
  const indices = matrix.kind === "csr" ? matrix.indices : undefined;
  for (let at = 0; at < data.length; at++) {
    const j = indices ? indices[at]! : at % columns;
    const value = Math.min(data[at]!, limits[j]!);
    sums[j]! += value;
    squares[j]! += value * value;
  }
  return expected.map(
    (value, j) => (rows * mean[j]! ** 2 + squares[j]! - 2 * sums[j]! * mean[j]!) / ((rows - 1) * value),
  );
}

/** Options of {@link residualVariance}. */
export interface ResidualOptions {
  /** Overdispersion of the negative binomial. */
  theta: number;
  /** Residuals are clipped to this and its negative. */
  clip: number;
}

/**
 * The variance (n below the sum of squares) of every column's analytic Pearson residuals (Lause, Berens and Kobak 2021):
 * `(x - μ) / √(μ + μ² / θ)`, clipped, with μ = sum of the row × sum of the column / total. 0 for a column of zeros.
 *
 * The residual of a zero depends on the sums alone, so zeros are taken together for all rows of like sum.
 * @example
 * pp.residualVariance(adata.X, { theta: 100, clip: Math.sqrt(adata.nObs) }); // one a gene
 */
export function residualVariance(given: Matrix, { theta, clip }: ResidualOptions): Float64Array {
  const matrix = rowMajor(given);
  const [rows, columns] = matrix.shape;
  const rowSums = matrix.rowSums();
  const columnSums = matrix.columnSums();
  const total = columnSums.reduce((sum, value) => sum + value, 0);
  const shares = columnSums.map((sum) => sum / total);
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  const rowsOfSum = new Map<number, number>();
  for (const sum of rowSums) rowsOfSum.set(sum, (rowsOfSum.get(sum) ?? 0) + 1);
  for (const [sum, count] of rowsOfSum) addZeros(shares, sum, count, theta, clip, sums, squares);
  // Rows of a dense matrix have as many entries as columns.
  for (let i = 0; i < rows; i++) {
    const start = matrix.kind === "csr" ? matrix.indptr[i]! : i * columns;
    const end = matrix.kind === "csr" ? matrix.indptr[i + 1]! : start + columns;
    for (let at = start; at < end; at++) {
      const value = matrix.data[at]!;
      if (value === 0) continue;
      const j = matrix.kind === "csr" ? matrix.indices[at]! : at - start;
      const mu = rowSums[i]! * shares[j]!;
      const scale = 1 / Math.sqrt(mu + (mu * mu) / theta);
      const zero = Math.max(-clip, -mu * scale);
      const residual = Math.min(clip, Math.max(-clip, (value - mu) * scale));
      sums[j]! += residual - zero;
      squares[j]! += residual * residual - zero * zero;
    }
  }
  return squares.map((square, j) => (columnSums[j] === 0 ? 0 : square / rows - (sums[j]! / rows) ** 2));
}

/** Adds the residuals of `count` rows of zeros with the same sum. */
function addZeros(
  shares: Float64Array,
  rowSum: number,
  count: number,
  theta: number,
  clip: number,
  sums: Float64Array,
  squares: Float64Array,
): void {
  if (rowSum === 0) return;
  for (let j = 0; j < shares.length; j++) {
    const mu = rowSum * shares[j]!;
    if (mu === 0) continue;
    const zero = Math.max(-clip, -mu / Math.sqrt(mu + (mu * mu) / theta));
    sums[j]! += count * zero;
    squares[j]! += count * zero * zero;
  }
}

/** How a gene fared in the batches. */
export interface BatchRanks {
  /** Median of the gene's ranks, 0 the most variable, over the batches where it is among the first; NaN where it never is. */
  rank: Float64Array;
  /** Number of batches where it is among the first. */
  nBatches: Int32Array;
}

/** Ranks genes within each batch by falling variance; of like ones the first comes first. */
export function rankInBatches(variances: Float64Array[], nTopGenes: number): BatchRanks {
  const genes = variances[0]?.length ?? 0;
  const ranks: number[][] = Array.from({ length: genes }, () => []);
  for (const values of variances) {
    Int32Array.from(values.keys())
      .sort((a, b) => values[b]! - values[a]! || a - b)
      .subarray(0, nTopGenes)
      .forEach((gene, rank) => ranks[gene]!.push(rank));
  }
  return {
    rank: Float64Array.from(ranks, (found) => {
      const sorted = found.sort((a, b) => a - b);
      const half = sorted.length >> 1;
      if (sorted.length === 0) return NaN;
      return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
    }),
    nBatches: Int32Array.from(ranks, (found) => found.length),
  };
}

/**
 * Marks the first genes: by median rank and then number of batches, or the other way round.
 *
 * @returns 1 for each gene that is among the first.
 */
export function firstGenes({ rank, nBatches }: BatchRanks, nTopGenes: number, by: "rank" | "batches"): Uint8Array {
  const byRank = (a: number, b: number) =>
    (Number.isNaN(rank[a]) ? Infinity : rank[a]!) - (Number.isNaN(rank[b]) ? Infinity : rank[b]!) || 0;
  const byBatches = (a: number, b: number) => nBatches[b]! - nBatches[a]!;
  const [first, second] = by === "rank" ? [byRank, byBatches] : [byBatches, byRank];
  const isFirst = new Uint8Array(rank.length);
  Int32Array.from(rank.keys())
    .sort((a, b) => first(a, b) || second(a, b) || a - b)
    .subarray(0, nTopGenes)
    .forEach((gene) => (isFirst[gene] = 1));
  return isFirst;
}
