import { choleskySolve } from "../stats/cholesky.js";

const STEPS = 50;

/**
 * Logistic regression with a ridge penalty (`Σ log-loss + ridge / 2 · Σ coefficient²`, the intercept free), by Newton's steps.
 *
 * @param rows - covariates, one array a case.
 * @param labels - 0 or 1.
 * @returns the intercept, then one coefficient a covariate.
 * @example
 * const coefficients = degrade.fitLogistic([[0], [1], [2], [3]], [0, 0, 1, 1], 1);
 * degrade.logistic(coefficients, [3]); // a probability
 */
export function fitLogistic(
  rows: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  ridge: number,
): Float64Array {
  const size = (rows[0]?.length ?? 0) + 1;
  const coefficients = new Float64Array(size);
  for (let step = 0; step < STEPS; step++) {
    const information = new Float64Array(size * size);
    const score = new Float64Array(size);
    // A little on the intercept keeps the matrix positive definite where all cases are certain.
    information[0] = 1e-9;
    for (let k = 1; k < size; k++) {
      information[k * size + k] = ridge;
      score[k] = -ridge * coefficients[k]!;
    }
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const p = logistic(coefficients, row);
      for (let k = 0; k < size; k++) {
        const value = k === 0 ? 1 : row[k - 1]!;
        score[k]! += (labels[i]! - p) * value;
        for (let l = 0; l <= k; l++) information[k * size + l]! += p * (1 - p) * value * (l === 0 ? 1 : row[l - 1]!);
      }
    }
    const change = choleskySolve(information, size, score);
    const largest = change.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const length = Math.min(1, 2 / largest);
    for (let k = 0; k < size; k++) coefficients[k]! += length * change[k]!;
    if (largest < 1e-8) break;
  }
  return coefficients;
}

/**
 * The probability of label 1.
 * @example
 * degrade.logistic(Float64Array.of(0, 1), [0]); // 0.5
 */
export function logistic(coefficients: Float64Array, row: ArrayLike<number>): number {
  let sum = coefficients[0]!;
  for (let k = 1; k < coefficients.length; k++) sum += coefficients[k]! * row[k - 1]!;
  return 1 / (1 + Math.exp(-sum));
}
