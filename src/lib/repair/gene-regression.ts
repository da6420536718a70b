import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { backend } from "../engine/backend.js";
import { scoped } from "../engine/scope.js";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { choleskySolve } from "../stats/linear-algebra.js";
import { checkGenes, type RepairModel, type RepairOptions } from "./model.js";
import { principalBasis, type PrincipalBasis } from "./principal-components.js";
import { Scaler } from "./scaler.js";
import { givenSeverities, type SeveritySource } from "./severity-source.js";
import { dense, type TrainingData } from "./training-data.js";

/** What a gene's own features are made of. */
export interface OwnInput {
  /** Degraded values, log1p, and their z-scores: n × G. */
  readonly y: Tensor;
  readonly z: Tensor;
  /** Spread of every gene over the clean training cells: G. */
  readonly sd: Tensor;
  /** Severities of the cells, n × 3; undefined where they are not used. */
  readonly severity: Tensor | undefined;
}

/** A regression of each gene on features of its own and on what the whole cell says. */
export interface GeneRegression {
  readonly name: string;
  readonly label: string;
  /** Features of a gene's own measurement, each n × G. */
  own(tf: Tf, input: OwnInput): Tensor[];
  /** Principal components of the degraded training cells that all genes share; 0: none. */
  readonly components: number;
  /** Penalty on the squares of all weights; positive. */
  readonly lambda: number;
  /** Where severities come from. Default: they are not used. */
  readonly severity?: SeveritySource;
}

interface Weights {
  readonly basis: PrincipalBasis | undefined;
  /** Features × G. */
  readonly own: Float32Array;
  /** Components × G. */
  readonly shared: Float32Array;
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
  const { name, label, severity } = regression;
  const weights = fitWeights(tf, regression, data);
  return {
    ...{ name, label, parameters: weights.own.length + weights.shared.length },
    async repair(cells, options: RepairOptions = {}) {
      checkGenes(label, genes, cells);
      const given = severity && (options.severity ? givenSeverities(options.severity, cells.nObs) : severity.of(cells));
      const repaired = scoped(tf, () => {
        const scaler = new Scaler(tf, scaling);
        const { own, scores } = features(tf, regression, data, scaler, cells, given, weights.basis);
        const matrix = (values: Float32Array) => tf.tensor2d(values, [values.length / G, G]);
        const rows = tf.split(matrix(weights.own), own.length); // features of 1 × G
        const parts = own.map((feature, k) => feature.mul(rows[k]!));
        const shared = scores ? [tf.matMul(scores, matrix(weights.shared))] : [];
        return scaler.fromZ(tf.addN([...parts, ...shared])).dataSync<"float32">();
      });
      return { mean: new DenseMatrix([cells.nObs, G], repaired) };
    },
  };
}

/** The features of cells: own ones of n × G, and n × components scores. */
function features(
  tf: Tf,
  regression: GeneRegression,
  { scaling }: TrainingData,
  scaler: Scaler,
  cells: AnnData,
  severities: DenseMatrix | undefined,
  basis: PrincipalBasis | undefined,
): { own: Tensor[]; scores: Tensor | undefined } {
  const tensor = ({ data, shape }: DenseMatrix) => tf.tensor2d(data, [...shape]);
  const y = tensor(dense(cells));
  const z = scaler.toZ(y);
  const own = regression.own(tf, { y, z, sd: tf.tensor1d(scaling.sd), severity: severities && tensor(severities) });
  if (!basis) return { own, scores: undefined };
  const G = scaling.sd.length;
  const directions = tf.tensor2d(basis.directions, [G, regression.components]);
  return { own, scores: tf.matMul(z.sub(tf.tensor1d(basis.center)), directions).div(Math.sqrt(G)) };
}

function fitWeights(tf: Tf, regression: GeneRegression, data: TrainingData): Weights {
  const { components, lambda } = regression;
  const G = data.genes.length;
  const basis = components === 0 ? undefined : principalBasis(tf, data, components);
  const sums = pairSums(tf, regression, data, basis);
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
  return { basis, own, shared };
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

const NONE = new Float32Array(0);

function pairSums(tf: Tf, regression: GeneRegression, data: TrainingData, basis: PrincipalBasis | undefined): PairSums {
  const draws = data.degraded.train.map((cells) =>
    scoped(tf, (): PairSums => {
      const read = (product: () => Tensor) => scoped(tf, () => product().dataSync<"float32">().slice());
      const scaler = new Scaler(tf, data.scaling);
      const clean = dense(data.train);
      const x = scaler.toZ(tf.tensor2d(clean.data, [...clean.shape]));
      const severities = regression.severity?.of(cells);
      const { own, scores } = features(tf, regression, data, scaler, cells, severities, basis);
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
