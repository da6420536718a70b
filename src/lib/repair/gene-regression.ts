import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { backend } from "../engine/backend.js";
import { scoped } from "../engine/scope.js";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { choleskySolve } from "../stats/cholesky.js";
import { checkGenes, type RepairModel, type Severities } from "./model.js";
import { principalBasis } from "./principal-components.js";
import { Scaler } from "./scaler.js";
import { dense, type TrainingData } from "./training-data.js";

/** What a gene's own features are made of. */
export interface OwnInput {
  /** Degraded values, log1p, and their z-scores: n × G. */
  readonly y: Tensor;
  readonly z: Tensor;
  /** Spread of every gene over the clean training cells: G. */
  readonly sd: Tensor;
  /** Share of the signal that was kept, n × G, where it is told. */
  readonly keep?: Tensor | undefined;
}

/** What the regressions of all genes see. */
export interface GeneFeatures {
  /** Features of a gene's own measurement, each n × G. */
  own(tf: Tf, input: OwnInput): Tensor[];
  /** Principal components of the degraded training cells that all genes share; 0: none. */
  readonly components: number;
  /** Penalty on the squares of all weights; positive. */
  readonly lambda: number;
}

/** The weights of all genes' regressions. */
export interface GeneWeights {
  /** Mean of the degraded, z-scored training cells: G. */
  readonly center: Float32Array;
  /** Principal directions divided by √G: G × components. */
  readonly directions: Float32Array;
  /** W, features × G. */
  readonly own: Float32Array;
  /** Q, components × G. */
  readonly shared: Float32Array;
}

/** A repair method that regresses each gene on features of its own and on what the whole cell says. */
export interface GeneRegression extends GeneFeatures {
  readonly name: string;
  readonly label: string;
  /** The share of the signal that cells kept, by the severities given or its own knowledge of them. Default: it is not told. */
  kept?(tf: Tf, cells: AnnData, severity?: Severities): Tensor;
}

/**
 * Fits, for gene g and z-scores x of the clean cells, x̂ = Σₖ W[k, g]·fₖ + Σ_c Q[c, g]·p_c: fₖ are the gene's own features, p the
 * cell's scores on the leading principal directions of the degraded, z-scored training cells, divided by √G. Each gene's
 * weights are one ridge regression over the training pairs.
 *
 * @throws RangeError where lambda is not positive.
 */
export async function fitGeneRegression(regression: GeneRegression, data: TrainingData): Promise<RepairModel> {
  if (!(regression.lambda > 0)) throw new RangeError(`lambda must be positive, not ${regression.lambda}`);
  const { tf } = await backend();
  const { genes, scaling } = data;
  const G = genes.length;
  const { name, label } = regression;
  const weights = fitGeneWeights(tf, data, regression, (cells) => regression.kept?.(tf, cells));
  return {
    ...{ name, label, parameters: weights.own.length + weights.shared.length },
    async repair(cells, { severity } = {}) {
      checkGenes(label, genes, cells);
      const repaired = scoped(tf, () => {
        const kept = regression.kept?.(tf, cells, severity);
        const { own, scores } = features(tf, data, regression, cells, kept, weights);
        const matrix = (values: Float32Array) => tf.tensor2d(values, [values.length / G, G]);
        const rows = tf.split(matrix(weights.own), own.length); // features of 1 × G
        const parts = own.map((feature, k) => feature.mul(rows[k]!));
        const shared = scores ? [tf.matMul(scores, matrix(weights.shared))] : [];
        return new Scaler(tf, scaling).fromZ(tf.addN([...parts, ...shared])).dataSync<"float32">();
      });
      return { mean: new DenseMatrix([cells.nObs, G], repaired) };
    },
  };
}

type Basis = Pick<GeneWeights, "center" | "directions">;

const NONE = new Float32Array(0);

