import type { Tf } from "../engine/tensorflow.js";
import { partOptions } from "../options.js";
import { fitNetwork } from "./fit-network.js";
import { linear } from "./layers.js";
import type { Network, NetworkGround, NetworkKind } from "./network.js";
import type { NetworkModel } from "./network-model.js";
import { Parameters, type Start } from "./parameters.js";
import type { TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";

/** Sizes of the denoising autoencoder; the paper gives none. */
export interface DaeConfig {
  /** Width of the layers between genes and bottleneck. Default: 512. */
  readonly hidden: number;
  /** Width of the bottleneck. Default: 128. */
  readonly bottleneck: number;
}

const DEFAULTS: DaeConfig = { hidden: 512, bottleneck: 128 };

/** Options of {@link fitDae}. */
export type DaeOptions = TrainingOptions & Partial<DaeConfig>;

/** Denoising autoencoder (Vincent et al. 2008): G → 512 → 128 → 512 → G with ReLU between. */
export function buildDae(
  tf: Tf,
  { genes }: Pick<NetworkGround, "genes">,
  { hidden, bottleneck }: DaeConfig,
  start: Start,
): Network {
  const parameters = new Parameters(tf, start, "dae");
  const encode1 = parameters.linear("encode1", genes, hidden);
  const encode2 = parameters.linear("encode2", hidden, bottleneck);
  const decode1 = parameters.linear("decode1", bottleneck, hidden);
  const decode2 = parameters.linear("decode2", hidden, genes);
  return {
    parameters,
    forward({ z }) {
      const h = tf.relu(linear(tf, z, encode1)); // B × hidden
      const code = tf.relu(linear(tf, h, encode2)); // B × bottleneck
      return { x: linear(tf, tf.relu(linear(tf, code, decode1)), decode2) }; // B × G
    },
  };
}

export const dae: NetworkKind<DaeConfig & Record<string, number>> = {
  name: "dae",
  label: "DAE",
  learningRate: 1e-3,
  build: buildDae,
};

/**
 * Trains a denoising autoencoder.
 * @example
 * const model = await repair.fitDae(task, { budget: "trial" });
 */
export async function fitDae(data: TrainingData, options: DaeOptions = {}): Promise<NetworkModel> {
  const { own: config, rest: training } = partOptions<DaeConfig, TrainingOptions>(options, DEFAULTS);
  return fitNetwork(dae, data, { ...config }, training);
}
