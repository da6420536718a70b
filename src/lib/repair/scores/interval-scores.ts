import type { DenseMatrix } from "../../anndata/dense.js";
import { calibrateIntervals, conformalQuantile, intervalEnds } from "../conformal.js";
import type { Repaired } from "../model.js";

/** How good intervals are on some of the values. */
export interface IntervalQuality {
  /** Share of the clean values inside. */
  readonly coverage: number;
  /** Mean width, log1p. */
  readonly width: number;
  /** Mean interval score (Gneiting & Raftery 2007, equation 43): the width, and `2 / (1 - level)` times how far a value lies outside. Less is better. */
  readonly score: number;
}

/** One group of values under the calibrated intervals, and under the control. */
export interface IntervalRow {
  readonly group: string;
  /** Share of all values that are in the group. */
  readonly share: number;
  readonly calibrated: IntervalQuality;
  /** Intervals of one width for each gene, calibrated on the same cells: what an interval must beat to say something of a value. */
  readonly control: IntervalQuality;
}

/** Cells, clean and repaired: cells × genes, log1p. */
export interface RepairedPair {
  readonly clean: DenseMatrix;
  readonly repaired: Repaired;
}

/** Ends of the groups of repaired values, log1p. */
const HEIGHTS = [0, 0.1, 0.5, 1, 2, Infinity] as const;

/**
 * Calibrates intervals on validation cells and holds them against test cells: on all values, on those whose clean value is above zero,
 * by repaired value, and by the probability that the gene is expressed where the model tells it. Where most values are zeros, coverage of all
 * together is trivial.
 *
 * @param validation - the cells to calibrate on.
 * @param test - the cells that are reported on.
 * @param level - of the intervals. Default: 0.9.
 * @example
 * const ridge = await repair.fit("ridge", task);
 * const pair = async (part: "validation" | "test") => ({
 *   clean: task[part].X.toDense(),
 *   repaired: await ridge.repair(task.degraded[part]),
 * });
 * const rows = repair.intervalScores(await pair("validation"), await pair("test"));
 */
export function intervalScores(validation: RepairedPair, test: RepairedPair, level = 0.9): IntervalRow[] {
  const clean = test.clean.data;
  const { mean, pExpressed } = test.repaired;
  const genes = mean.shape[1];
  const own = intervalEnds(calibrateIntervals(validation.clean, validation.repaired, { level }), test.repaired);
  const byGene = geneHalfWidths(validation.clean, validation.repaired.mean, level);
  const row = (group: string, holds: (at: number) => boolean): IntervalRow => {
    const calibrated = new Tally(level);
    const control = new Tally(level);
    for (let at = 0; at < clean.length; at++) {
      if (!holds(at)) continue;
      const middle = Math.max(0, mean.data[at]!);
      const half = byGene[at % genes]!;
      calibrated.add(clean[at]!, own.low[at]!, own.high[at]!);
      control.add(clean[at]!, Math.max(0, middle - half), middle + half);
    }
    const share = calibrated.values / clean.length;
    return { group, share, calibrated: calibrated.quality(), control: control.quality() };
  };
  const heights = HEIGHTS.slice(1).map((high, k) => {
    const low = HEIGHTS[k]!;
    const name = high === Infinity ? `repaired ≥ ${low}` : `repaired ${low}–${high}`;
    return row(name, (at) => Math.max(0, mean.data[at]!) >= low && mean.data[at]! < high);
  });
  const p = pExpressed?.data;
  return [
    row("all", () => true),
    row("clean > 0", (at) => clean[at]! > 0),
    row("clean = 0", (at) => clean[at] === 0),
    ...heights,
    ...(p ? [row("P(expressed) > 0.5", (at) => p[at]! > 0.5), row("P(expressed) ≤ 0.5", (at) => p[at]! <= 0.5)] : []),
  ].filter(({ share }) => share > 0);
}

/** One half width a gene: the conformal quantile of its absolute errors. */
function geneHalfWidths(clean: DenseMatrix, mean: DenseMatrix, level: number): Float32Array {
  const [cells, genes] = clean.shape;
  const errors = new Float32Array(cells);
  return Float32Array.from({ length: genes }, (_, j) => {
    for (let i = 0, at = j; i < cells; i++, at += genes) {
      errors[i] = Math.abs(clean.data[at]! - Math.max(0, mean.data[at]!));
    }
    return conformalQuantile(errors.sort(), level);
  });
}

class Tally {
  values = 0;
  #inside = 0;
  #width = 0;
  #outside = 0;

  constructor(private readonly level: number) {}

  add(clean: number, low: number, high: number): void {
    this.values++;
    this.#width += high - low;
    if (clean >= low && clean <= high) this.#inside++;
    else this.#outside += clean < low ? low - clean : clean - high;
  }

  quality(): IntervalQuality {
    const { values } = this;
    const width = this.#width / values;
    return { coverage: this.#inside / values, width, score: width + ((2 / (1 - this.level)) * this.#outside) / values };
  }
}