/** The features of cells: own ones of n × G, and n × components scores. */
function features(
  tf: Tf,
  { scaling }: TrainingData,
  { own, components }: GeneFeatures,
  cells: AnnData,
  keep: Tensor | undefined,
  { center, directions }: Basis,
): { own: Tensor[]; scores: Tensor | undefined } {
  const { data, shape } = dense(cells);
  const y = tf.tensor2d(data, [...shape]);
  const z = new Scaler(tf, scaling).toZ(y);
  const ofGene = own(tf, { y, z, sd: tf.tensor1d(scaling.sd), keep });
  if (components === 0) return { own: ofGene, scores: undefined };
  const scores = tf.matMul(z.sub(tf.tensor1d(center)), tf.tensor2d(directions, [center.length, components]));
  return { own: ofGene, scores };
}

/**
 * The weights alone; see {@link fitGeneRegression}.
 *
 * @param kept - the share of the signal that cells kept, a tensor in the surrounding tidy; undefined where it is not told.
 */
export function fitGeneWeights(
  tf: Tf,
  data: TrainingData,
  regression: GeneFeatures,
  kept: (cells: AnnData) => Tensor | undefined = () => undefined,
): GeneWeights {
  const { components, lambda } = regression;
  const G = data.genes.length;
  const basis = sharedBasis(tf, data, components);
  const sums = pairSums(tf, data, regression, basis, kept);
  const count = sums.ownOwn.length;
  const size = count + components;
  const own = new Float32Array(count * G);
  const shared = new Float32Array(components * G);
  const A = new Float64Array(size * size);
  const b = new Float64Array(size);
  for (let g = 0; g < G; g++) {
    for (let k = 0; k < count; k++) {
      for (let l = 0; l <= k; l++) A[k * size + l] = sums.ownOwn[k]![l]![g]!;
      for (let c = 0; c < components; c++) A[(count + c) * size + k] = sums.ownScores[k]![g * components + c]!;
      b[k] = sums.ownTarget[k]![g]!;
    }
    for (let c = 0; c < components; c++) {
      for (let d = 0; d <= c; d++) A[(count + c) * size + count + d] = sums.scoresScores[c * components + d]!;
      b[count + c] = sums.scoresTarget[c * G + g]!;
    }
    for (let i = 0; i < size; i++) A[i * size + i]! += lambda;
    const w = choleskySolve(A, size, b);
    for (let k = 0; k < count; k++) own[k * G + g] = w[k]!;
    for (let c = 0; c < components; c++) shared[c * G + g] = w[count + c]!;
  }
  return { ...basis, own, shared };
}

function sharedBasis(tf: Tf, data: TrainingData, components: number): Basis {
  if (components === 0) return { center: NONE, directions: NONE };
  const { center, directions } = principalBasis(tf, data, components);
  return { center, directions: directions.map((value) => value / Math.sqrt(data.genes.length)) };
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
  regression: GeneFeatures,
  basis: Basis,
  kept: (cells: AnnData) => Tensor | undefined,
): PairSums {
  const draws = data.degraded.train.map((cells) =>
    scoped(tf, (): PairSums => {
      const read = (product: () => Tensor) => scoped(tf, () => product().dataSync<"float32">().slice());
      const clean = dense(data.train);
      const x = new Scaler(tf, data.scaling).toZ(tf.tensor2d(clean.data, [...clean.shape]));
      const { own, scores } = features(tf, data, regression, cells, kept(cells), basis);
      const withScores = (f: Tensor) => (scores ? read(() => tf.matMul(f, scores, true)) : NONE);
      return {
        ownOwn: own.map((f, k) => own.slice(0, k + 1).map((other) => read(() => f.mul(other).sum(0)))),
        ownScores: own.map(withScores),
        ownTarget: own.map((f) => read(() => f.mul(x).sum(0))),
        scoresScores: scores ? withScores(scores) : NONE,
        scoresTarget: scores ? read(() => tf.matMul(scores, x, true)) : NONE,
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
