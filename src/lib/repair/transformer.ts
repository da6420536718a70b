import type { Tf } from "../engine/tensorflow.js";
import { resolveOptions } from "../options.js";
import { fitNetwork } from "./fit-network.js";
import { encoderLayer, linear } from "./layers.js";
import type { Network, NetworkGround, NetworkKind } from "./network.js";
import type { NetworkModel } from "./network-model.js";
import { Parameters } from "./parameters.js";
import type { TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";

/** Sizes of the paper's network. */
export interface TransformerConfig {
  /** Width of the token. Default: 256, the paper's. */
  readonly width: number;
  /** Encoder layers. Default: 4, the paper's. */
  readonly layers: number;
  /** Attention heads. Default: 8; the paper gives none. */
  readonly heads: number;
  /** Hidden width of the feed-forward part. Default: 1024, four times the width as is usual; the paper gives none. */
  readonly feedForward: number;
}

const PAPER: TransformerConfig = { width: 256, layers: 4, heads: 8, feedForward: 1024 };

/** Options of {@link fitTransformer}. */
export type TransformerOptions = TrainingOptions & Partial<TransformerConfig>;

/**
 * DiffRepairer as the paper's text has it: Linear G → 256, "serving as the input sequence", that is a sequence of length
 * one; a Transformer encoder of four layers (post-norm, ReLU, PyTorch's defaults, without dropout); Linear 256 → G. One
 * forward pass repairs a cell. With one token attention has nothing to choose from: its softmax is 1.
 */
export function buildTransformer(
  tf: Tf,
  { genes }: Pick<NetworkGround, "genes">,
  config: TransformerConfig,
  seed: number,
): Network {
  const { width, layers, heads, feedForward } = config;
  const parameters = new Parameters(tf, seed, "transformer");
  const embed = parameters.linear("embed", genes, width);
  const encoder = Array.from({ length: layers }, (_, i) => parameters.encoderLayer(`encoder.${i}`, width, feedForward));
  const output = parameters.linear("output", width, genes);
  return {
    parameters,
    forward({ z }) {
      let h = linear(tf, z, embed).expandDims(1); // B × G → B × D → B × 1 × D
      for (const layer of encoder) h = encoderLayer(tf, h, layer, { heads });
      return { x: linear(tf, h.squeeze([1]), output) }; // B × D → B × G
    },
  };
}

export const transformer: NetworkKind<TransformerConfig & Record<string, number>> = {
  name: "transformer",
  label: "Transformer (paper)",
  learningRate: 5e-4,
  build: buildTransformer,
};

/** Trains the paper's network. */
export async function fitTransformer(data: TrainingData, options: TransformerOptions = {}): Promise<NetworkModel> {
  const { width, layers, heads, feedForward, ...training } = options;
  const config = resolveOptions("repair.fitTransformer", { width, layers, heads, feedForward }, PAPER);
  if (config.width % config.heads !== 0) {
    throw new RangeError(`width (${config.width}) must be a multiple of heads (${config.heads})`);
  }
  return fitNetwork(transformer, data, { ...config }, training);
}
