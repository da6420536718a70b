import { fitAffine, fitAffinePca } from "./affine.js";
import { fitCqn } from "./cqn.js";
import { fitDae } from "./dae.js";
import { fitDegradedInput } from "./degraded-input.js";
import { fitDiffRepairer } from "./diffrepairer/diffrepairer.js";
import { fitDiffusion } from "./diffusion.js";
import { fitGeneMean } from "./gene-mean.js";
import { fitLinearFusion } from "./linear-fusion.js";
import { fitMagic } from "./magic.js";
import type { RepairModel } from "./model.js";
import { fitNearestCells } from "./nearest-cells.js";
import { fitPcaRegression } from "./pca-regression.js";
import { fitRidge } from "./ridge.js";
import type { TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";
import { fitTransformer } from "./transformer.js";
import { fitVae } from "./vae.js";
import { fitZinb } from "./zinb.js";

/** A repair method, by its id in {@link METHODS}. */
export interface RepairMethod {
  /** Name for people. */
  readonly label: string;
  /** Whether it learns from the very cells that it repairs, instead of from training cells. Default: false. */
  readonly transductive?: boolean;
  /** Whether it is told the severities of the cells, which no real sample knows. Default: false. */
  readonly told?: boolean;
  /** Fits the method; methods without training take of the options the seed alone. */
  readonly fit: (data: TrainingData, training?: TrainingOptions) => Promise<RepairModel>;
}

/**
 * All repair methods with their default settings, by id.
 * @example
 * Object.entries(repair.METHODS).map(([id, { label }]) => `${id}: ${label}`);
 */
export const METHODS = {
  input: { label: "Degraded input", fit: (data) => fitDegradedInput(data) },
  mean: { label: "Gene mean", fit: (data) => fitGeneMean(data) },
  knn: { label: "Nearest cells", fit: (data) => fitNearestCells(data) },
  pca: { label: "PCA regression", fit: (data) => fitPcaRegression(data) },
  affine: { label: "Affine by gene", fit: (data) => fitAffine(data) },
  "affine-pca": { label: "Affine with PCA", fit: (data) => fitAffinePca(data) },
  ridge: { label: "Ridge regression", fit: (data) => fitRidge(data) },
  "linear-fusion": { label: "Linear fusion", fit: (data) => fitLinearFusion(data) },
  "linear-fusion-known": {
    label: "Linear fusion, severity known",
    told: true,
    fit: (data) => fitLinearFusion(data, { severity: "known" }),
  },
  diffrepairer: { label: "DiffRepairer", fit: fitDiffRepairer },
  "diffrepairer-known": {
    label: "DiffRepairer, severity known",
    told: true,
    fit: (data, training) => fitDiffRepairer(data, { ...training, severity: "known" }),
  },
  dae: { label: "DAE", fit: fitDae },
  vae: { label: "VAE", fit: fitVae },
  magic: { label: "MAGIC", transductive: true, fit: (data) => fitMagic(data) },
  cqn: { label: "CQN", transductive: true, fit: (data) => fitCqn(data) },
  zinb: { label: "ZINB autoencoder", fit: fitZinb },
  diffusion: { label: "Diffusion", fit: fitDiffusion },
  "diffrepairer-paper": { label: "Transformer (paper)", fit: fitTransformer },
} as const satisfies Readonly<Record<string, RepairMethod>>;

/** Id of a repair method. */
export type MethodId = keyof typeof METHODS;

/**
 * Fits a repair method by its id, with its default settings.
 *
 * @throws RangeError where there is no such method.
 * @example
 * const model = await repair.fit("linear-fusion", task);
 * const { mean } = await model.repair(task.degraded.test);
 */
export async function fit(id: MethodId, data: TrainingData, training: TrainingOptions = {}): Promise<RepairModel> {
  if (!Object.hasOwn(METHODS, id)) {
    throw new RangeError(`There is no repair method "${String(id)}"; methods: ${Object.keys(METHODS).join(", ")}`);
  }
  const method: RepairMethod = METHODS[id];
  return method.fit(data, training);
}
