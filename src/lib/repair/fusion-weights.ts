import type { AnnData } from "../anndata/anndata.js";
import { scoped } from "../engine/scope.js";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { choleskySolve } from "../stats/linear-algebra.js";
import { leadingDirections } from "./principal-components.js";
import { Scaler } from "./scaler.js";
import { dense, type TrainingData } from "./training-data.js";

/** Settings of a fusion of each gene's own measurement with what the whole cell says. */
export interface FusionOptions {
  /** Principal components of the degraded training cells. Default: 30. */
  readonly components?: number;
  /** Penalty on the squares of all weights. Default: 2. */
  readonly lambda?: number;
  /** Above this log1p value a gene counts as detected, below it as noise. Default: 0.4. */
  readonly tau?: number;
}

export const FUSION_DEFAULTS: Required<FusionOptions> = { components: 30, lambda: 2, tau: 0.4 };

/** Number of features of a gene's own measurement. */
export const OWN_FEATURES = 4;

/** A value restored by the share of the signal that was kept counts for at most this. */
const MOST_RESTORED = 9;

/** The share of each gene's signal that cells kept, cells × genes; a tensor in the caller's tidy. */
export type KeptShare = (cells: AnnData) => Tensor;

/** The weights of a fusion. */
export interface FusionWeights {
  /** Mean of the degraded, z-scored training cells: 1 × G. */
  readonly center: Float32Array;
  /** Principal directions divided by √G: G × components. */
  readonly directions: Float32Array;
  /** W, 4 × G. */
  readonly own: Float32Array;
  /** Q, components × G. */
  readonly shared: Float32Array;
}

/**
 * The features of each gene's own measurement, each n × G: 1, the z-score, whether it is detected (y > τ), and where it is
 * its value in units of the gene's spread, restored by the share of the signal that was kept where that is known.
 */
export function ownFeatures(
  tf: Tf,
  { y, z, keep }: { readonly y: Tensor; readonly z: Tensor; readonly keep?: Tensor | undefined },
  sd: Tensor,
  tau: number,
): Tensor[] {
  const detected = y.greater(tau).cast("float32");
  const restored = keep ? y.div(keep).minimum(MOST_RESTORED) : y;
  return [tf.onesLike(y), z, detected, detected.mul(restored).div(sd)];
}

/** The features of cells: four of n × G, and n × components scores. */
export function fusionFeatures(
  tf: Tf,
  { scaling }: Pick<TrainingData, "scaling">,
  cells: AnnData,
  { tau, components }: Required<FusionOptions>,
  { center, directions }: Pick<FusionWeights, "center" | "directions">,
  kept?: KeptShare,
): { own: Tensor[]; scores: Tensor } {
  const scaler = new Scaler(tf, scaling);
  const { data, shape } = dense(cells);
  const y = tf.tensor2d(data, [...shape]);
  const z = scaler.toZ(y);
  const own = ownFeatures(tf, { y, z, keep: kept?.(cells) }, tf.tensor1d(scaling.sd), tau);
  const scores = tf.matMul(z.sub(tf.tensor1d(center)), tf.tensor2d(directions, [center.length, components]));
  return { own, scores };
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
  const { components, lambda } = fusion;
  const G = data.genes.length;
  const basis = principalBasis(tf, data, components);
  const size = OWN_FEATURES + components;
  const sums = pairSums(tf, data, fusion, basis, kept);
  const own = new Float32Array(OWN_FEATURES * G);
  const shared = new Float32Array(components * G);
  const A = new Float64Array(size * size);
  const b = new Float64Array(size);
  for (let g = 0; g < G; g++) {
    for (let k = 0; k < OWN_FEATURES; k++) {
      for (let l = 0; l <= k; l++) A[k * size + l] = sums.ownOwn[k]![l]![g]!;
      for (let c = 0; c < components; c++) A[(OWN_FEATURES + c) * size + k] = sums.ownScores[k]![g * components + c]!;
      b[k] = sums.ownTarget[k]![g]!;
    }
    for (let c = 0; c < components; c++) {
      for (let d = 0; d <= c; d++)
        A[(OWN_FEATURES + c) * size + OWN_FEATURES + d] = sums.scoresScores[c * components + d]!;
      b[OWN_FEATURES + c] = sums.scoresTarget[c * G + g]!;
    }
    for (let i = 0; i < size; i++) A[i * size + i]! += lambda;
    const w = choleskySolve(A, size, b);
    for (let k = 0; k < OWN_FEATURES; k++) own[k * G + g] = w[k]!;
    for (let c = 0; c < components; c++) shared[c * G + g] = w[OWN_FEATURES + c]!;
  }
  return { ...basis, own, shared };
}

