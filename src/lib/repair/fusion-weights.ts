import type { AnnData } from "../anndata/anndata.js";
import type { DenseMatrix } from "../anndata/dense.js";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { fitGeneWeights, type GeneFeatures, type GeneWeights, type OwnInput } from "./gene-regression.js";
import { mostComponents } from "./principal-components.js";
import type { TrainingData } from "./training-data.js";

/** Settings of a fusion of each gene's own measurement with what the whole cell says. */
export interface FusionOptions {
  /** Principal components of the degraded training cells. Default: 100, or as many as the data have. */
  readonly components?: number;
  /** Penalty on the squares of all weights. Default: 8. */
  readonly lambda?: number;
  /** Above this log1p value a gene counts as detected, below it as noise. Default: 0.2. */
  readonly tau?: number;
}

/**
 * Settings of the fusions, as far as the data allow. On validation cells of PBMC3k DiffRepairer finds more of the genes that mark cell
 * types with them (DEG 73) than with a τ of 0.4 (64), or with one of 0.6, 30 components and a penalty of 2 (54), at equal error; on those
 * of the mouse brain all are alike.
 */
export const fusionDefaults = (data: TrainingData): Required<FusionOptions> => ({
  components: Math.min(100, mostComponents(data)),
  lambda: 8,
  tau: 0.2,
});

/** Number of features of a gene's own measurement. */
export const OWN_FEATURES = 4;

/** A value restored by the share of the signal that was kept counts for at most this: e⁹ is 8,100 of ten thousand. */
const MOST_RESTORED = 9;

/** The share of each gene's signal that cells kept, cells × genes; a tensor in the caller's tidy. */
export type KeptShare = (cells: AnnData) => Tensor;

/**
 * The share that 3′ bias left, exp(−intensity · relative log length): cells × genes.
 *
 * @param severities - cells × 3, the intensity first.
 * @param length - relative log length of every gene.
 */
export function keptShare(tf: Tf, { data, shape }: DenseMatrix, length: Float32Array): Tensor {
  const intensity = tf.tensor2d(data, [...shape]).slice([0, 0], [-1, 1]); // n × 1
  return intensity.mul(tf.tensor1d(length)).neg().exp();
}

/** The weights of a fusion: `own` is 4 × G. */
export type FusionWeights = GeneWeights;

/**
 * The features of each gene's own measurement, each n × G: 1, the z-score, whether it is detected (y > τ), and where it is
 * its value in units of the gene's spread, restored by the share of the signal that was kept where that is known.
 */
export function ownFeatures(tf: Tf, { y, z, keep }: Omit<OwnInput, "sd">, sd: Tensor, tau: number): Tensor[] {
  const detected = y.greater(tau).cast("float32");
  const restored = keep ? y.div(keep).minimum(MOST_RESTORED) : y;
  return [tf.onesLike(y), z, detected, detected.mul(restored).div(sd)];
}

/** The features of a fusion's regressions. */
export function fusionFeatures({ components, lambda, tau }: Required<FusionOptions>): GeneFeatures {
  return { components, lambda, own: (tf, input) => ownFeatures(tf, input, input.sd, tau) };
}

/**
 * Fits the weights of all genes in closed form: each gene's 4 + components weights are one ridge regression over the
 * training pairs.
 *
 * @param kept - the share of the signal that cells kept, where the fusion is told it. Default: it is not.
 */
export function fitFusion(
  tf: Tf,
  data: TrainingData,
  fusion: Required<FusionOptions>,
  kept?: KeptShare,
): FusionWeights {
  return fitGeneWeights(tf, data, fusionFeatures(fusion), kept);
}
