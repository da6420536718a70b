import { AnnData } from "../anndata/anndata.js";
import type { DenseMatrix } from "../anndata/dense.js";
import { bestF1Threshold } from "../metrics/precision-recall.js";
import { resolveOptions } from "../options.js";
import { bootstrapSums, type Measure } from "./bootstrap-cells.js";
import type { Damage } from "./damage.js";
import { averagePrecisionOverCells, detectionPerCell, f1OverCells } from "./detection.js";
import type { RepairModel } from "./model.js";
import { mseOf, pairSums, pearsonOf, type Space, SUMS, totals } from "./scores/agreement.js";
import { type Biology, BiologicalReference, type BiologicalReferenceOptions } from "./scores/biology.js";
import { coverage } from "./scores/calibration.js";
import { intervalScores, type IntervalRow } from "./scores/interval-scores.js";
import { scoredTypes } from "./scores/scored-types.js";
import { medianSpread } from "./scores/spread.js";
import type { RepairTask } from "./task.js";
import { dense } from "./training-data.js";

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Seed of the bootstrap. Default: the task's. */
  readonly seed?: number;
  /** Damage of the test cells, and of the validation cells that thresholds come from. Default: the task's own. */
  readonly damage?: Damage | null;
  /**
   * Column of `obs` with the cell types that the biological scores compare; null: none. Default: "cell_type" where the cells
   * have it.
   */
  readonly by?: string | null;
  /** Marker genes known beforehand, by name. Default: none. */
  readonly knownMarkers?: readonly string[];
  /** Resamples of the test cells for the biological scores' intervals. Default: 200. */
  readonly draws?: number;
}

/** How well expressed genes are told from silent ones. */
export interface Detection {
  /** Average precision of "expressed" (clean > 0), over all cells and genes together. */
  readonly prAuc: Measure;
  /** F1 of the same, where the score is at least `threshold`. */
  readonly f1: Measure;
  /** The score of best F1 on the validation cells. */
  readonly threshold: number;
}

/** Mean squared error and Pearson's correlation over all cells and genes together. */
export interface Agreement {
  readonly mse: number;
  readonly pearson: number;
}

/** How well a model repairs the test cells; the detection is that by the repaired log1p value. */
export interface Evaluation extends Detection {
  readonly method: string;
  readonly label: string;
  readonly parameters: number;
  /** Mean squared error of z-scores over all cells and genes. */
  readonly mse: Measure;
  /** Pearson's correlation of z-scores over all cells and genes together. */
  readonly pearson: Measure;
  /** The same of z-scores clipped at ±10, and of log1p values. */
  readonly clipped: Agreement;
  readonly logSpace: Agreement;
  /** Detection by the model's own probability that a gene is expressed; of models that give one. */
  readonly probability?: Detection;
  /** Share of the clean values inside the model's 90 % intervals; of models that give a standard deviation. */
  readonly coverage90?: number;
  /** Intervals calibrated on the validation cells, held against the test cells. */
  readonly intervals: readonly IntervalRow[];
  /**
   * Median over genes of the repaired test cells' standard deviation, z-scored. The clean cells' is about 1; less means that
   * differences between cells were smoothed away.
   */
  readonly spread: number;
  /** Scores of the cell types' biology; where cells have types, and two of them at least five test cells each. */
  readonly biology?: Biology;
  /** The first measures of each test cell alone; NaN where a cell has none. */
  readonly perCell: Readonly<Record<"mse" | "pearson" | "prAuc" | "f1", Float64Array>>;
}

/**
 * Repairs the degraded test cells and compares them with the clean ones. The model is given values alone, no labels.
 *
 * @throws RangeError where `by` is given and the cells have no such column.
 * @example
 * const { mse, pearson } = await repair.evaluate(await repair.fit("ridge", task), task);
 */
