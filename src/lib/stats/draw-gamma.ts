import type { Random } from "./random.js";

/**
 * Draws from a gamma distribution with mean `shape · scale` (Marsaglia and Tsang 2000; below a shape of 1 from the shape above,
 * times a power of a uniform number).
 *
 * @param shape - positive.
 * @example
 * drawGamma(random(0, "example"), 2, 0.5);
 */
export function drawGamma(stream: Random, shape: number, scale = 1): number {
  if (shape < 1) return drawGamma(stream, shape + 1, scale) * (1 - stream.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - stream.uniform();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
  }
}

/**
 * Draws from a beta distribution: a gamma number's share of the sum of two.
 * @example
 * drawBeta(random(0, "example"), 2, 5);
 */
export function drawBeta(stream: Random, a: number, b: number): number {
  const x = drawGamma(stream, a);
  return x / (x + drawGamma(stream, b));
}

/**
 * Draws from an exponential distribution of this mean.
 * @example
 * drawExponential(random(0, "example"), 3);
 */
export function drawExponential(stream: Random, mean: number): number {
  return -mean * Math.log1p(-stream.uniform());
}
