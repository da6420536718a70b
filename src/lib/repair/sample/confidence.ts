import { normalQuantile } from "../../stats/normal.js";
import { halfWidths, type Intervals } from "../conformal.js";
import type { Repaired } from "../model.js";
import type { RepairedPair } from "../scores/interval-scores.js";
import type { Scaling } from "../training-data.js";

/**
 * Standard deviation of every value, log1p: the half width of its interval, over that of a normal distribution's interval of the same level
 * and standard deviation one.
 */
export function standardDeviations(intervals: Intervals, repaired: Repaired): Float32Array {
  const reach = normalQuantile((1 + intervals.level) / 2);
  return halfWidths(intervals, repaired).map((half) => half / reach);
}

/** Mean squared error of the validation cells' z-scores, as a share of the mean square of their {@link standardDeviations}. */
export function errorScaleOf(intervals: Intervals, { clean, repaired }: RepairedPair, { sd }: Scaling): number {
  const deviations = standardDeviations(intervals, repaired);
  let errors = 0;
  let expected = 0;
  for (let at = 0; at < deviations.length; at++) {
    const unit = sd[at % sd.length]!;
    errors += ((clean.data[at]! - Math.max(0, repaired.mean.data[at]!)) / unit) ** 2;
    expected += (deviations[at]! / unit) ** 2;
  }
  return expected > 0 ? errors / expected : 1;
}

/**
 * The correlation of each repaired cell with its clean self that is to be expected, over genes, z-scored: `√(V / (V + S))`, with V the
 * repaired z-scores' mean square and S the expected mean square of their errors, as for a conditional mean.
 *
 * @param genes - the model's genes that count. Default: all.
 * @returns one number a cell, from 0 to 1.
 */
export function confidenceOf(
  { intervals, errorScale }: { readonly intervals: Intervals; readonly errorScale: number },
  repaired: Repaired,
  { mean, sd }: Scaling,
  genes: ArrayLike<number> = Int32Array.from(sd.keys()),
): Float32Array {
  const deviations = standardDeviations(intervals, repaired);
  const [cells, width] = repaired.mean.shape;
  return Float32Array.from({ length: cells }, (_, i) => {
    let known = 0;
    let unknown = 0;
    for (let k = 0; k < genes.length; k++) {
      const j = genes[k]!;
      const at = i * width + j;
      known += ((Math.max(0, repaired.mean.data[at]!) - mean[j]!) / sd[j]!) ** 2;
      unknown += errorScale * (deviations[at]! / sd[j]!) ** 2;
    }
    return known + unknown > 0 ? Math.sqrt(known / (known + unknown)) : 0;
  });
}
