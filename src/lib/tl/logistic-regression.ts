import { minimize } from "../stats/minimize.js";
import type { GeneColumns } from "./gene-columns.js";

/** Options of {@link logisticRegression}. */
export interface LogisticRegressionOptions {
  /** Inverse strength of the penalty on the coefficients; the intercepts are free. Default: 1. */
  C?: number;
  /** Stop where no component of the gradient is larger. Default: 1e-6. */
  tolerance?: number;
  /** Most steps of the optimiser. Default: 1000. */
  maxIterations?: number;
}

/** A logistic regression of cells' groups on their genes. */
export interface LogisticRegression {
  /** Groups × genes, row-major; of two groups one row, that of the second. */
  coefficients: Float64Array;
  /** One a row. */
  intercepts: Float64Array;
}

/**
 * Logistic regression with the penalty of ridge regression, `½ |W|² + C Σ loss`, multinomial for three or more groups, as
 * scikit-learn's; minimised by L-BFGS, started from 0.
 *
 * @param codes - the group of each cell; a cell of code -1 is left out.
 * @param groups - number of groups, at least 2.
 * @throws RangeError where there are fewer than two groups or an option is not positive.
 * @example
 * const columns = tl.geneColumns(tl.cellRows(DenseMatrix.fromRows([[0, 1], [1, 0], [4, 1], [5, 0]])));
 * const { coefficients } = tl.logisticRegression(columns, Int32Array.of(0, 0, 1, 1), 2);
 */
export function logisticRegression(
  columns: GeneColumns,
  codes: Int32Array,
  groups: number,
  options: LogisticRegressionOptions = {},
): LogisticRegression {
  const { C = 1, tolerance = 1e-6, maxIterations = 1000 } = options;
  if (!(groups >= 2)) throw new RangeError(`a logistic regression needs at least two groups, not ${groups}`);
  if (!(C > 0)) throw new RangeError(`C must be positive, not ${C}`);
  const { genes } = columns;
  const rows = groups === 2 ? 1 : groups;
  const parameters = new Float64Array(rows * (genes + 1));
  const objective = groups === 2 ? binaryLoss(columns, codes, C) : multinomialLoss(columns, codes, groups, C);
  minimize(objective, parameters, { tolerance, maxIterations });
  // The optimiser's order is gene by gene, so that a value's coefficients lie together.
  const coefficients = new Float64Array(rows * genes);
  for (let j = 0; j < genes; j++) {
    for (let g = 0; g < rows; g++) coefficients[g * genes + j] = parameters[j * rows + g]!;
  }
  return { coefficients, intercepts: parameters.slice(rows * genes) };
}

type Objective = (parameters: Float64Array, gradient: Float64Array) => number;

/** The penalty's value and gradient; the intercepts, which follow the coefficients, get none. */
function penalty(parameters: Float64Array, gradient: Float64Array, coefficients: number): number {
  let sum = 0;
  for (let at = 0; at < coefficients; at++) {
    const value = parameters[at]!;
    sum += value * value;
    gradient[at] = value;
  }
  gradient.fill(0, coefficients);
  return sum / 2;
}

function multinomialLoss(columns: GeneColumns, codes: Int32Array, groups: number, C: number): Objective {
  const { cells, genes } = columns;
  const scores = new Float64Array(cells * groups);
  return (parameters, gradient) => {
    let loss = penalty(parameters, gradient, groups * genes);
    linearScores(columns, parameters, groups, scores);
    for (let i = 0; i < cells; i++) {
      const start = i * groups;
      const own = codes[i]!;
      if (own < 0) {
        scores.fill(0, start, start + groups);
        continue;
      }
      let largest = -Infinity;
      for (let g = 0; g < groups; g++) largest = Math.max(largest, scores[start + g]!);
      let sum = 0;
      for (let g = 0; g < groups; g++) sum += Math.exp(scores[start + g]! - largest);
      const logSum = largest + Math.log(sum);
      loss += C * (logSum - scores[start + own]!);
      // The derivative by a score: the probability, less 1 for the cell's own group.
      for (let g = 0; g < groups; g++) scores[start + g] = C * Math.exp(scores[start + g]! - logSum);
      scores[start + own]! -= C;
    }
    addGradient(columns, scores, groups, gradient);
    return loss;
  };
}

function binaryLoss(columns: GeneColumns, codes: Int32Array, C: number): Objective {
  const { cells, genes } = columns;
  const scores = new Float64Array(cells);
  return (parameters, gradient) => {
    let loss = penalty(parameters, gradient, genes);
    linearScores(columns, parameters, 1, scores);
    for (let i = 0; i < cells; i++) {
      if (codes[i]! < 0) {
        scores[i] = 0;
        continue;
      }
      const sign = codes[i] === 1 ? 1 : -1;
      const margin = sign * scores[i]!;
      loss += C * (margin > 0 ? Math.log1p(Math.exp(-margin)) : -margin + Math.log1p(Math.exp(margin)));
      scores[i] = (-sign * C) / (1 + Math.exp(margin));
    }
    addGradient(columns, scores, 1, gradient);
    return loss;
  };
}

/** Cells × rows: the intercept plus the genes' values times their coefficients. */
function linearScores(columns: GeneColumns, parameters: Float64Array, rows: number, scores: Float64Array): void {
  const { cells, genes, data, indices, indptr } = columns;
  for (let i = 0; i < cells; i++) for (let g = 0; g < rows; g++) scores[i * rows + g] = parameters[genes * rows + g]!;
  for (let j = 0; j < genes; j++) {
    const end = indptr[j + 1]!;
    for (let at = indptr[j]!; at < end; at++) {
      const start = indices[at]! * rows;
      const value = data[at]!;
      for (let g = 0; g < rows; g++) scores[start + g]! += value * parameters[j * rows + g]!;
    }
  }
}

function addGradient(columns: GeneColumns, slopes: Float64Array, rows: number, gradient: Float64Array): void {
  const { cells, genes, data, indices, indptr } = columns;
  for (let i = 0; i < cells; i++) for (let g = 0; g < rows; g++) gradient[rows * genes + g]! += slopes[i * rows + g]!;
  for (let j = 0; j < genes; j++) {
    const end = indptr[j + 1]!;
    for (let at = indptr[j]!; at < end; at++) {
      const start = indices[at]! * rows;
      const value = data[at]!;
      for (let g = 0; g < rows; g++) gradient[j * rows + g]! += value * slopes[start + g]!;
    }
  }
}
