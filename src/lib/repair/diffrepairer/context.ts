import type { NamedTensors, Tensor, Tf } from "../../engine/tensorflow.js";
import { encoderLayer, gelu, layerNorm, linear } from "../layers.js";
import type { NetworkInput } from "../network.js";
import type { Parameters } from "../parameters.js";
import type { DiffRepairerConfig } from "./config.js";

/** What a cell as a whole says: B × width. */
export interface Context {
  /** @param values - B × 2G: the z-scores, then 1 where a gene was seen. */
  encode(values: Tensor, severity: Tensor): Tensor;
  /** Attention of every layer by name, B × heads × (1 + tokens) × (1 + tokens): query, key; the class token first. */
  attention?(values: Tensor, severity: Tensor): NamedTensors;
  dispose(): void;
}

/** z-scores and whether each gene was seen: B × 2G. */
export function seenValues(tf: Tf, { y, z }: NetworkInput): Tensor {
  return tf.concat([z, y.greater(0).cast("float32")], 1);
}

/** An encoder without tokens: B × 2G → GELU → B × width. */
export function mlpContext(
  tf: Tf,
  parameters: Parameters,
  genes: number,
  { width, feedForward }: DiffRepairerConfig,
): Context {
  const hidden = parameters.linear("context.hidden", 2 * genes + 3, feedForward);
  const output = parameters.linear("context.output", feedForward, width);
  const norm = parameters.layerNorm("context.norm", width);
  return {
    encode: (values, severity) =>
      layerNorm(linear(tf, gelu(linear(tf, tf.concat([values, severity], 1), hidden)), output), norm),
    dispose: () => undefined,
  };
}

/**
 * A Transformer over gene modules: every module's genes become a token by a projection of its own, a class token gathers
 * what the cell says, and every token is told the severity.
 *
 * @param module - the module of each gene, of `tokens` modules.
 */
export function tokenContext(
  tf: Tf,
  parameters: Parameters,
  module: Float32Array,
  config: DiffRepairerConfig,
): Context {
  const { tokens, width, layers, attentionHeads: heads, feedForward } = config;
  const genes = module.length;
  const members = Array.from({ length: tokens }, (_, t) => [...module.keys()].filter((g) => module[g] === t));
  const largest = Math.max(...members.map(({ length }) => length));
  // Where each token finds its values, its genes' z-scores first and then their detections; 2G is a column of zeros.
  const columns = new Int32Array(tokens * 2 * largest).fill(2 * genes);
  members.forEach((own, t) => {
    columns.set(own, t * 2 * largest);
    columns.set(
      own.map((g) => genes + g),
      t * 2 * largest + largest,
    );
  });
  const gathered = tf.tensor1d(columns, "int32");

  const projection = parameters.stack("context.projection", tokens, 2 * largest, width); // T × 2P × D
  const start = parameters.normal("context.start", [tokens, width], 0.1);
  const classToken = parameters.normal("context.class", [1, 1, width], 0.1);
  const told = parameters.linear("context.severity", 3, width);
  const encoder = Array.from({ length: layers }, (_, i) =>
    parameters.encoderLayer(`context.encoder.${i}`, width, feedForward),
  );
  const pool = parameters.linear("context.pool", tokens * width, width);
  const norm = parameters.layerNorm("context.norm", width);

  const embed = (values: Tensor, severity: Tensor): Tensor => {
    const batch = values.shape[0]!;
    const padded = tf.concat([values, tf.zeros([batch, 1])], 1);
    const parts = tf.gather(padded, gathered, 1).reshape([batch, tokens, 2 * largest]); // B × T × 2P
    const projected = tf.matMul(parts.transpose([1, 0, 2]), projection).transpose([1, 0, 2]); // B × T × D
    const embedded = projected.add(start).add(linear(tf, severity, told).expandDims(1));
    return tf.concat([tf.tile(classToken, [batch, 1, 1]), embedded], 1); // B × (1 + T) × D
  };
  return {
    encode(values, severity) {
      let h = embed(values, severity);
      for (const layer of encoder) h = encoderLayer(tf, h, layer, { heads, activation: "gelu", normFirst: true });
      const [first, rest] = tf.split(h, [1, tokens], 1) as [Tensor, Tensor];
      const pooled = linear(tf, rest.reshape([-1, tokens * width]), pool);
      return layerNorm(first.squeeze([1]).add(pooled), norm);
    },
    attention(values, severity) {
      const attention: NamedTensors = {};
      let h = embed(values, severity);
      encoder.forEach((layer, i) => {
        const onAttention = (weights: Tensor) => (attention[`layer${i}`] = weights);
        h = encoderLayer(tf, h, layer, { heads, activation: "gelu", normFirst: true, onAttention });
      });
      return attention;
    },
    dispose: () => gathered.dispose(),
  };
}
