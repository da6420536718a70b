import { logComplement } from "./gamma.js";

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

/** Beyond this the continued fraction converges in few steps; below it the series loses at most two digits. */
const TAIL = 2.2;

/**
 * The logarithm of the standard normal distribution's upper tail, `ln P(Z > z)`; it does not underflow. By the series of the
 * integral around 0 (Marsaglia 2004) and Laplace's continued fraction in the tail.
 *
 * @example
 * logNormalSf(60); // -1805.01…, where P itself is 0 in float64
 */
export function logNormalSf(z: number): number {
  if (z > TAIL) return -0.5 * z * z - LOG_SQRT_2PI + Math.log(millsRatio(z));
  if (z < -TAIL) return logComplement(logNormalSf(-z));
  return Math.log(0.5 - centralArea(z));
}

/**
 * The standard normal distribution's upper tail, `P(Z > z)`, with its digits kept in the far tail.
 * @example
 * normalSf(0); // 0.5
 */
export function normalSf(z: number): number {
  if (z > TAIL) return Math.exp(-0.5 * z * z - LOG_SQRT_2PI) * millsRatio(z);
  if (z < -TAIL) return 1 - normalSf(-z);
  return 0.5 - centralArea(z);
}

/**
 * The standard normal distribution's quantile: the z with `P(Z < z) = p`, by Newton's method on the logarithm of the tail.
 *
 * @returns -Infinity and Infinity for 0 and 1, NaN outside.
 * @example
 * normalQuantile(0.975); // 1.959963…
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0.5) return 0;
  if (p > 0.5) return upperQuantile(Math.log(1 - p));
  return -upperQuantile(Math.log(p));
}

/** The z above 0 with `ln P(Z > z) = logP`, for logP at most ln ½; it serves where P itself underflows. */
export function upperQuantile(logP: number): number {
  if (logP === -Infinity) return Infinity;
  let z = Math.sqrt(Math.max(0, -2 * (logP + Math.LN2)));
  // ln P is concave, so Newton's steps approach from one side after the first.
  for (let step = 0; step < 100; step++) {
    const logSf = logNormalSf(z);
    const change = (logSf - logP) * Math.exp(logSf + 0.5 * z * z + LOG_SQRT_2PI);
    z += change;
    if (Math.abs(change) <= 4 * Number.EPSILON * Math.abs(z)) break;
  }
  return z;
}

// ∫ from 0 to z of the density.
function centralArea(z: number): number {
  const square = z * z;
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > Number.EPSILON * Math.abs(sum); k += 2) {
    term *= square / k;
    sum += term;
  }
  return sum * Math.exp(-0.5 * square - LOG_SQRT_2PI);
}

// P(Z > z) over the density at z: 1 / (z + 1 / (z + 2 / (z + 3 / …))), from the far end of enough terms for z.
function millsRatio(z: number): number {
  let fraction = z;
  for (let k = Math.ceil(20 + 300 / (z * z)); k > 0; k--) fraction = z + k / fraction;
  return 1 / fraction;
}
