import { applyAdam, type Adam, type Moments } from "./adam.js";
import type { Tensor, Tf, Variable } from "./tensorflow.js";

/*
 * Update rules by PyTorch's definitions, for a program's `step`. Each changes one variable by its gradient; the variables
 * that a rule keeps start at zero and are among the program's, not trainable.
 */

/**
 * The gradient of the loss plus weightDecay/2 · ‖w‖²: the decay of optimizers that are not decoupled.
 * @example
 * const { tf } = await engine.backend();
 * const w = tf.variable(tf.tensor1d([2]));
 * engine.withWeightDecay(tf.tensor1d([1]), w, 0.5).dataSync(); // Float32Array [2]
 */
export function withWeightDecay(gradient: Tensor, variable: Variable, weightDecay: number): Tensor {
  return weightDecay === 0 ? gradient : gradient.add(variable.mul(weightDecay));
}

/** Options of {@link applySgd}. */
export interface SgdOptions {
  /** Share of the last step that is taken again. Default: 0. */
  readonly momentum?: number;
  /** Nesterov's momentum (Sutskever et al. 2013). Default: false. */
  readonly nesterov?: boolean;
}

/**
 * One step of stochastic gradient descent.
 * @example
 * const { tf } = await engine.backend();
 * const [w, velocity] = [tf.variable(tf.tensor1d([1])), tf.variable(tf.zeros([1]), false)];
 * engine.applySgd({ momentum: 0.9 }, w, tf.tensor1d([2]), { velocity }, 0.25);
 * w.dataSync(); // Float32Array [0.5]
 */
export function applySgd(
  { momentum = 0, nesterov = false }: SgdOptions,
  variable: Variable,
  gradient: Tensor,
  { velocity }: { readonly velocity: Variable },
  learningRate: number | Tensor,
): void {
  velocity.assign(velocity.mul(momentum).add(gradient));
  const direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
  variable.assign(variable.sub(direction.mul(learningRate)));
}

/** Options of {@link applyRmsProp}. */
export interface RmsPropOptions {
  /** Decay of the mean of squared gradients. Default: 0.99. */
  readonly alpha?: number;
  /** Added to its root. Default: 1e-8. */
  readonly epsilon?: number;
}

/**
 * One step of RMSprop (Tieleman & Hinton 2012).
 * @example
 * const { tf } = await engine.backend();
 * const [w, square] = [tf.variable(tf.tensor1d([1])), tf.variable(tf.zeros([1]), false)];
 * engine.applyRmsProp({ alpha: 0.75 }, w, tf.tensor1d([2]), { square }, 0.25);
 * w.dataSync(); // Float32Array [0.5]
 */
export function applyRmsProp(
  { alpha = 0.99, epsilon = 1e-8 }: RmsPropOptions,
  variable: Variable,
  gradient: Tensor,
  { square }: { readonly square: Variable },
  learningRate: number | Tensor,
): void {
  square.assign(square.mul(alpha).add(gradient.square().mul(1 - alpha)));
  variable.assign(variable.sub(gradient.div(square.sqrt().add(epsilon)).mul(learningRate)));
}

/**
 * One step of AMSGrad (Reddi et al. 2018): Adam by the largest second moment so far. `step` counts from 1.
 * @example
 * const { tf } = await engine.backend();
 * const [w, first, second, largest] = [1, 0, 0, 0].map((value) => tf.variable(tf.tensor1d([value])));
 * const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: Infinity };
 * engine.applyAmsGrad(tf, adam, w, tf.tensor1d([2]), { first, second, largest }, 0.25, 1);
 */
export function applyAmsGrad(
  tf: Tf,
  adam: Adam,
  variable: Variable,
  gradient: Tensor,
  moments: Moments & { readonly largest: Variable },
  learningRate: number,
  step: number,
): void {
  const { first, second, largest } = moments;
  applyAdam(tf, adam, variable, gradient, { first, second }, learningRate, step, (moment) => {
    largest.assign(tf.maximum(largest, moment));
    return largest;
  });
}
