import type { Tensor, Tf } from "../../engine/tensorflow.js";
import { gelu } from "./activations.js";
import { linearAttention, multiHeadAttention, type AttentionWeights } from "./attention.js";
import { linear, type LinearWeights } from "./linear.js";
import { layerNorm, type LayerNormWeights } from "./normalisation.js";

/** PyTorch's `TransformerEncoderLayer`. */
export interface EncoderLayerWeights {
  readonly attention: AttentionWeights;
  readonly linear1: LinearWeights;
  readonly linear2: LinearWeights;
  readonly norm1: LayerNormWeights;
  readonly norm2: LayerNormWeights;
}

/** Options of {@link encoderLayer}. */
export interface EncoderLayerOptions {
  readonly heads: number;
  /** Default: "relu", PyTorch's. */
  readonly activation?: "relu" | "gelu";
  /** Normalise before attention and feed-forward instead of after. Default: false, PyTorch's and the 2017 paper's. */
  readonly normFirst?: boolean;
  /** Added to the variance in layer norms. Default: 1e-5. */
  readonly epsilon?: number;
  /**
   * Dropout in training, applied where PyTorch has it: to the attention, the hidden feed-forward values, and both parts' output.
   * Default: none.
   */
  readonly dropout?: (values: Tensor) => Tensor;
  /** Attention by a softmax, or {@link linearAttention}, which has no dropout. Default: "softmax". */
  readonly attention?: "softmax" | "linear";
  /** Is given the softmax's attention, B × heads × T × T (query, key). */
  readonly onAttention?: (attention: Tensor) => void;
}

/** One Transformer encoder layer; x is B × T × D. */
export function encoderLayer(tf: Tf, x: Tensor, weights: EncoderLayerWeights, options: EncoderLayerOptions): Tensor {
  const { heads, activation = "relu", normFirst = false, epsilon = 1e-5, dropout = (h) => h } = options;
  const norm1 = (h: Tensor) => layerNorm(h, weights.norm1, epsilon);
  const norm2 = (h: Tensor) => layerNorm(h, weights.norm2, epsilon);
  const attend = (h: Tensor) => {
    if (options.attention === "linear") return dropout(linearAttention(tf, h, weights.attention, heads));
    const { output, attention } = multiHeadAttention(tf, h, weights.attention, heads, { dropout });
    options.onAttention?.(attention);
    return dropout(output);
  };
  const activate = activation === "relu" ? (h: Tensor) => tf.relu(h) : gelu;
  const feedForward = (h: Tensor) =>
    dropout(linear(tf, dropout(activate(linear(tf, h, weights.linear1))), weights.linear2));
  if (normFirst) {
    const attended = x.add(attend(norm1(x)));
    return attended.add(feedForward(norm2(attended)));
  }
  const attended = norm1(x.add(attend(x)));
  return norm2(attended.add(feedForward(attended)));
}
