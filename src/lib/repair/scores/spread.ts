import { medianSorted } from "simple-statistics";
import type { Scaling } from "../training-data.js";

/**
 * The median, over genes, of the cells' standard deviation over that of the clean training cells: about 1 for clean cells, less where
 * differences between cells were smoothed away.
 *
 * @param values - cells × genes, log1p.
 */
export function medianSpread({ sd }: Pick<Scaling, "sd">, values: Float32Array): number {
  const genes = sd.length;
  const cells = values.length / genes;
  const spreads = Array.from(sd, (unit, j) => {
    let sum = 0;
    for (let at = j; at < values.length; at += genes) sum += values[at]!;
    let squares = 0;
    for (let at = j; at < values.length; at += genes) squares += (values[at]! - sum / cells) ** 2;
    return Math.sqrt(squares / cells) / unit;
  });
  return medianSorted(spreads.sort((a, b) => a - b));
}
