import { quantileSorted } from "simple-statistics";
import { random } from "../stats/random.js";

/** A measure of all test cells with its confidence interval over cells. */
export interface Measure {
  readonly value: number;
  /** Ends of the 95 % percentile bootstrap interval: cells are drawn with replacement. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;

/**
 * Percentile bootstrap over cells of a statistic of sums: every cell contributes `width` numbers, the statistic is a function of
 * their totals. The same seed draws the same cells for every method, so that methods can be compared.
 *
 * @param parts - cells × width, row-major.
 */
export function bootstrapSums(
  parts: Float64Array | Int32Array,
  width: number,
  statistic: (sums: Float64Array) => number,
  seed: number,
  resamples = RESAMPLES,
): Measure {
  const cells = parts.length / width;
  const stream = random(seed, "repair", "bootstrap");
  const sums = new Float64Array(width);
  const add = (cell: number) => {
    const start = cell * width;
    for (let k = 0; k < width; k++) sums[k]! += parts[start + k]!;
  };
  for (let cell = 0; cell < cells; cell++) add(cell);
  const value = statistic(sums);
  const values: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    for (let i = 0; i < cells; i++) add(stream.integer(cells));
    const drawn = statistic(sums);
    if (!Number.isNaN(drawn)) values.push(drawn);
  }
  if (values.length === 0) return { value, low: NaN, high: NaN };
  values.sort((a, b) => a - b);
  return { value, low: quantileSorted(values, 0.025), high: quantileSorted(values, 0.975) };
}
