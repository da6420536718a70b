import type { Tensor, Tf } from "../../engine/tensorflow.js";
import { elu } from "./activations.js";
import { linear, type LinearWeights } from "./linear.js";

/** Queries, keys and values from one projection (3D × D, stacked in this order), then the output's. */
export interface AttentionWeights {
  readonly inProjection: LinearWeights;
  readonly outProjection: LinearWeights;
}

/** Options of {@link multiHeadAttention}. */
export interface AttentionOptions {
  /** What the tokens attend to, B × S × D. Default: x itself. */
  readonly context?: Tensor;
  /** One for a token of the context that is not attended to, else zero: B × S. Default: none. */
  readonly ignored?: Tensor;
  /** Applied to the attention. Default: nothing. */
  readonly dropout?: (attention: Tensor) => Tensor;
}

/** Added to the scores of ignored tokens: its exponential is zero in float32. */
const NEVER = -1e9;

/**
 * Scaled dot-product attention with several heads (Vaswani et al. 2017).
 *
 * @param x - B × T × D.
 * @returns output B × T × D and attention B × heads × T × S (query, key).
 */
export function multiHeadAttention(
  tf: Tf,
  x: Tensor,
  { inProjection, outProjection }: AttentionWeights,
  heads: number,
  { context, ignored, dropout }: AttentionOptions = {},
): { output: Tensor; attention: Tensor } {
  const [batch, tokens, width] = x.shape as [number, number, number];
  if (tokens === 1 && !context && !ignored)
    return attentionToItself(tf, x, { inProjection, outProjection }, heads, dropout);
  const [query, key, value] = context
    ? crossProjection(tf, x, context, inProjection, heads)
    : projection(tf, x, inProjection, heads);
  const scores = tf.matMul(query!, key!, false, true).mul(1 / Math.sqrt(width / heads));
  const masked = ignored ? scores.add(ignored.mul(NEVER).reshape([batch, 1, 1, -1])) : scores;
  const attention = tf.softmax(masked); // B × heads × T × S
  const mixed = tf.matMul(dropout ? dropout(attention) : attention, value!);
  const output = mixed.transpose([0, 2, 1, 3]).reshape([batch, tokens, width]);
  return { output: linear(tf, output, outProjection), attention };
}

/** A lone token attends to itself whatever its query and its key: these are not computed. */
function attentionToItself(
  tf: Tf,
  x: Tensor,
  { inProjection: { weight, bias }, outProjection }: AttentionWeights,
  heads: number,
  dropout: AttentionOptions["dropout"],
): { output: Tensor; attention: Tensor } {
  const [batch, , width] = x.shape as [number, 1, number];
  const from = 2 * width;
  const value = linear(tf, x, {
    weight: weight.slice([from, 0], [width, width]),
    ...(bias && { bias: bias.slice([from], [width]) }),
  });
  const attention = tf.ones([batch, heads, 1, 1]);
  const mixed = dropout ? value.reshape([batch, heads, 1, width / heads]).mul(dropout(attention)) : value;
  return { output: linear(tf, mixed.reshape(x.shape), outProjection), attention };
}

/**
 * Linear self-attention with several heads (Katharopoulos et al. 2020): the softmax's place takes φ(q)·φ(k) with φ = ELU + 1, so
 * that time and memory grow with the tokens and not with their square. The weights are those of {@link multiHeadAttention}.
 *
 * @param x - B × T × D.
 * @returns B × T × D.
 */
export function linearAttention(
  tf: Tf,
  x: Tensor,
  { inProjection, outProjection }: AttentionWeights,
  heads: number,
): Tensor {
  const [query, key, value] = projection(tf, x, inProjection, heads);
  const [q, k] = [elu(tf, query!).add(1), elu(tf, key!).add(1)]; // B × heads × T × D/heads
  const mixed = tf.matMul(q, tf.matMul(k, value!, true));
  const total = tf.matMul(q, k.sum(2, true), false, true); // B × heads × T × 1
  return linear(tf, mixed.div(total).transpose([0, 2, 1, 3]).reshape(x.shape), outProjection);
}

/** One product for all parts: B × T × D → parts of B × heads × T × D/heads. */
function projection(tf: Tf, x: Tensor, weights: LinearWeights, heads: number): Tensor[] {
  const [batch, tokens, width] = x.shape as [number, number, number];
  const parts = weights.weight.shape[0]! / width;
  const projected = linear(tf, x, weights) // B × T × parts·D
    .reshape([batch, tokens, parts, heads, width / heads])
    .transpose([2, 0, 3, 1, 4]);
  // The gradient of unstacking a single part fails.
  return parts === 1 ? [projected.squeeze([0])] : tf.unstack(projected);
}

function crossProjection(tf: Tf, x: Tensor, context: Tensor, { weight, bias }: LinearWeights, heads: number): Tensor[] {
  const width = x.shape[2]!;
  const sizes = [width, 2 * width];
  const weights = tf.split(weight, sizes);
  const biases = bias && tf.split(bias, sizes);
  const part = (i: number): LinearWeights => ({ weight: weights[i]!, ...(biases && { bias: biases[i]! }) });
  return [...projection(tf, x, part(0), heads), ...projection(tf, context, part(1), heads)];
}
