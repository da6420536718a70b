import { applyAdam, type Adam, type Moments } from "./adam.js";
import type { Tensor, Tf, Variable } from "./tensorflow.js";

/*
 * Update rules by PyTorch's definitions, for a program's `step`. Each changes one variable by its gradient; the variables
 * that a rule keeps start at zero and are among the program's, not trainable.
 */

/** The gradient of the loss plus weightDecay/2 · ‖w‖²: the decay of optimizers that are not decoupled. */
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

/** One step of stochastic gradient descent. */
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

/** One step of RMSprop (Tieleman & Hinton 2012). */
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

/** One step of AMSGrad (Reddi et al. 2018): Adam by the largest second moment so far. `step` counts from 1. */
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
