import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import { choleskySolve } from "../stats/cholesky.js";

/** Options of {@link combat}. */
export interface CombatOptions {
  /** Column of `obs` with the batches. Default: "batch". */
  key?: string;
  /** Columns of `obs` with numbers whose effect is kept, e.g. a biological condition as 0 and 1. Default: none. */
  covariates?: string[];
}

/** The parametric adjustments end when none changes by more than this share. */
const CONVERGED = 1e-4;
const MOST_STEPS = 10_000;

/**
 * Takes the effects of batches out by ComBat (Johnson, Li and Rabinovic 2007), as scanpy's `combat`: every gene is standardised, its mean
 * and variance in each batch are shrunk towards those of all genes by empirical Bayes, and the rest is scaled back. Replaces `X` by a
 * dense matrix; meant for logarithms.
 *
 * @throws RangeError where `obs` lacks a column, a batch has fewer than two cells, or a covariate is missing for a cell.
 * @throws RangeError where covariates and batches cannot be told apart.
 * @example
 * pp.combat(adata, { key: "donor" });
 */
export function combat(adata: AnnData, options: CombatOptions = {}): AnnData {
  const { key, covariates } = resolveOptions<Required<CombatOptions>>("pp.combat", options, {
    key: "batch",
    covariates: [],
  });
  const numbers = new Map<string, number>();
  const batches = Int32Array.from(adata.obs.strings(key), (name, i) => {
    if (name === null) throw new RangeError(`obs.${key} has no value for cell ${adata.obsNames[i]}`);
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  });
  const sizes = new Int32Array(numbers.size);
  for (const batch of batches) sizes[batch]!++;
  for (const [name, batch] of numbers) {
    if (sizes[batch]! < 2) throw new RangeError(`batch "${name}" of obs.${key} has one cell; it needs two or more`);
  }
  const kept = covariates.map((name) => {
    const values = adata.obs.numbers(name);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new RangeError(`obs.${name} is ${values[bad]} for cell ${adata.obsNames[bad]}`);
    return values;
  });
  const dense = adata.X.toDense();
  adata.X = withoutBatchEffects(dense, batches, sizes, kept);
  return adata;
}

/**
 * A matrix without the effects of batches; see {@link combat}.
 *
 * @param batches - the batch of each row, 0..`sizes.length` - 1.
 * @param sizes - number of rows of each batch, at least 2.
 * @param covariates - one value a row each, whose effect is kept.
 * @throws RangeError where covariates and batches cannot be told apart.
 * @example
 * const values = DenseMatrix.fromRows([[1, 2], [2, 3], [5, 4], [6, 8]]);
 * pp.withoutBatchEffects(values, Int32Array.of(0, 0, 1, 1), Int32Array.of(2, 2));
 */
export function withoutBatchEffects(
  matrix: DenseMatrix,
  batches: Int32Array,
  sizes: Int32Array,
  covariates: Float64Array[] = [],
): DenseMatrix {
  const [rows, columns] = matrix.shape;
  const count = sizes.length;
  const fitted = coefficients(matrix, batches, count, covariates);
  const grandMean = new Float64Array(columns);
  for (let b = 0; b < count; b++) {
    for (let j = 0; j < columns; j++) grandMean[j]! += (sizes[b]! / rows) * fitted[b * columns + j]!;
  }
  const ofCovariates = (i: number, j: number) => {
    let sum = 0;
    for (let c = 0; c < covariates.length; c++) sum += covariates[c]![i]! * fitted[(count + c) * columns + j]!;
    return sum;
  };
  const spread = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const rest = matrix.data[i * columns + j]! - fitted[batches[i]! * columns + j]! - ofCovariates(i, j);
      spread[j]! += (rest * rest) / rows;
    }
  }
  for (let j = 0; j < columns; j++) spread[j] = Math.sqrt(spread[j]!);
  const means = new Float64Array(count * columns);
  const squares = new Float64Array(count * columns);
  const standard = (i: number, j: number) =>
    spread[j] === 0 ? 0 : (matrix.data[i * columns + j]! - grandMean[j]! - ofCovariates(i, j)) / spread[j]!;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) means[batches[i]! * columns + j]! += standard(i, j) / sizes[batches[i]!]!;
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      squares[batches[i]! * columns + j]! += (standard(i, j) - means[batches[i]! * columns + j]!) ** 2;
    }
  }
  const shifts: Float64Array[] = [];
  const scales: Float64Array[] = [];
  for (let b = 0; b < count; b++) {
    const range: [number, number] = [b * columns, (b + 1) * columns];
    const { shift, variance } = shrunken(means.subarray(...range), squares.subarray(...range), sizes[b]!);
    shifts.push(shift);
    scales.push(variance.map(Math.sqrt));
  }
  const result = DenseMatrix.zeros(matrix.shape);
  for (let i = 0; i < rows; i++) {
    const b = batches[i]!;
    for (let j = 0; j < columns; j++) {
      const adjusted = (standard(i, j) - shifts[b]![j]!) / scales[b]![j]!;
      result.data[i * columns + j] = (spread[j] === 0 ? 0 : adjusted * spread[j]!) + grandMean[j]! + ofCovariates(i, j);
    }
  }
  return result;
}

