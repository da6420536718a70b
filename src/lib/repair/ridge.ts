import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { backend } from "../engine/backend.js";
import { scoped } from "../engine/scope.js";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { resolveOptions } from "../options.js";
import { checkGenes, type RepairModel } from "./model.js";
import { Scaler } from "./scaler.js";
import { solvePositiveDefinite } from "./solve-positive-definite.js";
import { dense, type TrainingData } from "./training-data.js";

/** Options of {@link fitRidge}. */
export interface RidgeOptions {
  /** Penalties to choose from by the error on the validation cells. Default: 3e3 and 1e4. */
  readonly lambda?: number | readonly number[];
}

/** x̂ = x̄ + (z − z̄) W, all z-scored. */
interface RidgeWeights {
  /** G × G. */
  readonly W: Tensor;
  /** Means of degraded and clean training cells, 1 × G. */
  readonly zMean: Tensor;
  readonly xMean: Tensor;
}

type RidgeValues = { readonly [K in keyof RidgeWeights]: Float32Array };

/**
 * Ridge regression of every gene on all degraded genes: W = (ZᵀZ + λI)⁻¹ ZᵀX over the centred, z-scored training pairs,
 * or its dual Zᵀ(ZZᵀ + λI)⁻¹X where there are no more pairs than genes. On the backends without native TensorFlow the first draw of
 * degradation alone is used, which the dual solves in seconds.
 * @example
 * const { lambda } = await repair.fitRidge(task);
 */
export async function fitRidge(
  task: TrainingData,
  options: RidgeOptions = {},
): Promise<RepairModel & { lambda: number }> {
  const { lambda } = resolveOptions<Required<RidgeOptions>>("repair.fitRidge", options, { lambda: [3e3, 1e4] });
  const penalties = typeof lambda === "number" ? [lambda] : [...lambda];
  if (penalties.length === 0 || !penalties.every((penalty) => penalty > 0)) {
    throw new RangeError(`lambda must be one or several positive numbers, not ${JSON.stringify(lambda)}`);
  }
  const { tf, native } = await backend();
  const { genes } = task;
  const G = genes.length;
  const best = scoped(tf, () => chooseWeights(tf, task, penalties, native ? Infinity : 1));
  const { weights } = best;
  return {
    name: "ridge",
    label: "Ridge regression",
    lambda: best.lambda,
    parameters: G * G + G,
    async repair(cells) {
      checkGenes("ridge regression", genes, cells);
      const repaired = scoped(tf, () => {
        const scaler = new Scaler(tf, task.scaling);
        const row = (data: Float32Array) => tf.tensor2d(data, [1, G]);
        const tensors = { W: tf.tensor2d(weights.W, [G, G]), zMean: row(weights.zMean), xMean: row(weights.xMean) };
        return values(scaler.fromZ(predict(tf, zScored(tf, scaler, cells), tensors)));
      });
      return { mean: new DenseMatrix([cells.nObs, G], repaired) };
    },
  };
}

/** The penalty of lowest error on the validation cells, with its weights. */
function chooseWeights(
  tf: Tf,
  task: TrainingData,
  penalties: readonly number[],
  maxDraws: number,
): { lambda: number; weights: RidgeValues } {
  const scaler = new Scaler(tf, task.scaling);
  const draws = task.degraded.train.slice(0, maxDraws).map((cells) => () => zScored(tf, scaler, cells));
  const solve = solver(tf, draws, zScored(tf, scaler, task.train));
  const y = zScored(tf, scaler, task.degraded.validation);
  const x = zScored(tf, scaler, task.validation);
  let best: { lambda: number; error: number; weights: RidgeValues } | undefined;
  for (const lambda of penalties) {
    scoped(tf, () => {
      const { W, zMean, xMean } = solve(lambda);
      const error = predict(tf, y, { W, zMean, xMean }).sub(x).square().mean().dataSync()[0]!;
      if (best && best.error <= error) return;
      best = { lambda, error, weights: { W: values(W), zMean: values(zMean), xMean: values(xMean) } };
    });
  }
  return best!;
}

function zScored(tf: Tf, scaler: Scaler, cells: AnnData): Tensor {
  const { data, shape } = dense(cells);
  return scaler.toZ(tf.tensor2d(data, [...shape]));
}

/** Prepares what all penalties share. The training pairs are cells × draws of degradation. */
function solver(tf: Tf, draws: readonly (() => Tensor)[], clean: Tensor): (lambda: number) => RidgeWeights {
  const [cells, genes] = clean.shape as [number, number];
  const zMean = accumulate(tf, draws, (z) => z.mean(0, true)).div(draws.length);
  const xMean = clean.mean(0, true);
  const x = clean.sub(xMean);
  const plusDiagonal = (matrix: Tensor, value: number) =>
    tf.tidy(() => matrix.add(tf.linalg.bandPart(tf.fill(matrix.shape, value), 0, 0)));
  if (cells * draws.length <= genes) {
    const Z = tf.tidy(() => tf.concat(draws.map((z) => z().sub(zMean))));
    const X = tf.tidy(() => tf.concat(draws.map(() => x)));
    const K = tf.matMul(Z, Z, false, true);
    const W = (lambda: number) => tf.matMul(Z, solvePositiveDefinite(tf, plusDiagonal(K, lambda), X), true);
    return (lambda) => ({ W: W(lambda), zMean, xMean });
  }
  const square = (z: Tensor) => tf.matMul(z, z, true);
  const gram = accumulate(tf, draws, (z) => square(z.sub(zMean)));
  // Every draw has the same clean cells beside it, so the draws can be summed before the product.
  const cross = tf.tidy(() =>
    tf.matMul(
      accumulate(tf, draws, (z) => z.sub(zMean)),
      x,
      true,
    ),
  );
  return (lambda) => ({ W: solvePositiveDefinite(tf, plusDiagonal(gram, lambda), cross), zMean, xMean });
}

/** Σ f(draw), one draw in memory at a time. */
function accumulate(tf: Tf, draws: readonly (() => Tensor)[], f: (z: Tensor) => Tensor): Tensor {
  return draws.slice(1).reduce(
    (sum, draw) => {
      const next = tf.tidy(() => sum.add(f(draw())));
      sum.dispose();
      return next;
    },
    tf.tidy(() => f(draws[0]!())),
  );
}

function predict(tf: Tf, z: Tensor, { W, zMean, xMean }: RidgeWeights): Tensor {
  return tf.matMul(z.sub(zMean), W).add(xMean);
}

function values(tensor: Tensor): Float32Array {
  return tensor.dataSync<"float32">();
}
