import { logComplement } from "./gamma.js";
import { logNormalSf } from "./normal.js";

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);
const STEP = 1 / 32;

/**
 * The logarithm of the upper tail of the studentised range of k values with infinite degrees of freedom:
 * `k ∫ φ(z) (Φ(z)^(k-1) - (Φ(z) - Φ(z - q))^(k-1)) dz`, by the trapezoidal rule, which converges exponentially here. All terms are
 * positive and summed as logarithms, so that the tail keeps its digits.
 *
 * @param q - the range over the standard deviation, at least 0.
 * @param k - number of values, at least 2.
 * @example
 * logStudentizedRangeSf(3.5, 4);
 */
export function logStudentizedRangeSf(q: number, k: number): number {
  if (!(q >= 0) || !(k >= 2)) return NaN;
  if (q === 0) return 0;
  if (q === Infinity) return -Infinity;
  const logTerms: number[] = [];
  for (let z = -9; z <= q + 9; z += STEP) {
    const logCdf = logComplement(logNormalSf(z));
    const logShare = logNormalSf(q - z) - logCdf;
    // ln(1 - (1 - share)^(k - 1)); Φ(z - q) cannot exceed Φ(z) but by rounding.
    const logRest = logComplement((k - 1) * logComplement(Math.min(logShare, -Number.MIN_VALUE)));
    logTerms.push(-0.5 * z * z - LOG_SQRT_2PI + (k - 1) * logCdf + logRest);
  }
  const largest = logTerms.reduce((most, term) => Math.max(most, term), -Infinity);
  const sum = logTerms.reduce((total, term) => total + Math.exp(term - largest), 0);
  return Math.min(0, Math.log(k * STEP * sum) + largest);
}