/** Least squares fits of every column by the batches and the covariates: coefficients × columns. */
function coefficients(
  matrix: DenseMatrix,
  batches: Int32Array,
  count: number,
  covariates: Float64Array[],
): Float64Array {
  const [rows, columns] = matrix.shape;
  const size = count + covariates.length;
  const gram = new Float64Array(size * size);
  const products = new Float64Array(size * columns);
  const design = new Float64Array(size);
  for (let i = 0; i < rows; i++) {
    design.fill(0);
    design[batches[i]!] = 1;
    covariates.forEach((values, c) => (design[count + c] = values[i]!));
    for (let a = 0; a < size; a++) {
      if (design[a] === 0) continue;
      for (let b = 0; b <= a; b++) gram[a * size + b]! += design[a]! * design[b]!;
      for (let j = 0; j < columns; j++) products[a * columns + j]! += design[a]! * matrix.data[i * columns + j]!;
    }
  }
  try {
    return choleskySolve(gram, size, products);
  } catch (error) {
    throw new RangeError("the covariates cannot be told apart from the batches or one another; leave one out", {
      cause: error,
    });
  }
}

/**
 * The empirical Bayes estimates of one batch's shift and variance of every gene, from its means and sums of squares about them (Johnson
 * et al. 2007, equations 3.1 and 3.2).
 */
function shrunken(
  means: Float64Array,
  squares: Float64Array,
  n: number,
): { shift: Float64Array; variance: Float64Array } {
  const variances = squares.map((sum) => sum / (n - 1));
  const center = average(means);
  const ofMeans = average(means.map((mean) => (mean - center) ** 2));
  const m = average(variances);
  const s2 = (average(variances.map((variance) => (variance - m) ** 2)) * variances.length) / (variances.length - 1);
  const shape = (2 * s2 + m ** 2) / s2;
  const scale = (m * s2 + m ** 3) / s2;
  const shift = means.slice();
  const variance = variances.slice();
  // With one gene, or genes that are all alike, there is nothing to shrink towards.
  if (!(s2 > 0)) return { shift, variance };
  for (let step = 0; step < MOST_STEPS; step++) {
    let change = 0;
    for (let j = 0; j < means.length; j++) {
      const nextShift = (ofMeans * n * means[j]! + variance[j]! * center) / (ofMeans * n + variance[j]!);
      const sum = squares[j]! + n * (means[j]! - nextShift) ** 2;
      const nextVariance = (0.5 * sum + scale) / (n / 2 + shape - 1);
      // As in scanpy shifts below 0 do not keep it going: their share is negative. Where 0 stays 0 it is NaN.
      const ofShift = Math.abs(nextShift - shift[j]!) / shift[j]!;
      const ofVariance = Math.abs(nextVariance - variance[j]!) / variance[j]!;
      if (ofShift > change) change = ofShift;
      if (ofVariance > change) change = ofVariance;
      shift[j] = nextShift;
      variance[j] = nextVariance;
    }
    if (change <= CONVERGED) break;
  }
  return { shift, variance };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
