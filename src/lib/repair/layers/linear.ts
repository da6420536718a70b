import type { Tensor, Tf } from "../../engine/tensorflow.js";

/** y = x Wᵀ + b; weight is outputs × inputs, as in PyTorch. */
export interface LinearWeights {
  readonly weight: Tensor;
  /** Default: none. */
  readonly bias?: Tensor;
}

/** Linear layer over the last axis of x (… × inputs). */
export function linear(tf: Tf, x: Tensor, { weight, bias }: LinearWeights): Tensor {
  const [outputs, inputs] = weight.shape as [number, number];
  const rows = x.rank === 2 ? x : x.reshape([-1, inputs]);
  const product = tf.matMul(rows, weight, false, true);
  const y = bias ? product.add(bias) : product;
  return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), outputs]);
}

/** Rows of a table (entries × width) by their number, int32 of any shape: … × width. */
export function embedding(tf: Tf, indices: Tensor, weight: Tensor): Tensor {
  return tf.gather(weight, indices);
}
