import type { Tensor, Tf } from "../../engine/tensorflow.js";
import { OWN_FEATURES, ownFeatures, type FusionWeights } from "../fusion-weights.js";
import { linear } from "../layers.js";
import type { Parameters } from "../parameters.js";
import type { Scaling } from "../training-data.js";

/** What a fusion head reads of a batch, B × G each. */
export interface FusionInput {
  readonly y: Tensor;
  readonly z: Tensor;
  /** Share of the signal kept. */
  readonly keep: Tensor;
}

/**
 * A fusion of each gene's own measurement with what the cell says, `x̂ = Σₖ (Wₖ + gateₖ(context))·fₖ + p·Q`. W and Q start
 * at the closed-form fusion and the gates at zero: training starts from that strong linear model and adds to it.
 */
export function fusionHead(
  tf: Tf,
  parameters: Parameters,
  { own, shared, center, directions }: FusionWeights,
  { scaling, width, tau }: { readonly scaling: Scaling; readonly width: number; readonly tau: number },
): { of: (input: FusionInput, context: Tensor) => Tensor; dispose: () => void } {
  const genes = center.length;
  const components = directions.length / genes;
  const W = parameters.given("fusion.own", own, [OWN_FEATURES, genes]);
  const Q = parameters.given("fusion.shared", shared, [components, genes]);
  const gates = parameters.linear("fusion.gates", width, OWN_FEATURES * genes, 0);
  const constants = {
    center: tf.tensor1d(center),
    directions: tf.tensor2d(directions, [genes, components]),
    sd: tf.tensor1d(scaling.sd),
  };
  return {
    of(input, context) {
      const features = ownFeatures(tf, input, constants.sd, tau);
      const weights = tf
        .split(linear(tf, context, gates), OWN_FEATURES, 1)
        .map((gate, k) => gate.add(W.slice([k, 0], [1, genes])));
      const scores = tf.matMul(input.z.sub(constants.center), constants.directions); // B × components
      return tf.addN([...features.map((feature, k) => feature.mul(weights[k]!)), tf.matMul(scores, Q)]);
    },
    dispose: () => tf.dispose(Object.values(constants)),
  };
}
