import { resolveOptions } from "../options.js";
import { fitGeneRegression } from "./gene-regression.js";
import type { RepairModel } from "./model.js";
import type { TrainingData } from "./training-data.js";

/** Options of {@link fitPcaRegression}. */
export interface PcaRegressionOptions {
  /** Principal components of the degraded training cells. Default: 50. */
  readonly components?: number;
}

/** Keeps the equations solvable, and changes the least-squares solution by nothing that shows. */
const LAMBDA = 1e-3;

/**
 * Least-squares regression of the clean cells on the degraded ones' principal components: what the leading directions hold.
 * @example
 * const model = await repair.fitPcaRegression(task);
 */
export async function fitPcaRegression(data: TrainingData, options: PcaRegressionOptions = {}): Promise<RepairModel> {
  const { components } = resolveOptions("repair.fitPcaRegression", options, { components: 50 });
  return fitGeneRegression(
    { name: "pca", label: "PCA regression", components, lambda: LAMBDA, own: (tf, { z }) => [tf.onesLike(z)] },
    data,
  );
}
