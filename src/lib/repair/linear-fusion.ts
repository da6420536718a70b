import { DenseMatrix } from "../anndata/dense.js";
import { backend } from "../engine/backend.js";
import { scoped } from "../engine/scope.js";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { resolveOptions } from "../options.js";
import { choleskySolve } from "../stats/linear-algebra.js";
import { checkGenes, type RepairModel } from "./model.js";
import { leadingDirections } from "./principal-components.js";
import { Scaler } from "./scaler.js";
import { dense, type TrainingData } from "./training-data.js";

/** Options of {@link fitLinearFusion}. */
export interface LinearFusionOptions {
  /** Principal components of the degraded training cells. Default: 30. */
  readonly components?: number;
  /** Penalty on the squares of all weights. Default: 2. */
  readonly lambda?: number;
  /** Above this log1p value a gene counts as detected, below it as noise. Default: 0.4. */
  readonly tau?: number;
}

type Fusion = Required<LinearFusionOptions>;

/** Number of features of a gene's own measurement. */
const OWN = 4;

interface FusionWeights {
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
 * Fuses each gene's own measurement with what the whole cell says, linearly and in closed form. For gene g, z-scored,
 *
 * x̂ = Σₖ W[k, g]·fₖ + Σ_c Q[c, g]·p_c,  f = [1, z, 1[y > τ], 1[y > τ]·y/sd],
 *
 * with y the degraded log1p value, z its z-score, and p the cell's scores on the leading principal directions of the
 * degraded training cells, divided by √G. Each gene's 4 + components weights are one ridge regression over the training
 * pairs. The severity is not told to it.
 */
export async function fitLinearFusion(task: TrainingData, options: LinearFusionOptions = {}): Promise<RepairModel> {
  const fusion = resolveOptions<Fusion>("repair.fitLinearFusion", options, { components: 30, lambda: 2, tau: 0.4 });
  if (!(fusion.lambda > 0)) throw new RangeError(`lambda must be positive, not ${fusion.lambda}`);
  const { tf } = await backend();
  const { genes, scaling } = task;
  const weights = fitWeights(tf, task, fusion);
  return {
    name: "linear-fusion",
    label: "Linear fusion",
    parameters: weights.own.length + weights.shared.length,
    async repair(cells) {
      checkGenes("linear fusion", genes, cells);
      const repaired = scoped(tf, () => {
        const scaler = new Scaler(tf, scaling);
        const { own, scores } = features(tf, scaler, task, dense(cells), fusion, weights);
        const matrix = (data: Float32Array) => tf.tensor2d(data, [data.length / genes.length, genes.length]);
        const rows = tf.split(matrix(weights.own), OWN); // 4 of 1 × G
        const parts = own.map((feature, k) => feature.mul(rows[k]!));
        const z = tf.addN([...parts, tf.matMul(scores, matrix(weights.shared))]);
        return scaler.fromZ(z).dataSync<"float32">();
      });
      return { mean: new DenseMatrix([cells.nObs, genes.length], repaired) };
    },
  };
}

/** The features of cells: four of n × G, and n × components scores. */
function features(
  tf: Tf,
  scaler: Scaler,
  { scaling }: TrainingData,
  degraded: DenseMatrix,
  { tau, components }: Fusion,
  { center, directions }: Pick<FusionWeights, "center" | "directions">,
): { own: Tensor[]; scores: Tensor } {
  const y = tf.tensor2d(degraded.data, [...degraded.shape]);
  const z = scaler.toZ(y);
  const detected = y.greater(tau).cast("float32");
  const own = [tf.onesLike(y), z, detected, detected.mul(y).div(tf.tensor1d(scaling.sd))];
  const scores = tf.matMul(z.sub(tf.tensor1d(center)), tf.tensor2d(directions, [center.length, components]));
  return { own, scores };
}

function fitWeights(tf: Tf, task: TrainingData, fusion: Fusion): FusionWeights {
  const { components, lambda } = fusion;
  const G = task.genes.length;
  const basis = principalBasis(tf, task, components);
  const size = OWN + components;
  const sums = pairSums(tf, task, fusion, basis);
  const own = new Float32Array(OWN * G);
  const shared = new Float32Array(components * G);
  const A = new Float64Array(size * size);
  const b = new Float64Array(size);
  for (let g = 0; g < G; g++) {
    for (let k = 0; k < OWN; k++) {
      for (let l = 0; l <= k; l++) A[k * size + l] = sums.ownOwn[k]![l]![g]!;
      for (let c = 0; c < components; c++) A[(OWN + c) * size + k] = sums.ownScores[k]![g * components + c]!;
      b[k] = sums.ownTarget[k]![g]!;
    }
    for (let c = 0; c < components; c++) {
      for (let d = 0; d <= c; d++) A[(OWN + c) * size + OWN + d] = sums.scoresScores[c * components + d]!;
      b[OWN + c] = sums.scoresTarget[c * G + g]!;
    }
    for (let i = 0; i < size; i++) A[i * size + i]! += lambda;
    const w = choleskySolve(A, size, b);
    for (let k = 0; k < OWN; k++) own[k * G + g] = w[k]!;
    for (let c = 0; c < components; c++) shared[c * G + g] = w[OWN + c]!;
  }
  return { ...basis, own, shared };
}

function principalBasis(tf: Tf, task: TrainingData, components: number): Pick<FusionWeights, "center" | "directions"> {
  const G = task.genes.length;
  return scoped(tf, () => {
    const scaler = new Scaler(tf, task.scaling);
    const z = task.degraded.train.map((cells) =>
      tf.tidy(() => scaler.toZ(tf.tensor2d(dense(cells).data, [cells.nObs, G]))),
    );
    const mean = tf.addN(z.map((part) => part.mean(0, true))).div(z.length);
    const centred = z.map((part) => part.sub(mean));
    tf.dispose(z);
    const directions = leadingDirections(tf, centred, G, components, task.seed).map((value) => value / Math.sqrt(G));
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
  task: TrainingData,
  fusion: Fusion,
  basis: Pick<FusionWeights, "center" | "directions">,
): PairSums {
  const draws = task.degraded.train.map((cells) =>
    scoped(tf, (): PairSums => {
      const read = (product: () => Tensor) => scoped(tf, () => product().dataSync<"float32">().slice());
      const scaler = new Scaler(tf, task.scaling);
      const clean = dense(task.train);
      const x = scaler.toZ(tf.tensor2d(clean.data, [...clean.shape]));
      const { own, scores } = features(tf, scaler, task, dense(cells), fusion, basis);
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
