import type { DenseMatrix } from "../../anndata/dense.js";
import { pearson } from "../../metrics/pearson.js";

/** Beyond this size of Pearson's r two genes are called correlated. */
export const CORRELATED = 0.3;

/**
 * Pearson's correlations of all pairs of genes across cells.
 *
 * @param genes - columns of the matrix.
 * @returns the pairs (0, 1), (0, 2), …, (1, 2), … in turn; 0 where a gene is constant.
 */
export function geneCorrelations(cells: DenseMatrix, genes: readonly number[]): Float64Array {
  const unit = genes.map((gene) => unitDeviations(cells.column(gene)));
  const correlations = new Float64Array((genes.length * (genes.length - 1)) / 2);
  let at = 0;
  for (let a = 0; a < unit.length; a++) {
    for (let b = a + 1; b < unit.length; b++) {
      let sum = 0;
      for (let i = 0; i < unit[a]!.length; i++) sum += unit[a]![i]! * unit[b]![i]!;
      correlations[at++] = sum;
    }
  }
  return correlations;
}

/** How well a repair keeps what genes have to do with one another. */
export interface CorrelationStructure {
  /** Pearson's correlation of the two lists of correlations. */
  readonly agreement: number;
  /** Per cent of the pairs that are correlated after the repair. */
  readonly correlated: number;
  /** Per cent of the pairs correlated after the repair that are not so in the clean cells; NaN where there is none. */
  readonly falselyCorrelated: number;
}

/** Compares the correlations of repaired cells with those of the clean ones. */
export function compareCorrelations(clean: Float64Array, repaired: Float64Array): CorrelationStructure {
  let correlated = 0;
  let wrong = 0;
  for (let pair = 0; pair < clean.length; pair++) {
    if (Math.abs(repaired[pair]!) <= CORRELATED) continue;
    correlated++;
    if (Math.abs(clean[pair]!) <= CORRELATED) wrong++;
  }
  return {
    agreement: pearson(clean, repaired),
    correlated: (100 * correlated) / clean.length,
    falselyCorrelated: (100 * wrong) / correlated,
  };
}

/** Below this share of a gene's largest value its spread is rounding. */
const ROUNDING = 1e-6;

function unitDeviations(values: Float32Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviations = Float64Array.from(values, (value) => value - mean);
  const length = Math.sqrt(deviations.reduce((sum, deviation) => sum + deviation * deviation, 0));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const isConstant = length <= ROUNDING * largest * Math.sqrt(values.length);
  return deviations.map((deviation) => (isConstant ? 0 : deviation / length));
}
