import { resolveOptions } from "../options.js";
import { fitGeneRegression } from "./gene-regression.js";
import type { RepairModel } from "./model.js";
import type { TrainingData } from "./training-data.js";

/** Options of {@link fitAffine}. */
export interface AffineOptions {
  /** Penalty on the squares of both weights. Default: 1. */
  readonly lambda?: number;
}

/**
 * Every gene scaled and shifted on its own, x̂ = a + b·z on z-scores, by least squares: what can be had without looking at other
 * genes.
 * @example
 * const model = await repair.fitAffine(task);
 */
export async function fitAffine(data: TrainingData, options: AffineOptions = {}): Promise<RepairModel> {
  const { lambda } = resolveOptions("repair.fitAffine", options, { lambda: 1 });
  return fitGeneRegression(
    {
      ...{ name: "affine", label: "Affine by gene", components: 0, lambda },
      own: (tf, { z }) => [tf.onesLike(z), z],
    },
    data,
  );
}

/** Options of {@link fitAffinePca}. */
export interface AffinePcaOptions {
  /** Principal components of the degraded training cells. Default: 30. */
  readonly components?: number;
  /** Penalty on the squares of all weights. Default: 1. */
  readonly lambda?: number;
  /** Above this log1p value a gene counts as detected. Default: 0.4. */
  readonly tau?: number;
}

/**
 * Each gene's regression on its own z-score, whether it was detected, and the cell's principal components.
 * @example
 * const model = await repair.fitAffinePca(task);
 */
export async function fitAffinePca(data: TrainingData, options: AffinePcaOptions = {}): Promise<RepairModel> {
  const defaults = { components: 30, lambda: 1, tau: 0.4 };
  const { components, lambda, tau } = resolveOptions("repair.fitAffinePca", options, defaults);
  return fitGeneRegression(
    {
      ...{ name: "affine-pca", label: "Affine with PCA", components, lambda },
      own: (tf, { y, z }) => [tf.onesLike(z), z, y.greater(tau).cast("float32")],
    },
    data,
  );
}
