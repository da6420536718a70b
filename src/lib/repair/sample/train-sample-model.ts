import { AnnData } from "../../anndata/anndata.js";
import { DenseMatrix } from "../../anndata/dense.js";
import { hashMatrix } from "../../anndata/hash-matrix.js";
import { annotateBySpecies } from "../../datasets/annotate-genes.js";
import { packageVersion } from "../../datasets/cache.js";
import type { Species } from "../../datasets/gene-table.js";
import { makeUnique } from "../../io/make-unique.js";
import { Frame } from "../../anndata/frame.js";
import { resolveOptions } from "../../options.js";
import { fitDiffRepairer } from "../diffrepairer/diffrepairer.js";
import { calibrateIntervals, type Intervals } from "../conformal.js";
import { countDamage } from "../damage.js";
import type { RepairModel } from "../model.js";
import { NetworkModel } from "../network-model.js";
import { mseOf, pairSums, pearsonOf, totals } from "../scores/agreement.js";
import { intervalScores, type RepairedPair } from "../scores/interval-scores.js";
import { regressSeverity, type SeverityEstimator } from "../severity-estimator.js";
import { severityGenes } from "../severity-features.js";
import { prepare, type RepairTask, withoutTest } from "../task.js";
import { dense, type TrainingData } from "../training-data.js";
import type { TrainingOptions } from "../training-options.js";
import { confidenceOf } from "./confidence.js";
import { profileDamage } from "./damage-profile.js";
import { expressionValues } from "./expression-values.js";
import { namedGenes } from "./match-genes.js";
import { type SampleModel, type SampleSeverity, type ToldSeverity } from "./sample-model.js";
import { fitReference } from "./training-reference.js";

/** Options of {@link trainSampleModel}. */
export interface TrainSampleModelOptions {
  /** What the cells are called in provenance. Default: "cells". */
  readonly name?: string;
  /** Number of highly variable genes that the model repairs. Default: 2000. */
  readonly nTopGenes?: number;
  /** Share of the clean values that the intervals are to hold. Default: 0.9. */
  readonly level?: number;
  /** Seed of split, damage and training. Default: 0. */
  readonly seed?: number;
  /** How the model is fitted. Default: DiffRepairer with the likelihood of counts. */
  readonly fit?: (data: TrainingData, training: TrainingOptions) => Promise<RepairModel>;
  /** Of the training: budget, progress, checkpoint, signal. Default: the "quick" budget, nothing else. */
  readonly training?: TrainingOptions;
  /** Told what is done before and after the training, a line each. Default: nobody. */
  readonly onLine?: (line: string) => void;
}

/**
 * Trains a model that repairs samples of the same tissue: on the cells' counts, damaged as molecules are ({@link countDamage}, the mixture
 * of severities). Of the cells 70 % train, 10 % calibrate the intervals and what is usual of cells, and 20 % are kept to say how good
 * the model is ({@link SampleModelFacts.quality}). Quality control is the caller's: cells without counts are left out, no others.
 *
 * @param adata - counts in X, layers.counts or raw; it is not changed. `var.length` is taken where it is there, else from the gene table.
 * @throws Error where there are no counts, or no gene is known and no length given.
 * @example
 * const trained = await repair.trainSampleModel(await datasets.pbmc3k(), { name: "pbmc3k" });
 * await repair.saveSampleModel(trained, "blood-model");
 */
export async function trainSampleModel(adata: AnnData, options: TrainSampleModelOptions = {}): Promise<SampleModel> {
  const resolved = resolveOptions<Required<TrainSampleModelOptions>>("repair.trainSampleModel", options, {
    ...{ name: "cells", nTopGenes: 2000, level: 0.9, seed: 0, training: {}, onLine: () => undefined },
    fit: (data, training) => fitDiffRepairer(data, { likelihood: "counts", ...training }),
  });
  const { name, nTopGenes, level, seed, fit, training, onLine } = resolved;
  const { cells, species, sha256 } = await trainingCells(adata);
  onLine(`${name}: ${cells.nObs} cells × ${cells.nVars} genes; damaging their molecules`);
  const task = prepare(cells, { nTopGenes, damage: countDamage(), by: null, seed });
  const data = withoutTest(task);
  const reference = await fitReference(data);
  const profile = profileDamage(task.train, task.genes, seed);
  const lost = fitLoss(data);
  training.signal?.throwIfAborted();
  const model = await fit(data, training);

  onLine("calibrating on validation cells");
  const validation: RepairedPair = {
    clean: dense(task.validation),
    repaired: await model.repair(task.degraded.validation),
  };
  const intervals = calibrateIntervals(validation.clean, validation.repaired, { level });
  const columns = task.genes;
  return {
    model,
    context: {
      facts: {
        data: { name, sha256, genes: cells.nVars },
        cells: { train: task.train.nObs, validation: task.validation.nObs, test: task.test.nObs },
        ...{ species, method: model.name, damage: "counts, mixture", seed, version: packageVersion() },
        quality: await qualityOf(model, task, validation, intervals),
      },
      columns,
      genes: namedGenes(cells.var.select(columnsOf(cells, columns)), species ?? undefined),
      ...{ scaling: task.scaling, profile, lost, intervals, reference },
      severities: toldSeverities(model, task, lost),
    },
  };
}

