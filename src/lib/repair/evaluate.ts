import { medianSorted } from "simple-statistics";
import { bestF1Threshold } from "../metrics/precision-recall.js";
import { resolveOptions } from "../options.js";
import { bootstrapSums, type Measure } from "./bootstrap-cells.js";
import { averagePrecisionOverCells, detectionPerCell, f1OverCells } from "./detection.js";
import type { RepairModel } from "./model.js";
import type { RepairTask } from "./task.js";
import { dense, type Scaling } from "./training-data.js";

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Seed of the bootstrap. Default: the task's. */
  readonly seed?: number;
}

/** How well a model repairs the test cells. */
export interface Evaluation {
  readonly method: string;
  readonly label: string;
  readonly parameters: number;
  /** Mean squared error of z-scores over all cells and genes. */
  readonly mse: Measure;
  /** Pearson's correlation of z-scores over all cells and genes together. */
  readonly pearson: Measure;
  /** Average precision of "expressed" (clean > 0) by the repaired log1p value, over all cells and genes together. */
  readonly prAuc: Measure;
  /** F1 of the same, where the repaired value is at least `threshold`. */
  readonly f1: Measure;
  /** The repaired log1p value of best F1 on the validation cells. */
  readonly threshold: number;
  /**
   * Median over genes of the repaired test cells' standard deviation, z-scored. The clean cells' is about 1; less means that
   * differences between cells were smoothed away.
   */
  readonly spread: number;
  /** The same measures of each test cell alone; NaN where a cell has none. */
  readonly perCell: Readonly<Record<"mse" | "pearson" | "prAuc" | "f1", Float64Array>>;
}

/** Repairs the degraded test cells and compares them with the clean ones. */
export async function evaluate(
  model: RepairModel,
  task: RepairTask,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { seed } = resolveOptions<Required<EvaluateOptions>>("repair.evaluate", options, { seed: task.seed });
  const cells = task.test.nObs;
  const clean = dense(task.test).data;
  const repaired = (await model.repair(task.degraded.test)).mean.data;
  const validation = (await model.repair(task.degraded.validation)).mean.data;
  const threshold = bestF1Threshold(expressed(dense(task.validation).data), validation);
  const truth = expressed(clean);
  const sums = zSums(task.scaling, repaired, clean);
  const perCell = Array.from({ length: cells }, (_, i) => sums.subarray(i * SUMS, (i + 1) * SUMS));
  return {
    method: model.name,
    label: model.label,
    parameters: model.parameters,
    mse: bootstrapSums(sums, SUMS, mseOf, seed),
    pearson: bootstrapSums(sums, SUMS, pearsonOf, seed),
    prAuc: averagePrecisionOverCells(truth, repaired, cells, seed),
    f1: f1OverCells(truth, repaired, threshold, cells, seed),
    threshold,
    spread: medianSpread(task.scaling, repaired),
    perCell: {
      mse: Float64Array.from(perCell, mseOf),
      pearson: Float64Array.from(perCell, pearsonOf),
      ...detectionPerCell(truth, repaired, threshold, cells),
    },
  };
}

function expressed(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => (value > 0 ? 1 : 0));
}

/** Numbers a cell contributes: n, Σa, Σb, Σa², Σb², Σab, Σ(a − b)², a repaired and b clean, z-scored. */
const SUMS = 7;

function zSums({ mean, sd }: Scaling, repaired: Float32Array, clean: Float32Array): Float64Array {
  const genes = mean.length;
  const sums = new Float64Array((clean.length / genes) * SUMS);
  for (let at = 0, start = 0; at < clean.length; start += SUMS) {
    for (let j = 0; j < genes; j++, at++) {
      const a = (repaired[at]! - mean[j]!) / sd[j]!;
      const b = (clean[at]! - mean[j]!) / sd[j]!;
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

function mseOf(sums: Float64Array): number {
  return sums[6]! / sums[0]!;
}

function pearsonOf(sums: Float64Array): number {
  const [n, a, b, aa, bb, ab] = sums as unknown as [number, number, number, number, number, number];
  return (ab - (a * b) / n) / Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
}

function medianSpread({ sd }: Scaling, repaired: Float32Array): number {
  const genes = sd.length;
  const cells = repaired.length / genes;
  const spreads = Array.from(sd, (unit, j) => {
    let sum = 0;
    for (let at = j; at < repaired.length; at += genes) sum += repaired[at]!;
    let squares = 0;
    for (let at = j; at < repaired.length; at += genes) squares += (repaired[at]! - sum / cells) ** 2;
    return Math.sqrt(squares / cells) / unit;
  });
  return medianSorted(spreads.sort((a, b) => a - b));
}
