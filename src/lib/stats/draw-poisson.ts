import { drawGamma } from "./draw-gamma.js";
import { logGamma } from "./gamma.js";
import type { Random } from "./random.js";

/** From this mean on, rejection is faster than going through the probabilities. */
const FEW = 10;

/**
 * Draws from a Poisson distribution: by inversion where the mean is small, else by transformed rejection (Hörmann 1993, PTRS). A
 * mean of 0 takes no random number.
 *
 * @param mean - at least 0.
 * @example
 * drawPoisson(random(0, "example"), 2.5);
 */
export function drawPoisson(stream: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean >= FEW) return reject(stream, mean);
  let rest = stream.uniform();
  let probability = Math.exp(-mean);
  let k = 0;
  // Below 10 the probabilities are 0 from k = 200 on: a rest that rounding leaves ends there.
  while (rest >= probability && k < 200) {
    rest -= probability;
    probability *= mean / ++k;
  }
  return k;
}

/**
 * Draws from a negative binomial distribution with variance `mean + dispersion · mean²`: a Poisson number whose mean is drawn
 * from a gamma distribution.
 *
 * @param dispersion - at least 0; 0 is the Poisson distribution.
 * @example
 * drawNegativeBinomial(random(0, "example"), 5, 0.2);
 */
export function drawNegativeBinomial(stream: Random, mean: number, dispersion: number): number {
  if (mean <= 0 || dispersion === 0) return drawPoisson(stream, mean);
  return drawPoisson(stream, drawGamma(stream, 1 / dispersion, mean * dispersion));
}

function reject(stream: Random, mean: number): number {
  const logMean = Math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const logInverseAlpha = Math.log(1.1239 + 1.1328 / (b - 3.4));
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = stream.uniform() - 0.5;
    const v = stream.uniform();
    const distance = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / distance + b) * u + mean + 0.43);
    if (distance >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (distance < 0.013 && v > distance)) continue;
    const height = Math.log(v) + logInverseAlpha - Math.log(a / (distance * distance) + b);
    if (height <= k * logMean - mean - logGamma(k + 1)) return k;
  }
}
