import type { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import type { Repaired } from "./model.js";

/** Intervals of one level: how far they reach to both sides of the repaired value, by the value's height. */
export interface Intervals {
  /** Share of the clean values that the intervals are to hold. */
  readonly level: number;
  /** Lower ends of the bins of repaired values, log1p, rising from 0. */
  readonly edges: readonly number[];
  /** Reach in each bin: in standard deviations where the model tells its own, else log1p. */
  readonly reach: readonly number[];
}

/** Options of {@link calibrateIntervals}. */
export interface CalibrateIntervalsOptions {
  /** Default: 0.9. */
  readonly level?: number;
}

/** Each bin holds half as many values as the one below it, and none fewer than this. */
const LEAST_IN_BIN = 500;
/** Added to a model's standard deviations, log1p: none is so sure that a rounding error matters. */
const SD_FLOOR = 0.01;

/**
 * Calibrates predictive intervals by split-conformal prediction within bins of the repaired value (Papadopoulos et al. 2002; by group:
 * Vovk 2012). The score of a value is its distance from the repaired one, in the model's standard deviations where it tells them; of n
 * scores in a bin the ⌈(n + 1) · level⌉-th smallest is the reach. The guarantee is for cells like the validation cells, on average over a
 * bin: it is none for cells of another kind, and values of one cell are not independent.
 *
 * @param clean - the validation cells, cells × genes, log1p; none of them may have served to fit the model's values.
 * @param repaired - what the model makes of the same cells, degraded.
 * @throws RangeError where the level is not between 0 and 1, or the shapes differ.
 */
export function calibrateIntervals(
  clean: DenseMatrix,
  repaired: Repaired,
  options: CalibrateIntervalsOptions = {},
): Intervals {
  const { level } = resolveOptions<Required<CalibrateIntervalsOptions>>("repair.calibrateIntervals", options, {
    level: 0.9,
  });
  checkLevel(level);
  const { mean, sd } = repaired;
  if (clean.data.length !== mean.data.length) {
    throw new RangeError(`clean is ${clean.shape.join(" × ")}, repaired is ${mean.shape.join(" × ")}`);
  }
  const edges = halvingEdges(mean.data);
  const bin = binOf(edges, mean.data);
  const inBin = new Uint32Array(edges.length);
  for (const b of bin) inBin[b]!++;
  const scores = Array.from(inBin, (count) => new Float32Array(count));
  const filled = new Uint32Array(edges.length);
  for (let at = 0; at < bin.length; at++) {
    const b = bin[at]!;
    scores[b]![filled[b]!++] = Math.abs(clean.data[at]! - Math.max(0, mean.data[at]!)) / unit(sd, at);
  }
  return { level, edges, reach: scores.map((own) => conformalQuantile(own, level)) };
}

/**
 * Half the width of each value's interval, log1p: it goes from `max(0, mean - half)` to `mean + half`, with a mean below zero taken for
 * zero.
 */
export function halfWidths({ edges, reach }: Intervals, { mean, sd }: Repaired): Float32Array {
  return Float32Array.from(binOf(edges, mean.data), (b, at) => reach[b]! * unit(sd, at));
}

/**
 * The ⌈(n + 1) · level⌉-th smallest of n scores; the largest where that is beyond them, which a bin of {@link LEAST_IN_BIN} does not come to.
 * Sorts the scores.
 */
export function conformalQuantile(scores: Float32Array, level: number): number {
  scores.sort();
  return scores[Math.min(scores.length, Math.ceil((scores.length + 1) * level)) - 1] ?? 0;
}

function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, not ${level}`);
}

function unit(sd: DenseMatrix | undefined, at: number): number {
  return sd ? sd.data[at]! + SD_FLOOR : 1;
}

/** Zero, the median, the upper quartile, the upper eighth, … as long as a bin is large enough. */
function halvingEdges(values: Float32Array): number[] {
  const sorted = values.slice().sort();
  const edges = [0];
  for (let above = sorted.length / 2; above >= LEAST_IN_BIN; above /= 2) {
    const edge = sorted[sorted.length - Math.floor(above)]!;
    if (edge > edges.at(-1)!) edges.push(edge);
  }
  return edges;
}

function binOf(edges: readonly number[], values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => {
    let bin = edges.length - 1;
    while (bin > 0 && value < edges[bin]!) bin--;
    return bin;
  });
}
