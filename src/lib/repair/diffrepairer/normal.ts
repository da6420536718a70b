import type { Tensor } from "../../engine/tensorflow.js";

/**
 * Chebyshev coefficients of ln(erfc(z) / t) + z² in t = 1 / (1 + z/2), for z ≥ 0, of fractional error below 1.2e-7
 * everywhere (Press et al., Numerical Recipes, section 6.2).
 */
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
] as const;

const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Logarithm of the standard normal density. */
export function logNormalDensity(x: Tensor): Tensor {
  return x.square().mul(-0.5).sub(LOG_ROOT_TWO_PI);
}

/** Logarithm of the standard normal distribution function; accurate and differentiable far into the lower tail. */
export function logNormalCdf(x: Tensor): Tensor {
  const z = x.abs().div(Math.SQRT2);
  const t = z.mul(0.5).add(1).reciprocal();
  let series = t.mul(ERFC.at(-1)!);
  for (let k = ERFC.length - 2; k > 0; k--) series = series.add(ERFC[k]!).mul(t);
  const logTail = t.log().sub(z.square()).add(series).add(ERFC[0]).sub(Math.LN2); // ln Φ(-|x|)
  const logBulk = logTail.exp().neg().log1p(); // ln(1 - Φ(-|x|))
  // Not a comparison, which has no gradient at all; at zero it goes with the gradient of abs, which is that of -x there.
  const above = x.step();
  return logBulk.mul(above).add(logTail.mul(above.neg().add(1)));
}
