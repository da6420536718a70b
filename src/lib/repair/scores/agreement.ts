import type { Scaling } from "../training-data.js";

/** Numbers a cell contributes: n, Σa, Σb, Σa², Σb², Σab, Σ(a − b)², a repaired and b clean. */
export const SUMS = 7;

/** The bound of z-scores in the clipped measures; scanpy's own for scaled data. */
export const Z_LIMIT = 10;

/** How values are looked at before they are compared: as they are, z-scored, or z-scored and clipped. */
export type Space = "log" | "z" | "clipped";

/**
 * The sums that mean squared error and Pearson's correlation are made of.
 *
 * @param space - "log": log1p values; "z": z-scores by `scaling`; "clipped": z-scores between ±{@link Z_LIMIT}.
 * @returns cells × {@link SUMS}.
 */
export function pairSums(
  { mean, sd }: Scaling,
  repaired: Float32Array,
  clean: Float32Array,
  space: Space,
): Float64Array {
  const genes = mean.length;
  const limit = space === "clipped" ? Z_LIMIT : Infinity;
  const sums = new Float64Array((clean.length / genes) * SUMS);
  for (let at = 0, start = 0; at < clean.length; start += SUMS) {
    for (let j = 0; j < genes; j++, at++) {
      const [middle, unit] = space === "log" ? [0, 1] : [mean[j]!, sd[j]!];
      const a = clip((repaired[at]! - middle) / unit, limit);
      const b = clip((clean[at]! - middle) / unit, limit);
      sums[start]!++;
      sums[start + 1]! += a;
      sums[start + 2]! += b;
      sums[start + 3]! += a * a;
      sums[start + 4]! += b * b;
      sums[start + 5]! += a * b;
      sums[start + 6]! += (a - b) ** 2;
    }
  }
  return sums;
}

/** The sums of all cells together. */
export function totals(sums: Float64Array): Float64Array {
  const total = new Float64Array(SUMS);
  for (let at = 0; at < sums.length; at++) total[at % SUMS]! += sums[at]!;
  return total;
}

export function mseOf(sums: Float64Array): number {
  return sums[6]! / sums[0]!;
}

export function pearsonOf(sums: Float64Array): number {
  const [n, a, b, aa, bb, ab] = sums as unknown as [number, number, number, number, number, number];
  return (ab - (a * b) / n) / Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
}

function clip(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
