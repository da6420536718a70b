import type { Tensor, Tf } from "../engine/tensorflow.js";

/** y = x Wᵀ + b; weight is outputs × inputs, as in PyTorch. */
export interface LinearWeights {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Scale and shift of a layer norm. */
export interface LayerNormWeights {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Queries, keys and values from one projection (3D × D, stacked in this order), then the output's. */
export interface AttentionWeights {
  readonly inProjection: LinearWeights;
  readonly outProjection: LinearWeights;
}

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
  /** Is given the layer's attention, B × heads × T × T (query, key). */
  readonly onAttention?: (attention: Tensor) => void;
}

/** Linear layer over the last axis of x (… × inputs). */
export function linear(tf: Tf, x: Tensor, { weight, bias }: LinearWeights): Tensor {
  const [outputs, inputs] = weight.shape as [number, number];
  const rows = x.rank === 2 ? x : x.reshape([-1, inputs]);
  const y = tf.matMul(rows, weight, false, true).add(bias);
  return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), outputs]);
}

/** Layer norm over the last axis (Ba et al. 2016), with the population variance. */
export function layerNorm(x: Tensor, { weight, bias }: LayerNormWeights, epsilon = 1e-5): Tensor {
  const centred = x.sub(x.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  return centred.mul(variance.add(epsilon).rsqrt()).mul(weight).add(bias);
}

/** GELU by the error function: x Φ(x). */
export function gelu(x: Tensor): Tensor {
  return x.mul(0.5).mul(x.div(Math.SQRT2).erf().add(1));
}

/**
 * Scaled dot-product self-attention with several heads (Vaswani et al. 2017).
 *
 * @param x - B × T × D.
 * @returns output B × T × D and attention B × heads × T × T (query, key).
 */
export function multiHeadAttention(
  tf: Tf,
  x: Tensor,
  { inProjection, outProjection }: AttentionWeights,
  heads: number,
): { output: Tensor; attention: Tensor } {
  const [batch, tokens, width] = x.shape as [number, number, number];
  const projected = linear(tf, x, inProjection) // B × T × 3D
    .reshape([batch, tokens, 3, heads, width / heads])
    .transpose([2, 0, 3, 1, 4]); // 3 × B × heads × T × D/heads
  const [query, key, value] = tf.unstack(projected) as [Tensor, Tensor, Tensor];
  const scores = tf.matMul(query, key, false, true).mul(1 / Math.sqrt(width / heads));
  const attention = tf.softmax(scores); // B × heads × T × T
  const mixed = tf.matMul(attention, value).transpose([0, 2, 1, 3]).reshape([batch, tokens, width]);
  return { output: linear(tf, mixed, outProjection), attention };
}

/** One Transformer encoder layer without dropout; x is B × T × D. */
export function encoderLayer(
  tf: Tf,
  x: Tensor,
  weights: EncoderLayerWeights,
  { heads, activation = "relu", normFirst = false, epsilon = 1e-5, onAttention }: EncoderLayerOptions,
): Tensor {
  const norm1 = (h: Tensor) => layerNorm(h, weights.norm1, epsilon);
  const norm2 = (h: Tensor) => layerNorm(h, weights.norm2, epsilon);
  const attend = (h: Tensor) => {
    const { output, attention } = multiHeadAttention(tf, h, weights.attention, heads);
    onAttention?.(attention);
    return output;
  };
  const activate = activation === "relu" ? (h: Tensor) => tf.relu(h) : gelu;
  const feedForward = (h: Tensor) => linear(tf, activate(linear(tf, h, weights.linear1)), weights.linear2);
  if (normFirst) {
    const attended = x.add(attend(norm1(x)));
    return attended.add(feedForward(norm2(attended)));
  }
  const attended = norm1(x.add(attend(x)));
  return norm2(attended.add(feedForward(attended)));
}
