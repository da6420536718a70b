import type { NamedTensors, Tensor, Tf } from "../../engine/tensorflow.js";
import type { NetworkInput, NetworkView } from "../network.js";
import { seenValues, type Context } from "./context.js";

/** Points of the path over which gradients are averaged. */
const PATH_POINTS = 16;

/** Repairs a batch, z-scored, with these values in the context's place (B × 2G) and the measurements untouched. */
export type RepairWithContext = (input: NetworkInput, values: Tensor) => Tensor;

/**
 * Looks into what a context of gene modules does:
 *
 * - `attention`: of every layer, B × heads × (1 + tokens) × (1 + tokens), the class token first;
 * - `masked`: the repair (z-scored) where the context does not see the modules with 1 in `mask`, B × tokens;
 * - `influence`: integrated gradients (Sundararajan et al. 2017) of the sum over genes of `weight` (B × G) times the repaired
 *   z-score, from a context that sees nothing to the cell's, summed by module: B × tokens. Their sum is the difference that the
 *   context makes to the weighted sum.
 *
 * @param module - the module of each gene.
 */
export function contextViews(
  tf: Tf,
  context: Context,
  module: Float32Array,
  repaired: RepairWithContext,
): Readonly<Record<string, NetworkView>> {
  const genes = module.length;
  const tokens = Math.max(...module) + 1;
  const membership = () => tf.oneHot(tf.tensor1d(module, "int32"), tokens).cast("float32"); // G × T
  /** Which values a module holds, B × 2G of B × T. */
  const spread = (byModule: Tensor) => tf.tile(tf.matMul(byModule, membership(), false, true), [1, 2]);
  /** Sums by module, B × T of B × 2G. */
  const gather = (values: Tensor) => tf.addN(tf.split(values, 2, 1).map((part) => tf.matMul(part, membership())));
  return {
    attention: { show: (input) => context.attention!(seenValues(tf, input), input.severity) },
    masked: {
      given: { mask: tokens },
      show: (input, { mask }) => {
        const seen = seenValues(tf, input).mul(spread(mask!).neg().add(1));
        return { z: repaired(input, seen) };
      },
    },
    influence: {
      given: { weight: genes },
      show: (input, { weight }: NamedTensors) => {
        const seen = seenValues(tf, input);
        const gradient = tf.grad((values) => repaired(input, values).mul(weight!).sum());
        const gradients = Array.from({ length: PATH_POINTS }, (_, k) => gradient(seen.mul((k + 0.5) / PATH_POINTS)));
        return { byModule: gather(seen.mul(tf.addN(gradients).div(PATH_POINTS))) };
      },
    },
  };
}
