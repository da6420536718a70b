import type { Tensor, Tf } from "../../engine/tensorflow.js";

/** Sets values to zero at random and scales up the rest. */
export type Dropout = (values: Tensor) => Tensor;

/**
 * Dropout (Srivastava et al. 2014) by uniform numbers drawn beforehand, as compiled programs need: every call takes the next
 * columns, as many as its values have in each cell.
 *
 * @param uniform - B × all columns that are used.
 * @param rate - probability of zero.
 */
export function dropoutBy(tf: Tf, uniform: Tensor, rate: number): Dropout {
  let used = 0;
  return (values) => {
    const size = values.size / values.shape[0]!;
    const drawn = tf.slice(uniform, [0, used], [-1, size]).reshape(values.shape);
    used += size;
    return values.mul(drawn.greaterEqual(rate).cast("float32")).div(1 - rate);
  };
}
