import { normalSf } from "../stats/normal.js";

/** Mean and variance of a value after damage. */
export interface ValueMoments {
  mean: number;
  variance: number;
}

/**
 * What {@link paper} does to a value, in closed form. Without clipping the mean is `(1 - d) m` and the variance
 * `d (1 - d) m² + σ²`, with `m = value · factor`; with it, of the mixture of two normal distributions (around `m` and 0) cut at 0.
 *
 * @param factor - of the 3′ bias, {@link lengthFactor}.
 * @param dropout - d.
 * @param noise - σ.
 * @param clip - whether values below 0 become 0, as `paper` does unless told otherwise.
 * @example
 * const { mean, variance } = degrade.paperMoments(1.5, 0.8, 0.3, 0.1, true);
 */
export function paperMoments(
  value: number,
  factor: number,
  dropout: number,
  noise: number,
  clip: boolean,
): ValueMoments {
  const kept = value * factor;
  if (!clip) return { mean: (1 - dropout) * kept, variance: dropout * (1 - dropout) * kept ** 2 + noise ** 2 };
  const [mean, square] = cutNormal(kept, noise);
  const [lostMean, lostSquare] = cutNormal(0, noise);
  const all = (1 - dropout) * mean + dropout * lostMean;
  return { mean: all, variance: Math.max(0, (1 - dropout) * square + dropout * lostSquare - all ** 2) };
}

/** First and second moment of max(0, y), y normal. */
function cutNormal(mean: number, spread: number): [number, number] {
  if (spread === 0) return [Math.max(0, mean), Math.max(0, mean) ** 2];
  const z = mean / spread;
  const share = normalSf(-z);
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return [mean * share + spread * density, (mean ** 2 + spread ** 2) * share + mean * spread * density];
}

/**
 * Of a count of which each molecule is kept with probability `p`: `n p`, `n p (1 - p)`, and the share of zeros `(1 - p)ⁿ`.
 * @example
 * const { mean, variance, zero } = degrade.thinningMoments(10, 0.3);
 */
export function thinningMoments(count: number, p: number): ValueMoments & { zero: number } {
  const zero = count === 0 ? 1 : Math.exp(count * Math.log1p(-p));
  return { mean: count * p, variance: count * p * (1 - p), zero };
}

/**
 * Of a gene's count after exactly `n` of a cell's `total` molecules were kept ({@link downsample}), hypergeometric: `n c / N` and
 * `n (c / N) (1 - c / N) (N - n) / (N - 1)`.
 * @example
 * const { mean } = degrade.downsampleMoments(10, 1000, 500);
 */
export function downsampleMoments(count: number, total: number, n: number): ValueMoments {
  if (n >= total) return { mean: count, variance: 0 };
  const share = count / total;
  return { mean: n * share, variance: (n * share * (1 - share) * (total - n)) / (total - 1) };
}
