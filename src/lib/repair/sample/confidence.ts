import { type Intervals, standardDeviations } from "../conformal.js";
import type { Repaired } from "../model.js";
import type { Scaling } from "../training-data.js";

/**
 * The correlation of each repaired cell with its clean self that is to be expected, over genes, z-scored: `√(V / (V + S))`, with V the
 * repaired z-scores' mean square and S that of their standard deviations, as for a conditional mean.
 *
 * @param genes - the model's genes that count. Default: all.
 * @returns one number a cell, from 0 to 1.
 */
export function confidenceOf(
  intervals: Intervals,
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
      unknown += (deviations[at]! / sd[j]!) ** 2;
    }
    return known + unknown > 0 ? Math.sqrt(known / (known + unknown)) : 0;
  });
}
