import { logComplement, logGamma, stirlingCorrection } from "./gamma.js";

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/**
 * The logarithm of the beta function. For large arguments the gamma functions' leading terms are cancelled by hand, since their
 * difference would have lost most of its digits.
 *
 * @param a - positive.
 * @param b - positive.
 * @example
 * logBeta(2, 3); // -2.48490…
 */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large < 10) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const rest = stirlingCorrection(large) - stirlingCorrection(a + b);
  const lean = (large - 0.5) * Math.log1p(small / large);
  if (small < 10) return logGamma(small) + rest + small - lean - small * Math.log(a + b);
  const balance = small * Math.log(small / (a + b)) - 0.5 * Math.log(small);
  return stirlingCorrection(small) + rest + HALF_LOG_2PI - lean + balance;
}

/**
 * The logarithm of the regularised incomplete beta function I_x(a, b), by its continued fraction on the side where it converges
 * fast (Abramowitz and Stegun 26.5.8); the logarithm does not underflow in the tail.
 *
 * @param a - positive.
 * @param b - positive.
 * @param x - from 0 to 1.
 * @param complement - 1 - x, where it is known to more digits than the subtraction gives.
 * @returns NaN where an argument is out of range.
 * @example
 * logBetaRegularized(2, 2, 0.5); // ln 0.5
 */
export function logBetaRegularized(a: number, b: number, x: number, complement = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return NaN;
  if (x === 0) return -Infinity;
  if (complement === 0) return 0;
  const logFactor = a * logOf(x, complement) + b * logOf(complement, x) - logBeta(a, b);
  if (x <= (a + 1) / (a + b + 2)) return Math.min(0, logFactor - Math.log(a) + Math.log(betaFraction(a, b, x)));
  return logComplement(Math.min(0, logFactor - Math.log(b) + Math.log(betaFraction(b, a, complement))));
}

function logOf(value: number, complement: number): number {
  return value > 0.5 ? Math.log1p(-complement) : Math.log(value);
}

// The modified method of Lentz, two terms a step.
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) <= 2 * Number.EPSILON || m > 100_000) return fraction;
  }
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
