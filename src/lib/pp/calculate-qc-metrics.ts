import type { AnnData } from "../anndata/anndata.js";
import { rowMajor, type RowMatrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";

/** Options of {@link calculateQcMetrics}. */
export interface QcMetricsOptions {
  /** Boolean columns of `var` whose share of each cell's counts is wanted, e.g. `["mt"]`. Default: none. */
  qcVars?: string[];
  /** Shares of the counts in a cell's n most expressed genes. Default: those of 50, 100, 200, 500 not above the number of genes. */
  percentTop?: number[];
  /** Write the log1p_* columns as well. Default: true. */
  log1p?: boolean;
}

/**
 * Quality measures of cells and genes, on raw counts, in scanpy's columns.
 *
 * Writes `obs`: `n_genes_by_counts`, `total_counts`, `pct_counts_in_top_<n>_genes`, and for each name in `qcVars`
 * `total_counts_<name>`, `pct_counts_<name>` (percent; NaN for a cell without counts); `var`: `n_cells_by_counts`, `mean_counts`,
 * `pct_dropout_by_counts`, `total_counts`; with `log1p_*` of counts and means.
 *
 * @throws RangeError where `var` lacks a column of `qcVars`, or `percentTop` exceeds the number of genes.
 * @example
 * adata.var.set("mt", adata.varNames.map((name) => name.startsWith("MT-")));
 * pp.calculateQcMetrics(adata, { qcVars: ["mt"] });
 */
export function calculateQcMetrics(adata: AnnData, options: QcMetricsOptions = {}): AnnData {
  const { qcVars, percentTop, log1p } = resolveOptions<Required<QcMetricsOptions>>("pp.calculateQcMetrics", options, {
    qcVars: [],
    percentTop: [50, 100, 200, 500].filter((n) => n <= adata.nVars),
    log1p: true,
  });
  for (const n of percentTop) {
    if (!Number.isInteger(n) || n < 1 || n > adata.nVars) {
      throw new RangeError(`percentTop holds ${n}; it must be from 1 to the number of genes, ${adata.nVars}`);
    }
  }
  const { obs, var: features } = adata;
  const X = rowMajor(adata.X);
  for (const name of qcVars) {
    if (features.has(name)) continue;
    throw new RangeError(
      `var has no column "${name}"; make one first, e.g. ` +
        `adata.var.set("${name}", adata.varNames.map((gene) => gene.startsWith("${name.toUpperCase()}-")))`,
    );
  }
  const logged = (values: ArrayLike<number>) => Float64Array.from(values, Math.log1p);
  const totals = X.rowSums();
  const genes = X.rowNonZeros();
  obs.set("n_genes_by_counts", genes);
  if (log1p) obs.set("log1p_n_genes_by_counts", logged(genes));
  obs.set("total_counts", totals);
  if (log1p) obs.set("log1p_total_counts", logged(totals));
  const shares = topShares(X, totals, percentTop);
  percentTop.forEach((n, at) => obs.set(`pct_counts_in_top_${n}_genes`, shares[at]!));
  for (const name of qcVars) {
    const subset = maskedRowSums(X, features.numbers(name));
    obs.set(`total_counts_${name}`, subset);
    if (log1p) obs.set(`log1p_total_counts_${name}`, logged(subset));
    obs.set(
      `pct_counts_${name}`,
      subset.map((count, i) => (100 * count) / totals[i]!),
    );
  }
  const geneTotals = X.columnSums();
  const cells = X.columnNonZeros();
  const means = geneTotals.map((total) => total / adata.nObs);
  features.set("n_cells_by_counts", cells);
  features.set("mean_counts", means);
  if (log1p) features.set("log1p_mean_counts", logged(means));
  features.set(
    "pct_dropout_by_counts",
    Float64Array.from(cells, (count) => 100 * (1 - count / adata.nObs)),
  );
  features.set("total_counts", geneTotals);
  if (log1p) features.set("log1p_total_counts", logged(geneTotals));
  return adata;
}

function maskedRowSums(matrix: RowMatrix, mask: Float64Array): Float64Array {
  const sums = new Float64Array(matrix.shape[0]);
  const columns = matrix.shape[1];
  for (let i = 0; i < sums.length; i++) {
    const start = matrix.kind === "csr" ? matrix.indptr[i]! : i * columns;
    const end = matrix.kind === "csr" ? matrix.indptr[i + 1]! : start + columns;
    let sum = 0;
    for (let at = start; at < end; at++) {
      if (mask[matrix.kind === "csr" ? matrix.indices[at]! : at - start]) sum += matrix.data[at]!;
    }
    sums[i] = sum;
  }
  return sums;
}

/** Counts below this are put in order by counting them. */
const SMALL = 4096;

/** For each n, the percent of each row's sum in its n largest values. */
function topShares(matrix: RowMatrix, totals: Float64Array, tops: number[]): Float64Array[] {
  const [rows, columns] = matrix.shape;
  const shares = tops.map(() => new Float64Array(rows));
  const sums = new Float64Array(tops.length);
  const timesSeen = new Int32Array(SMALL);
  for (let i = 0; i < rows; i++) {
    const [start, end] =
      matrix.kind === "csr" ? [matrix.indptr[i]!, matrix.indptr[i + 1]!] : [i * columns, (i + 1) * columns];
    if (!topSumsOfCounts(matrix.data, start, end, tops, timesSeen, sums)) {
      topSums(matrix.data.slice(start, end).sort(), tops, sums);
    }
    for (let at = 0; at < tops.length; at++) shares[at]![i] = (100 * sums[at]!) / totals[i]!;
  }
  return shares;
}

/** The sums of the n largest of some small counts; false, with nothing done, where they are not small counts. */
function topSumsOfCounts(
  data: Float32Array,
  start: number,
  end: number,
  tops: number[],
  timesSeen: Int32Array,
  sums: Float64Array,
): boolean {
  let most = 0;
  for (let at = start; at < end; at++) {
    const value = data[at]!;
    if (!(value >= 0 && value < SMALL && value === Math.floor(value))) return false;
    if (value > most) most = value;
  }
  timesSeen.fill(0, 0, most + 1);
  for (let at = start; at < end; at++) timesSeen[data[at]!]!++;
  for (let t = 0; t < tops.length; t++) {
    let left = tops[t]!;
    let sum = 0;
    for (let value = most; value > 0 && left > 0; value--) {
      const taken = Math.min(left, timesSeen[value]!);
      sum += taken * value;
      left -= taken;
    }
    sums[t] = sum;
  }
  return true;
}

function topSums(rising: Float32Array, tops: number[], sums: Float64Array): void {
  for (let t = 0; t < tops.length; t++) {
    let sum = 0;
    for (let from = Math.max(0, rising.length - tops[t]!); from < rising.length; from++) sum += rising[from]!;
    sums[t] = sum;
  }
}
