const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/** Below this the asymptotic series are shifted up by the recurrence; there nine terms reach the last digit. */
const ASYMPTOTIC = 10;

/** Series and fractions that have not converged by then end here; none has been seen to need a tenth of it. */
const MOST_TERMS = 1_000_000;

/** B(2k) / (2k (2k - 1)), the coefficients of Stirling's series (Abramowitz and Stegun 6.1.40). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** B(2k) / (2k), the coefficients of the digamma function's series (Abramowitz and Stegun 6.3.18). */
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160];

/**
 * What Stirling's formula misses: `ln Γ(z) - ((z - ½) ln z - z + ½ ln 2π)`, by its asymptotic series.
 *
 * @param z - at least 10.
 */
export function stirlingCorrection(z: number): number {
  const square = 1 / (z * z);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * square + STIRLING[k]!;
  return sum / z;
}

/**
 * The logarithm of the gamma function, by Stirling's series with the argument shifted to 10 or more.
 *
 * @param z - positive.
 * @returns NaN where z is not positive.
 * @example
 * logGamma(5); // ln 24
 */
export function logGamma(z: number): number {
  if (!(z > 0)) return NaN;
  if (z === Infinity) return Infinity;
  let product = 1;
  for (; z < ASYMPTOTIC; z++) product *= z;
  return (z - 0.5) * Math.log(z) - z + HALF_LOG_2PI + stirlingCorrection(z) - Math.log(product);
}

/**
 * The digamma function, the derivative of {@link logGamma}.
 *
 * @param z - positive.
 * @returns NaN where z is not positive.
 * @example
 * digamma(1); // -0.57721…
 */
export function digamma(z: number): number {
  if (!(z > 0)) return NaN;
  let shift = 0;
  for (; z < ASYMPTOTIC; z++) shift += 1 / z;
  const square = 1 / (z * z);
  let sum = 0;
  for (let k = DIGAMMA.length - 1; k >= 0; k--) sum = (sum + DIGAMMA[k]!) * square;
  return Math.log(z) - 0.5 / z - sum - shift;
}

/** Logarithms of the regularised incomplete gamma functions, P (lower) and Q = 1 - P (upper). */
export interface LogIncompleteGamma {
  logLower: number;
  logUpper: number;
}

/**
 * The regularised incomplete gamma functions, by the series of P below the mean and the continued fraction of Q above it; as
 * logarithms, so that neither tail underflows (Abramowitz and Stegun 6.5.29, 6.5.31).
 *
 * @param a - positive.
 * @param x - at least 0.
 * @returns NaN for both where an argument is out of range.
 * @example
 * logIncompleteGamma(1, 2).logUpper; // -2
 */
export function logIncompleteGamma(a: number, x: number): LogIncompleteGamma {
  if (!(a > 0 && x >= 0)) return { logLower: NaN, logUpper: NaN };
  if (x === 0) return { logLower: -Infinity, logUpper: 0 };
  if (x === Infinity) return { logLower: 0, logUpper: -Infinity };
  const logFactor = logGammaDensity(a, x);
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * Number.EPSILON && n < MOST_TERMS; n++) {
      term *= x / (a + n);
      sum += term;
    }
    const logLower = Math.min(0, logFactor + Math.log(sum));
    return { logLower, logUpper: logComplement(logLower) };
  }
  // The modified method of Lentz; the first numerator is 1.
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; ; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) <= 2 * Number.EPSILON || n > MOST_TERMS) break;
  }
  const logUpper = Math.min(0, logFactor + Math.log(fraction));
  return { logLower: logComplement(logUpper), logUpper };
}

// ln(x^a e^-x / Γ(a)); for large a in terms of x / a, where the separate logarithms would cancel.
function logGammaDensity(a: number, x: number): number {
  if (a < ASYMPTOTIC) return a * Math.log(x) - x - logGamma(a);
  const excess = (x - a) / a;
  return a * (logOnePlus(excess) - excess) + 0.5 * Math.log(a) - HALF_LOG_2PI - stirlingCorrection(a);
}

function logOnePlus(value: number): number {
  return Math.log1p(Math.max(-1, value));
}

/**
 * `ln(1 - e^x)` without loss of digits at either end (Mächler 2012).
 *
 * @param x - at most 0.
 */
export function logComplement(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
