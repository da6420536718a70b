import type { AnnData } from "../../anndata/anndata.js";
import { CsrMatrix } from "../../anndata/csr.js";
import { DenseMatrix } from "../../anndata/dense.js";
import type { Frame } from "../../anndata/frame.js";
import { type Matrix, rowMajor, type RowMatrix } from "../../anndata/matrix.js";
import { quantileOfSorted, sortedValues } from "../../stats/describe.js";
import { looksLikeCounts } from "../../stats/counts.js";
import { normalizeMatrix } from "../../pp/normalize-total.js";
import { cellsInMemory, type ExpressionPlace, matrixAt, type PlacedMatrix, type SampleCells } from "./sample-cells.js";

/** Expression that was found in a sample: where, of which genes, and what it is. */
export interface FoundExpression {
  readonly var: Frame;
  readonly kind: "counts" | "log1p";
  readonly place: ExpressionPlace;
}

/** The same with its matrix. */
export interface ExpressionValues extends FoundExpression {
  readonly X: Matrix;
}

/** Logarithms of counts per ten thousand, or per million, stay below this. */
const LARGEST_LOG = 20;
/** What a cell's counts are scaled to. */
const TARGET = 1e4;

/** Counts where there are any, in X, layers.counts or raw, else log1p values in X or raw; undefined where there are neither. */
export async function findExpression(cells: SampleCells): Promise<FoundExpression | undefined> {
  const found = (place: ExpressionPlace, matrix: PlacedMatrix, kind: FoundExpression["kind"]) => ({
    ...{ var: matrix.var, kind, place },
  });
  for (const place of ["X", "layers.counts", "raw"] as const) {
    const matrix = cells.matrix(place);
    if (matrix && (await holdsCounts(matrix))) return found(place, matrix, "counts");
  }
  for (const place of ["X", "raw"] as const) {
    const matrix = cells.matrix(place);
    if (matrix && (await holdsLogs(matrix))) return found(place, matrix, "log1p");
  }
  return undefined;
}

/** As {@link findExpression}, of a data set in memory. */
export async function expressionValues(adata: AnnData): Promise<ExpressionValues | undefined> {
  const found = await findExpression(cellsInMemory(adata));
  return found && { ...found, X: matrixAt(adata, found.place)! };
}

async function holdsCounts(matrix: PlacedMatrix): Promise<boolean> {
  let some = false;
  for await (const X of matrix.chunks()) {
    if (looksLikeCounts(X)) some = true;
    else if (X.data.some((value) => value !== 0)) return false;
  }
  return some;
}

async function holdsLogs(matrix: PlacedMatrix): Promise<boolean> {
  for await (const { data } of matrix.chunks()) {
    if (data.some((value) => !(value >= 0 && value < LARGEST_LOG))) return false;
  }
  return true;
}

/** How a sample's values become what the models take, and what was odd about them. */
export interface LogScaling {
  /** Log1p of counts per ten thousand, of some of the sample's cells. */
  apply(X: Matrix): RowMatrix;
  readonly notes: readonly string[];
}

/**
 * Log1p of counts per ten thousand. Log values scaled to another total are scaled anew, where all cells have the same; where cells differ,
 * genes were left out after the scaling, and they are taken as they are.
 *
 * @param base - of the logarithm of log values. Default: the natural one.
 */
export async function logScaling(
  matrix: PlacedMatrix,
  kind: FoundExpression["kind"],
  base: number = Math.E,
): Promise<LogScaling> {
  if (kind === "counts") {
    return { apply: (X) => mapped(rowMajor(normalizeMatrix(X, X.rowSums(), TARGET)), Math.log1p), notes: [] };
  }
  const stretch = Math.log(base);
  const linear = (X: Matrix) => mapped(rowMajor(X), (value) => Math.expm1(value * stretch));
  const totals: Float64Array[] = [];
  for await (const X of matrix.chunks()) totals.push(linear(X).rowSums());
  const sums = sortedValues(totals.flatMap((some) => Array.from(some)));
  const [low, middle, high] = [0.05, 0.5, 0.95].map((p) => quantileOfSorted(sums, p)) as [number, number, number];
  const asTheyAre = (X: Matrix) => (stretch === 1 ? rowMajor(X) : mapped(linear(X), Math.log1p));
  if (high - low > 0.02 * middle) {
    const note = `taken for log1p of counts per ten thousand, which the cells' totals (${low.toFixed(0)} to ${high.toFixed(0)}) do not show: genes were left out since`;
    return { apply: asTheyAre, notes: [note] };
  }
  if (Math.abs(middle - TARGET) < 0.02 * TARGET) return { apply: asTheyAre, notes: [] };
  const note = `log1p of counts per ${middle.toPrecision(3)}; scaled to counts per ten thousand`;
  return { apply: (X) => mapped(linear(X), (value) => Math.log1p((value * TARGET) / middle)), notes: [note] };
}

function mapped(matrix: RowMatrix, f: (value: number) => number): RowMatrix {
  const data = new Float32Array(matrix.data.length);
  for (let k = 0; k < data.length; k++) data[k] = f(matrix.data[k]!);
  return matrix.kind === "csr"
    ? new CsrMatrix(matrix.shape, data, matrix.indices, matrix.indptr)
    : new DenseMatrix(matrix.shape, data);
}