function principalBasis(tf: Tf, data: TrainingData, components: number): Pick<FusionWeights, "center" | "directions"> {
  const G = data.genes.length;
  return scoped(tf, () => {
    const scaler = new Scaler(tf, data.scaling);
    const z = data.degraded.train.map((cells) =>
      tf.tidy(() => scaler.toZ(tf.tensor2d(dense(cells).data, [cells.nObs, G]))),
    );
    const mean = tf.addN(z.map((part) => part.mean(0, true))).div(z.length);
    const centred = z.map((part) => part.sub(mean));
    tf.dispose(z);
    const directions = leadingDirections(tf, centred, G, components, data.seed).map((value) => value / Math.sqrt(G));
    return { center: mean.dataSync<"float32">().slice(), directions };
  });
}

/** Sums of products over all training pairs; what the genes' regressions share is summed once. */
interface PairSums {
  /** fₖᵀfₗ by gene, l ≤ k. */
  readonly ownOwn: readonly (readonly Float32Array[])[];
  /** fₖᵀp, G × components. */
  readonly ownScores: readonly Float32Array[];
  /** fₖᵀx by gene. */
  readonly ownTarget: readonly Float32Array[];
  /** pᵀp, components × components. */
  readonly scoresScores: Float32Array;
  /** pᵀx, components × G. */
  readonly scoresTarget: Float32Array;
}

function pairSums(
  tf: Tf,
  data: TrainingData,
  fusion: Required<FusionOptions>,
  basis: Pick<FusionWeights, "center" | "directions">,
  kept: KeptShare | undefined,
): PairSums {
  const draws = data.degraded.train.map((cells) =>
    scoped(tf, (): PairSums => {
      const read = (product: () => Tensor) => scoped(tf, () => product().dataSync<"float32">().slice());
      const scaler = new Scaler(tf, data.scaling);
      const clean = dense(data.train);
      const x = scaler.toZ(tf.tensor2d(clean.data, [...clean.shape]));
      const { own, scores } = fusionFeatures(tf, data, cells, fusion, basis, kept);
      return {
        ownOwn: own.map((f, k) => own.slice(0, k + 1).map((other) => read(() => f.mul(other).sum(0)))),
        ownScores: own.map((f) => read(() => tf.matMul(f, scores, true))),
        ownTarget: own.map((f) => read(() => f.mul(x).sum(0))),
        scoresScores: read(() => tf.matMul(scores, scores, true)),
        scoresTarget: read(() => tf.matMul(scores, x, true)),
      };
    }),
  );
  return draws.reduce((total, next) => {
    const add = (to: Float32Array, from: Float32Array) => to.forEach((value, i) => (to[i] = value + from[i]!));
    total.ownOwn.forEach((row, k) => row.forEach((sum, l) => add(sum, next.ownOwn[k]![l]!)));
    total.ownScores.forEach((sum, k) => add(sum, next.ownScores[k]!));
    total.ownTarget.forEach((sum, k) => add(sum, next.ownTarget[k]!));
    add(total.scoresScores, next.scoresScores);
    add(total.scoresTarget, next.scoresTarget);
    return total;
  });
}
