import { choleskySolve } from "../stats/cholesky.js";

/** Counts with an exposure and covariates, for {@link fitLogLinear}. */
export interface LogLinearData {
  /** Counts, one a gene. */
  counts: Float64Array;
  /** What the counts would be without any effect, positive. */
  exposure: Float64Array;
  /** Covariates, one array each; an intercept is added. */
  covariates: readonly Float64Array[];
  /** Counts beyond so many times their expectation count as that: no single gene decides. Default: Infinity. */
  cap?: number;
}

/** What was fitted. */
export interface LogLinearFit {
  /** The intercept, then one a covariate. */
  coefficients: Float64Array;
  dispersion: number;
}

const STEPS = 50;
const ROUNDS = 10;

/**
 * Fits `E[count] = exposure · exp(intercept + Σ coefficient · covariate)` by quasi-likelihood with the variance
 * `μ + dispersion · μ²` (McCullagh and Nelder 1989, chapter 9; Newton's steps). It is consistent whatever the counts'
 * distribution, zeros included, as long as the mean is right (with a cap: as long as counts vary around the mean alike); the
 * dispersion only sets weights. It is found with Pearson's statistic: `Σ (count - μ)² / variance` equals the degrees of freedom.
 *
 * @param rows - the genes to use, repeats allowed. Default: all.
 * @param start - a fit to begin with; its dispersion is kept.
 * @example
 * const counts = Float64Array.of(9, 22, 38, 83);
 * const data = { counts, exposure: new Float64Array(4).fill(10), covariates: [Float64Array.of(0, 1, 2, 3)] };
 * const [intercept, slope] = degrade.fitLogLinear(data).coefficients; // near 0 and ln 2
 */
export function fitLogLinear(data: LogLinearData, rows?: Int32Array, start?: LogLinearFit): LogLinearFit {
  const used = rows ?? Int32Array.from(data.counts, (_, j) => j);
  if (start) return { ...start, coefficients: climb(data, used, start.coefficients.slice(), start.dispersion) };
  let coefficients = new Float64Array(data.covariates.length + 1);
  let counts = 0;
  let exposure = 0;
  for (let at = 0; at < used.length; at++) {
    counts += data.counts[used[at]!]!;
    exposure += data.exposure[used[at]!]!;
  }
  coefficients[0] = Math.log(counts / exposure);
  let dispersion = 0.5;
  for (let round = 0; round < ROUNDS; round++) {
    coefficients = climb(data, used, coefficients, dispersion);
    const next = pearsonDispersion(data, used, coefficients);
    const isSettled = Math.abs(next - dispersion) <= 1e-4 * (1 + dispersion);
    dispersion = next;
    if (isSettled) break;
  }
  return { coefficients, dispersion };
}

function climb(
  { counts, exposure, covariates, cap = Infinity }: LogLinearData,
  rows: Int32Array,
  coefficients: Float64Array<ArrayBuffer>,
  dispersion: number,
): Float64Array<ArrayBuffer> {
  const size = coefficients.length;
  const values = new Float64Array(size).fill(1);
  const information = new Float64Array(size * size);
  const score = new Float64Array(size);
  for (let step = 0; step < STEPS; step++) {
    information.fill(0);
    score.fill(0);
    for (let at = 0; at < rows.length; at++) {
      const j = rows[at]!;
      let logarithm = coefficients[0]!;
      for (let k = 1; k < size; k++) {
        values[k] = covariates[k - 1]![j]!;
        logarithm += coefficients[k]! * values[k]!;
      }
      const mean = exposure[j]! * Math.exp(logarithm);
      const weight = 1 / (1 + dispersion * mean);
      const isCapped = counts[j]! > cap * mean;
      const residual = weight * ((isCapped ? cap * mean : counts[j]!) - mean);
      const curvature = isCapped ? 0 : weight * weight * mean * (1 + dispersion * counts[j]!);
      for (let k = 0; k < size; k++) {
        score[k]! += residual * values[k]!;
        for (let l = 0; l <= k; l++) information[k * size + l]! += curvature * values[k]! * values[l]!;
      }
    }
    const change = choleskySolve(information, size, score);
    let largest = 0;
    for (let k = 0; k < size; k++) largest = Math.max(largest, Math.abs(change[k]!));
    // Far from the solution the exponential makes whole steps overshoot.
    const length = Math.min(1, 1 / largest);
    for (let k = 0; k < size; k++) coefficients[k]! += length * change[k]!;
    if (largest < 1e-7) break;
  }
  return coefficients;
}

function pearsonDispersion(
  { counts, exposure, covariates, cap = Infinity }: LogLinearData,
  rows: Int32Array,
  coefficients: Float64Array,
): number {
  const means = new Float64Array(rows.length);
  const squares = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const j = rows[at]!;
    let logarithm = coefficients[0]!;
    for (let k = 1; k < coefficients.length; k++) logarithm += coefficients[k]! * covariates[k - 1]![j]!;
    means[at] = exposure[j]! * Math.exp(logarithm);
    squares[at] = (Math.min(counts[j]!, cap * means[at]!) - means[at]!) ** 2;
  }
  const excess = (dispersion: number) => {
    let sum = 0;
    for (let at = 0; at < means.length; at++) {
      if (means[at]! > 0) sum += squares[at]! / (means[at]! + dispersion * means[at]! ** 2);
    }
    return sum - (rows.length - coefficients.length);
  };
  if (excess(0) <= 0) return 0;
  let low = 0;
  let high = 1;
  while (excess(high) > 0 && high < 1e6) high *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}