async function trainingCells(adata: AnnData) {
  const values = await expressionValues(adata);
  if (values?.kind !== "counts") {
    const found = values ? `${values.place} holds log values` : "X, layers.counts and raw hold none";
    throw new Error(
      `Training needs raw counts, since it damages molecules, but ${found}; keep the counts as layers.counts or raw.`,
    );
  }
  const { X, var: features } = values;
  const obs = new Frame(makeUnique(adata.obsNames));
  const cells = new AnnData({ X, obs, var: features.copy() });
  cells.keepObs(Array.from(X.rowSums(), (sum) => sum > 0));
  let species: Species | null = null;
  if (!features.has("length")) species = annotateBySpecies(cells);
  return { cells, species, sha256: hashMatrix(X, features.index) };
}

function columnsOf({ varNames }: AnnData, genes: readonly string[]): number[] {
  const place = new Map(varNames.map((gene, j) => [gene, j]));
  return genes.map((gene) => place.get(gene)!);
}

/** An estimator of the share of a cell's genes that damage lost, fitted on the draws of the damaged training cells. */
function fitLoss({ train, degraded }: TrainingData): SeverityEstimator {
  const shares = degraded.train.map((cells) => lostShares(dense(train), dense(cells)));
  return regressSeverity(severityGenes(train), degraded.train, shares);
}

/** The share of the genes seen in each clean cell that its damaged self does not show, cells × 1. */
function lostShares(clean: DenseMatrix, damaged: DenseMatrix): DenseMatrix {
  const [cells, genes] = clean.shape;
  const shares = new Float32Array(cells);
  for (let i = 0; i < cells; i++) {
    let seen = 0;
    let lost = 0;
    for (let at = i * genes; at < (i + 1) * genes; at++) {
      if (clean.data[at]! <= 0) continue;
      seen++;
      if (damaged.data[at]! <= 0) lost++;
    }
    shares[i] = seen > 0 ? lost / seen : 0;
  }
  return new DenseMatrix([cells, 1], shares);
}

function toldSeverities(
  model: RepairModel,
  task: RepairTask,
  lost: SeverityEstimator,
): Record<SampleSeverity, ToldSeverity> {
  const estimator = model instanceof NetworkModel ? model.severityEstimator : undefined;
  const told = (name: SampleSeverity): ToldSeverity => {
    const cells = task.degrade("validation", countDamage(name));
    const means = (matrix: DenseMatrix) => Array.from(matrix.columnSums(), (sum) => sum / cells.nObs);
    const input = estimator ? means(estimator.estimate(cells)) : [];
    return { input, lost: means(lost.estimate(cells))[0]! };
  };
  return { mild: told("mild"), moderate: told("moderate"), severe: told("severe") };
}

async function qualityOf(
  model: RepairModel,
  task: RepairTask,
  validation: RepairedPair,
  intervals: Intervals,
): Promise<SampleModel["context"]["facts"]["quality"]> {
  const clean = dense(task.test);
  const repaired = await model.repair(task.degraded.test);
  const sums = (values: DenseMatrix) => pairSums(task.scaling, values.data, clean.data, "z");
  const agreement = (values: DenseMatrix) => {
    const all = totals(sums(values));
    return { mse: mseOf(all), pearson: pearsonOf(all) };
  };
  const perCell = sums(repaired.mean);
  const cells = task.test.nObs;
  const width = perCell.length / cells;
  const found = Array.from({ length: cells }, (_, i) => pearsonOf(perCell.subarray(i * width, (i + 1) * width)));
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  return {
    ...agreement(repaired.mean),
    unrepaired: agreement(dense(task.degraded.test)),
    confidence: { promised: mean(confidenceOf(intervals, repaired, task.scaling)), found: mean(found) },
    intervals: intervalScores(validation, { clean, repaired }, intervals.level),
  };
}
