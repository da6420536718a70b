import type { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import type { Repaired } from "./model.js";

/** How much is not known of repaired values, by their height: what calibration on validation cells found. */
export interface Intervals {
  /** Share of the clean values that the intervals are to hold. */
  readonly level: number;
  /** Lower ends of the bins of repaired values, log1p, rising from 0. */
  readonly edges: readonly number[];
  /** Standard deviation in each bin: a factor of the model's own where it tells one, else log1p. */
  readonly spread: readonly number[];
  /** Where the intervals of each bin begin, in standard deviations from the repaired value; null: at zero expression. */
  readonly lower: readonly (number | null)[];
  /** Where they end. */
  readonly upper: readonly number[];
}

/** Options of {@link calibrateIntervals}. */
export interface CalibrateIntervalsOptions {
  /** Default: 0.9. */
  readonly level?: number;
}

/** Ends of intervals, one a value, log1p, not below zero. */
export interface IntervalEnds {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** A bin holds a quarter of the values that are not below it, and none fewer than this. */
const SHARE_IN_BIN = 0.25;
const LEAST_IN_BIN = 500;
/** Added to a model's standard deviations, log1p: none is so sure that a rounding error matters. */
const SD_FLOOR = 0.01;

/**
 * Calibrates predictive intervals by split-conformal prediction within bins of the repaired value (Papadopoulos et al. 2002; by group:
 * Vovk 2012). The score of a value is its distance from the repaired one in standard deviations, the model's where it tells them, scaled in
 * each bin to the errors found. Where more clean values are zero than may lie outside, an interval begins at zero and ends where the
 * level asks; else both tails are equal. The guarantee is for cells like the validation cells, on average over a bin: it is none for cells of another
 * kind, and values of one cell are not independent.
 *
 * @param clean - the validation cells, cells × genes, log1p; none of them may have served to fit the model's values.
 * @param repaired - what the model makes of the same cells, degraded.
 * @throws RangeError where the level is not between 0 and 1, or the shapes differ.
 * @example
 * const intervals = calibrateIntervals(cleanValidation, await model.repair(task.degraded.validation));
 * const { low, high } = intervalEnds(intervals, await model.repair(task.degraded.test));
 */
export function calibrateIntervals(
  clean: DenseMatrix,
  repaired: Repaired,
  options: CalibrateIntervalsOptions = {},
): Intervals {
  const { level } = resolveOptions<Required<CalibrateIntervalsOptions>>("repair.calibrateIntervals", options, {
    level: 0.9,
  });
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be between 0 and 1, not ${level}`);
  const { mean, sd } = repaired;
  if (clean.data.length !== mean.data.length) {
    throw new RangeError(`clean is ${clean.shape.join(" × ")}, repaired is ${mean.shape.join(" × ")}`);
  }
  const edges = binEdges(mean.data);
  const bin = binOf(edges, mean.data);
  const sizes = new Int32Array(edges.length);
  for (const b of bin) sizes[b]!++;
  const errors = Array.from(sizes, (size) => new Float64Array(size));
  const zeros = new Int32Array(edges.length);
  const filled = new Int32Array(edges.length);
  for (let at = 0; at < bin.length; at++) {
    const b = bin[at]!;
    errors[b]![filled[b]!++] = (clean.data[at]! - Math.max(0, mean.data[at]!)) / unit(sd, at);
    if (clean.data[at] === 0) zeros[b]!++;
  }
  const bins = errors.map((own, b) => {
    const spread = Math.sqrt(own.reduce((sum, error) => sum + error ** 2, 0) / Math.max(1, own.length)) || 1;
    const scores = new Float32Array(own.map((error) => error / spread)).sort();
    const outside = 1 - level;
    if (zeros[b]! > outside * own.length) return { spread, lower: null, upper: conformalQuantile(scores, level) };
    const mirrored = scores.map((score) => -score).reverse();
    const tail = 1 - outside / 2;
    return { spread, lower: -conformalQuantile(mirrored, tail), upper: conformalQuantile(scores, tail) };
  });
  return {
    ...{ level, edges, spread: bins.map(({ spread }) => spread) },
    ...{ lower: bins.map(({ lower }) => lower), upper: bins.map(({ upper }) => upper) },
  };
}

/**
 * Standard deviation of what is not known of each value, log1p.
 * @example
 * const ridge = await repair.fit("ridge", task);
 * const clean = task.validation.X.toDense();
 * const intervals = repair.calibrateIntervals(clean, await ridge.repair(task.degraded.validation));
 * const sd = repair.standardDeviations(intervals, await ridge.repair(task.degraded.test));
 */
export function standardDeviations({ edges, spread }: Intervals, { mean, sd }: Repaired): Float32Array {
  const bins = binOf(edges, mean.data);
  const deviations = new Float32Array(bins.length);
  for (let at = 0; at < bins.length; at++) deviations[at] = spread[bins[at]!]! * unit(sd, at);
  return deviations;
}

/**
 * The interval of each value; a repaired value below zero counts as zero.
 * @example
 * const ridge = await repair.fit("ridge", task);
 * const clean = task.validation.X.toDense();
 * const intervals = repair.calibrateIntervals(clean, await ridge.repair(task.degraded.validation));
 * const { low, high } = repair.intervalEnds(intervals, await ridge.repair(task.degraded.test));
 */
export function intervalEnds(intervals: Intervals, repaired: Repaired): IntervalEnds {
  const { edges, lower, upper } = intervals;
  const { data } = repaired.mean;
  const high = standardDeviations(intervals, repaired);
  const low = new Float32Array(data.length);
  binOf(edges, data).forEach((b, at) => {
    const middle = Math.max(0, data[at]!);
    const own = high[at]!;
    const start = lower[b]!;
    low[at] = start === null ? 0 : Math.max(0, middle + start * own);
    high[at] = Math.max(0, middle + upper[b]! * own);
  });
  return { low, high };
}

/**
 * The ⌈(n + 1) · level⌉-th smallest of n scores in rising order; the largest where that is beyond them, which a bin of
 * {@link LEAST_IN_BIN} does not come to.
 */
export function conformalQuantile(scores: Float32Array, level: number): number {
  return scores[Math.min(scores.length, Math.ceil((scores.length + 1) * level)) - 1] ?? 0;
}

function unit(sd: DenseMatrix | undefined, at: number): number {
  return sd ? sd.data[at]! + SD_FLOOR : 1;
}

/** Zero, and the values with three quarters above, three quarters of these, … as long as the bins are large enough. */
function binEdges(values: Float32Array): number[] {
  const sorted = values.slice().sort();
  const edges = [0];
  for (let above = sorted.length; above * SHARE_IN_BIN >= LEAST_IN_BIN;) {
    above *= 1 - SHARE_IN_BIN;
    const edge = sorted[sorted.length - Math.floor(above)]!;
    if (edge > edges.at(-1)!) edges.push(edge);
  }
  return edges;
}

function binOf(edges: readonly number[], values: Float32Array): Uint8Array {
  const bins = new Uint8Array(values.length);
  // From below, since most values are in the lowest bins.
  for (let at = 0; at < values.length; at++) {
    let bin = 0;
    while (bin + 1 < edges.length && !(values[at]! < edges[bin + 1]!)) bin++;
    bins[at] = bin;
  }
  return bins;
}
