import { logGamma } from "./gamma.js";
import { normalSf } from "./normal.js";
import { findRoot } from "./find-root.js";

const POINTS = 800;

/**
 * The distribution function of the noncentral t distribution, `P(T ≤ t)` for `T = (Z + δ) / S`, S the root of a chi-squared value
 * over its degrees of freedom: the integral of `Φ(t s - δ)` over the distribution of s, by the trapezoidal rule on ln s, which
 * converges exponentially.
 *
 * @param df - degrees of freedom, positive.
 * @param delta - noncentrality.
 * @example
 * noncentralTCdf(2, 10, 0); // 0.963305…
 */
export function noncentralTCdf(t: number, df: number, delta: number): number {
  // The density of v = ln s is C exp(df (v - e^2v / 2)); it falls like e^(df v) to the left and much faster to the right.
  const logConstant = Math.LN2 + (df / 2) * Math.log(df / 2) - logGamma(df / 2);
  const low = -Math.min(40 / df + 12 / Math.sqrt(df), 50);
  const high = Math.min(2.5, 12 / Math.sqrt(df));
  const step = (high - low) / POINTS;
  let sum = 0;
  for (let i = 0; i <= POINTS; i++) {
    const v = low + i * step;
    const logDensity = logConstant + df * (v - Math.exp(2 * v) / 2);
    sum += Math.exp(logDensity) * normalSf(delta - t * Math.exp(v));
  }
  return Math.min(1, sum * step);
}

/**
 * The confidence interval of the noncentrality for which t was observed.
 *
 * @param level - between 0 and 1.
 */
export function noncentralityInterval(t: number, df: number, level: number): { low: number; high: number } {
  const tail = (1 - level) / 2;
  const solve = (p: number) => {
    const excess = (delta: number) => noncentralTCdf(t, df, delta) - p;
    let [low, high] = [t - 1, t + 1];
    for (let reach = 1; excess(low) < 0; reach *= 2) low -= reach;
    for (let reach = 1; excess(high) > 0; reach *= 2) high += reach;
    return findRoot(excess, low, high);
  };
  return { low: solve(1 - tail), high: solve(tail) };
}