export async function evaluate(
  model: RepairModel,
  task: RepairTask,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { seed, damage, by, knownMarkers, draws } = resolveOptions<Required<EvaluateOptions>>(
    "repair.evaluate",
    options,
    {
      ...{ seed: task.seed, damage: null, by: task.test.obs.has("cell_type") ? "cell_type" : null },
      ...{ knownMarkers: [], draws: 200 },
    },
  );
  const degraded = (part: "validation" | "test") => (damage ? task.degrade(part, damage) : task.degraded[part]);
  const test = await model.repair(withoutLabels(degraded("test"), by));
  const validation = await model.repair(withoutLabels(degraded("validation"), by));
  const clean = dense(task.test).data;
  const repaired = test.mean.data;
  const cells = task.test.nObs;
  const truth = expressed(clean);
  const validationTruth = expressed(dense(task.validation).data);
  const detect = (scores: DenseMatrix, validationScores: DenseMatrix): Detection => {
    const threshold = bestF1Threshold(validationTruth, validationScores.data);
    return {
      prAuc: averagePrecisionOverCells(truth, scores.data, cells, seed),
      f1: f1OverCells(truth, scores.data, threshold, cells, seed),
      threshold,
    };
  };
  const agree = (space: Space): Agreement => {
    const sums = totals(pairSums(task.scaling, repaired, clean, space));
    return { mse: mseOf(sums), pearson: pearsonOf(sums) };
  };
  const sums = pairSums(task.scaling, repaired, clean, "z");
  const perCell = Array.from({ length: cells }, (_, i) => sums.subarray(i * SUMS, (i + 1) * SUMS));
  const detection = detect(test.mean, validation.mean);
  const { pExpressed, sd } = test;
  const biology = by === null ? undefined : referenceOf(task, { by, knownMarkers, draws, seed })?.score(test.mean);
  return {
    method: model.name,
    label: model.label,
    parameters: model.parameters,
    mse: bootstrapSums(sums, SUMS, mseOf, seed),
    pearson: bootstrapSums(sums, SUMS, pearsonOf, seed),
    clipped: agree("clipped"),
    logSpace: agree("log"),
    ...detection,
    ...(pExpressed && { probability: detect(pExpressed, validation.pExpressed!) }),
    ...(sd && { coverage90: coverage(clean, repaired, sd.data) }),
    intervals: intervalScores(
      { clean: dense(task.validation), repaired: validation },
      { clean: dense(task.test), repaired: test },
    ),
    spread: medianSpread(task.scaling, repaired),
    ...(biology && { biology }),
    perCell: {
      mse: Float64Array.from(perCell, mseOf),
      pearson: Float64Array.from(perCell, pearsonOf),
      ...detectionPerCell(truth, repaired, detection.threshold, cells),
    },
  };
}

function expressed(values: Float32Array): Uint8Array {
  const isExpressed = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) if (values[at]! > 0) isExpressed[at] = 1;
  return isExpressed;
}

/** The cells without what a sample to be repaired would not know of them. */
export function withoutLabels(cells: AnnData, by: string | null): AnnData {
  const obs = cells.obs.copy();
  for (const column of [by, "split"]) if (column !== null && obs.has(column)) obs.delete(column);
  return new AnnData({ X: cells.X, obs, var: cells.var });
}

const references = new WeakMap<AnnData, Map<string, BiologicalReference | undefined>>();

/** The reference of a task, made once for all methods; undefined where fewer than two types can be scored. */
function referenceOf(task: RepairTask, options: BiologicalReferenceOptions): BiologicalReference | undefined {
  const known = references.get(task.test) ?? new Map<string, BiologicalReference | undefined>();
  references.set(task.test, known);
  const key = JSON.stringify(options);
  if (!known.has(key)) {
    const enough = scoredTypes(task.test.obs.strings(options.by)).types.length >= 2;
    known.set(key, enough ? new BiologicalReference(task, options) : undefined);
  }
  return known.get(key);
}
