import type { Tensor, Tf } from "../engine/tensorflow.js";
import { encoderLayer, linear } from "./layers.js";
import type { Dropout } from "./layers/dropout.js";
import type { Parameters } from "./parameters.js";

/** Sizes of a Transformer encoder. */
export interface TrunkConfig {
  /** Width of the tokens. Default: 256, the paper's. */
  readonly width: number;
  /** Encoder layers. Default: 4, the paper's. */
  readonly layers: number;
  /** Attention heads. Default: 8; the paper gives none. */
  readonly heads: number;
  /** Hidden width of the feed-forward part. Default: 1024, four times the width as is usual; the paper gives none. */
  readonly feedForward: number;
  /** Attention of the encoder. Default: "softmax", the paper's. */
  readonly attention: "softmax" | "linear";
}

/** The paper's sizes. */
export const PAPER_TRUNK: TrunkConfig = { width: 256, layers: 4, heads: 8, feedForward: 1024, attention: "softmax" };

/** What is beside a trunk's values. */
export interface TrunkExtras {
  /** Added to every token: B × width, or 1 × width. */
  readonly told?: Tensor | undefined;
  readonly dropout?: Dropout | undefined;
}

/** Values of a cell, through an encoder, to values of its genes: B × inputs → B × outputs. */
export type Trunk = (values: Tensor, extras?: TrunkExtras) => Tensor;

/**
 * The paper's trunk: Linear inputs → width as a sequence of one token, PyTorch's Transformer encoder (post-norm, ReLU), Linear
 * width → outputs.
 *
 * With more tokens the values, in their order, are cut into as many groups of equal size; each is embedded by a
 * projection and a position of its own, and read out by one.
 *
 * @throws RangeError where the width is no multiple of the heads, or there are more tokens than values.
 */
export function transformerTrunk(
  tf: Tf,
  parameters: Parameters,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
  { width, layers, heads, feedForward, attention }: TrunkConfig,
  tokens = 1,
): Trunk {
  const { embed, read } =
    tokens === 1
      ? oneToken(tf, parameters, inputs, outputs, width)
      : groups(tf, parameters, inputs, outputs, width, tokens);
  const encoder = Array.from({ length: layers }, (_, i) => parameters.encoderLayer(`encoder.${i}`, width, feedForward));
  return (values, { told, dropout } = {}) => {
    let h = embed(values); // B × T × D
    if (told) h = h.add(told.expandDims(1));
    for (const layer of encoder) h = encoderLayer(tf, h, layer, { heads, dropout, attention });
    return read(h);
  };
}

/** Throws where a trunk cannot be built. */
export function checkTrunk({ width, heads, attention }: TrunkConfig): void {
  if (attention !== "softmax" && attention !== "linear") {
    throw new RangeError(`attention is "${String(attention)}"; use "softmax" or "linear"`);
  }
  if (width % heads !== 0) throw new RangeError(`width (${width}) must be a multiple of heads (${heads})`);
}

/** Uniform numbers that dropout in a trunk takes of each cell. */
export function dropoutColumns(config: TrunkConfig, tokens: number): number {
  const { width, layers, heads, feedForward, attention } = config;
  return layers * tokens * ((attention === "softmax" ? heads * tokens : 0) + 2 * width + feedForward);
}

interface Border {
  embed(values: Tensor): Tensor;
  read(h: Tensor): Tensor;
}

function oneToken(tf: Tf, parameters: Parameters, inputs: number, outputs: number, width: number): Border {
  const embed = parameters.linear("embed", inputs, width);
  const output = parameters.linear("output", width, outputs);
  return {
    embed: (values) => linear(tf, values, embed).expandDims(1), // B × inputs → B × D → B × 1 × D
    read: (h) => linear(tf, h.squeeze([1]), output), // B × D → B × outputs
  };
}

function groups(
  tf: Tf,
  parameters: Parameters,
  inputs: number,
  outputs: number,
  width: number,
  tokens: number,
): Border {
  const [into, out] = [Math.ceil(inputs / tokens), Math.ceil(outputs / tokens)];
  const embed = parameters.stack("embed", tokens, into, width); // T × P × D
  const position = parameters.normal("position", [tokens, width], 0.1);
  const output = parameters.stack("output", tokens, width, out); // T × D × Q
  const bias = parameters.given("output.bias", new Float32Array(outputs), [outputs]);
  const byToken = (values: Tensor) => values.transpose([1, 0, 2]); // B × T × … ↔ T × B × …
  return {
    embed(values) {
      const padding: [number, number][] = [[0, 0], [0, tokens * into - inputs]]; // prettier-ignore
      const grouped = values.pad(padding).reshape([-1, tokens, into]); // B × T × P
      return byToken(tf.matMul(byToken(grouped), embed)).add(position); // B × T × D
    },
    read(h) {
      const grouped = byToken(tf.matMul(byToken(h), output)).reshape([-1, tokens * out]);
      return grouped.slice([0, 0], [-1, outputs]).add(bias);
    },
  };
}
