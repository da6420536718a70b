import type { AnnData } from "../../anndata/anndata.js";
import { CsrMatrix } from "../../anndata/csr.js";
import { DenseMatrix } from "../../anndata/dense.js";
import type { Frame } from "../../anndata/frame.js";
import { type Matrix, rowMajor, type RowMatrix } from "../../anndata/matrix.js";
import { quantileOfSorted, sortedValues } from "../../stats/describe.js";
import { looksLikeCounts } from "../../stats/counts.js";
import { normalizeMatrix } from "../../pp/normalize-total.js";

/** A matrix of expression that was found in a data set, and its genes. */
export interface ExpressionValues {
  readonly X: Matrix;
  readonly var: Frame;
  readonly kind: "counts" | "log1p";
  readonly place: "X" | "layers.counts" | "raw";
}

/** Logarithms of counts per ten thousand, or per million, stay below this. */
const LARGEST_LOG = 20;
/** What a cell's counts are scaled to. */
const TARGET = 1e4;

/** Counts where there are any, in X, layers.counts or raw, else log1p values in X or raw; undefined where there are neither. */
export function expressionValues({ X, layers, raw, var: features }: AnnData): ExpressionValues | undefined {
  const places = [
    { X, var: features, place: "X" },
    { X: layers["counts"], var: features, place: "layers.counts" },
    { X: raw?.X, var: raw?.var ?? features, place: "raw" },
  ] as const;
  for (const found of places) {
    if (found.X && looksLikeCounts(found.X)) return { ...found, X: found.X, kind: "counts" };
  }
  for (const found of [places[0], places[2]]) {
    if (found.X && looksLikeLogs(found.X)) return { ...found, X: found.X, kind: "log1p" };
  }
  return undefined;
}

function looksLikeLogs({ data }: Matrix): boolean {
  return !data.some((value) => !(value >= 0 && value < LARGEST_LOG));
}

/** Values as the models take them, and what was odd about them. */
export interface NormalizedValues {
  /** Log1p of counts per ten thousand. */
  readonly X: RowMatrix;
  readonly notes: readonly string[];
}

/**
 * Log1p of counts per ten thousand. Log values scaled to another total are scaled anew, where all cells have the same; where cells differ,
 * genes were left out after the scaling, and they are taken as they are.
 *
 * @param base - of the logarithm of log values. Default: the natural one.
 */
export function toLogCp10k({ X, kind }: Pick<ExpressionValues, "X" | "kind">, base: number = Math.E): NormalizedValues {
  if (kind === "counts") {
    const scaled = rowMajor(normalizeMatrix(X, X.rowSums(), TARGET));
    return { X: mapped(scaled, Math.log1p), notes: [] };
  }
  const stretch = Math.log(base);
  const linear = mapped(rowMajor(X), (value) => Math.expm1(value * stretch));
  const sums = sortedValues(linear.rowSums());
  const [low, middle, high] = [0.05, 0.5, 0.95].map((p) => quantileOfSorted(sums, p)) as [number, number, number];
  if (high - low > 0.02 * middle) {
    const note = `taken for log1p of counts per ten thousand, which the cells' totals (${low.toFixed(0)} to ${high.toFixed(0)}) do not show: genes were left out since`;
    return { X: stretch === 1 ? rowMajor(X) : mapped(linear, Math.log1p), notes: [note] };
  }
  if (Math.abs(middle - TARGET) < 0.02 * TARGET) {
    return { X: stretch === 1 ? rowMajor(X) : mapped(linear, Math.log1p), notes: [] };
  }
  const note = `log1p of counts per ${middle.toPrecision(3)}; scaled to counts per ten thousand`;
  return { X: mapped(linear, (value) => Math.log1p((value * TARGET) / middle)), notes: [note] };
}

function mapped(matrix: RowMatrix, f: (value: number) => number): RowMatrix {
  const data = Float32Array.from(matrix.data, f);
  return matrix.kind === "csr"
    ? new CsrMatrix(matrix.shape, data, matrix.indices, matrix.indptr)
    : new DenseMatrix(matrix.shape, data);
}
