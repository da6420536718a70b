import type { Tensor, Tf } from "../../engine/tensorflow.js";

/** f(x) as a constant: no gradient goes through it, to x or to the variables that f uses. */
export function withoutGradient(tf: Tf, x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const constant = tf.customGrad((value) => ({
    value: f(value as Tensor),
    gradFunc: (dy) => tf.zerosLike(dy as Tensor),
  }));
  return constant(x);
}
