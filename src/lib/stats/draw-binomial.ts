import { logGamma } from "./gamma.js";
import type { Random } from "./random.js";

/** From this expected number on, rejection is faster than going through the probabilities. */
const FEW = 10;

/**
 * Draws how many of `n` trials succeed, each with probability `p`: by inversion where few are expected, else by transformed
 * rejection (Hörmann 1993, BTRS). No trial, or none that can fail or succeed, takes no random number.
 *
 * @param n - a whole number, at least 0.
 * @param p - 0..1.
 * @example
 * drawBinomial(random(0, "example"), 10, 0.3);
 */
export function drawBinomial(stream: Random, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (n === 1) return stream.uniform() < p ? 1 : 0;
  if (p > 0.5) return n - drawUpToHalf(stream, n, 1 - p);
  return drawUpToHalf(stream, n, p);
}

function drawUpToHalf(stream: Random, n: number, p: number): number {
  if (n * p >= FEW) return reject(stream, n, p);
  const odds = p / (1 - p);
  const none = Math.exp(n * Math.log1p(-p));
  for (;;) {
    let rest = stream.uniform();
    let probability = none;
    // Rounding can leave a rest beyond the last probability: then another is drawn.
    for (let k = 0; k <= n; k++) {
      if (rest < probability) return k;
      rest -= probability;
      probability *= (odds * (n - k)) / (k + 1);
    }
  }
}

function reject(stream: Random, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const center = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const squeeze = 0.92 - 4.2 / b;
  const mode = Math.floor((n + 1) * p);
  const logOdds = Math.log(p / (1 - p));
  const atMode = logGamma(mode + 1) + logGamma(n - mode + 1);
  for (;;) {
    const u = stream.uniform() - 0.5;
    const v = stream.uniform();
    const distance = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / distance + b) * u + center);
    if (k < 0 || k > n) continue;
    if (distance >= 0.07 && v <= squeeze) return k;
    const bound = atMode - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (distance * distance) + b)) <= bound) return k;
  }
}
