import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Matrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";

/** Options of {@link regressOut}. */
export interface RegressOutOptions {
  /** Columns of `obs`: numbers, or a single one of categories. */
  keys: string | string[];
}

/**
 * Replaces every gene's values by what a linear regression on columns of `obs` leaves of them, as scanpy's `regress_out`. Numbers are
 * regressed on with an intercept; of a categorical column the mean of each category is taken out. Replaces `X` by a dense matrix.
 *
 * @throws TypeError where no key is given, or a categorical one together with others.
 * @throws RangeError where `obs` lacks a key, or a value is missing or infinite.
 * @example
 * pp.regressOut(adata, { keys: ["total_counts", "pct_counts_mt"] });
 */
export function regressOut(adata: AnnData, options: RegressOutOptions): AnnData {
  const { keys } = resolveOptions<{ keys: string | string[] | undefined }>("pp.regressOut", options, {
    keys: undefined,
  });
  const names = typeof keys === "string" ? [keys] : (keys ?? []);
  if (names.length === 0) throw new TypeError("pp.regressOut: give keys, the columns of obs to regress on");
  const isCategorical = (name: string) => {
    const { kind } = adata.obs.get(name);
    return kind === "categorical" || kind === "string";
  };
  const categorical = names.find(isCategorical);
  if (categorical !== undefined && names.length > 1) {
    throw new TypeError(`pp.regressOut: "${categorical}" is categorical; give it alone`);
  }
  const regressors =
    categorical === undefined
      ? [new Float64Array(adata.nObs).fill(1), ...names.map((name) => numericColumn(adata, name))]
      : indicators(adata, categorical);
  adata.X = residuals(adata.X, regressors);
  return adata;
}

function numericColumn(adata: AnnData, name: string): Float64Array {
  const values = adata.obs.numbers(name);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  throw new RangeError(
    `obs.${name} is ${values[bad]} for cell ${adata.obsNames[bad]}; regression needs finite numbers`,
  );
}

function indicators(adata: AnnData, name: string): Float64Array[] {
  const columns = new Map<string, Float64Array>();
  adata.obs.strings(name).forEach((label, i) => {
    if (label === null) {
      throw new RangeError(`obs.${name} has no value for cell ${adata.obsNames[i]}; regression needs one for each`);
    }
    let column = columns.get(label);
    if (!column) columns.set(label, (column = new Float64Array(adata.nObs)));
    column[i] = 1;
  });
  return [...columns.values()];
}

/**
 * What the least squares fit by some regressors leaves of every column of a matrix.
 *
 * @param regressors - one value a row each; those that depend on the ones before them change nothing.
 * @example
 * const constant = Float64Array.of(1, 1);
 * pp.residuals(DenseMatrix.fromRows([[1, 5], [3, 9]]), [constant]).data; // Float32Array [-1, -2, 1, 2]
 */
export function residuals(matrix: Matrix, regressors: Float64Array[]): DenseMatrix {
  const [rows, columns] = matrix.shape;
  const basis = orthonormal(regressors);
  const coefficients = basis.map(() => new Float64Array(columns));
  const result = new DenseMatrix(matrix.shape, matrix.kind === "dense" ? matrix.data.slice() : matrix.toDense().data);
  basis.forEach((direction, c) => {
    const sums = coefficients[c]!;
    matrix.forEachNonZero((i, j, value) => {
      sums[j]! += direction[i]! * value;
    });
  });
  const fitted = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    fitted.fill(0);
    for (let c = 0; c < basis.length; c++) {
      const factor = basis[c]![i]!;
      const sums = coefficients[c]!;
      if (factor !== 0) for (let j = 0; j < columns; j++) fitted[j]! += factor * sums[j]!;
    }
    for (let j = 0; j < columns; j++) result.data[i * columns + j]! -= fitted[j]!;
  }
  return result;
}

/** Directions of length 1 that span what the regressors do, by Gram and Schmidt's method, twice. */
function orthonormal(regressors: Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const regressor of regressors) {
    const vector = regressor.slice();
    const before = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    for (let pass = 0; pass < 2; pass++) {
      for (const direction of basis) {
        const inner = vector.reduce((sum, value, i) => sum + value * direction[i]!, 0);
        for (let i = 0; i < vector.length; i++) vector[i]! -= inner * direction[i]!;
      }
    }
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (norm > 1e-10 * before) basis.push(vector.map((value) => value / norm));
  }
  return basis;
}
