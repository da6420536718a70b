import { fitDae } from "./dae.js";
import { fitDegradedInput } from "./degraded-input.js";
import { fitGeneMean } from "./gene-mean.js";
import { fitLinearFusion } from "./linear-fusion.js";
import type { RepairModel } from "./model.js";
import { fitRidge } from "./ridge.js";
import type { TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";
import { fitTransformer } from "./transformer.js";

/** A repair method, by its id in {@link METHODS}. */
export interface RepairMethod {
  /** Name for people. */
  readonly label: string;
  /** Fits the method; methods without training take of the options the seed alone. */
  readonly fit: (data: TrainingData, training?: TrainingOptions) => Promise<RepairModel>;
}

/** All repair methods with their default settings, by id. */
export const METHODS = {
  input: { label: "Degraded input", fit: (data) => fitDegradedInput(data) },
  mean: { label: "Gene mean", fit: (data) => fitGeneMean(data) },
  ridge: { label: "Ridge regression", fit: (data) => fitRidge(data) },
  "linear-fusion": { label: "Linear fusion", fit: (data) => fitLinearFusion(data) },
  dae: { label: "DAE", fit: fitDae },
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
