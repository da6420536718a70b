import type { Tensor, Tf } from "../engine/tensorflow.js";
import { partOptions } from "../options.js";
import { fitNetwork } from "./fit-network.js";
import { linear } from "./layers.js";
import { gaussianDraw, gaussianKl } from "./layers/losses.js";
import { meanOverCells, meanSquaredError, type Network, type NetworkGround, type NetworkKind } from "./network.js";
import type { NetworkModel } from "./network-model.js";
import { Parameters, type Start } from "./parameters.js";
import type { TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";

/** Sizes of the variational autoencoder; the paper gives none. */
export interface VaeConfig {
  /** Width of the layers between genes and code. Default: 512. */
  readonly hidden: number;
  /** Length of the code. Default: 64. */
  readonly latent: number;
  /** Weight of the code's KL divergence. Default: 1, the evidence lower bound of z-scores with unit variance. */
  readonly beta: number;
}

const DEFAULTS: VaeConfig = { hidden: 512, latent: 64, beta: 1 };

/** Options of {@link fitVae}. */
export type VaeOptions = TrainingOptions & Partial<VaeConfig>;

/** Range of the logarithm of the code's variance, which an exponential must not take to infinity. */
const LOG_VARIANCE = 8;

/**
 * Variational autoencoder (Kingma & Welling 2014) from degraded cells to clean ones: G → 512 → 64 → 512 → G with ReLU between.
 * Training draws the code; repair takes its mean. The loss is the negative bound ½ Σ (x̂ − x)² + β KL over G/2, so that its first
 * part is the mean squared error.
 */
export function buildVae(tf: Tf, { genes }: Pick<NetworkGround, "genes">, config: VaeConfig, start: Start): Network {
  const { hidden, latent, beta } = config;
  const parameters = new Parameters(tf, start, "vae");
  const encode = parameters.linear("encode", genes, hidden);
  const mean = parameters.linear("mean", hidden, latent);
  const logVariance = parameters.linear("logVariance", hidden, latent);
  const decode1 = parameters.linear("decode1", latent, hidden);
  const decode2 = parameters.linear("decode2", hidden, genes);
  const encoded = (z: Tensor) => tf.relu(linear(tf, z, encode)); // B × hidden
  const decoded = (code: Tensor) => linear(tf, tf.relu(linear(tf, code, decode1)), decode2); // B × G
  return {
    parameters,
    random: { code: { columns: latent, distribution: "normal" } },
    forward: ({ z }) => ({ x: decoded(linear(tf, encoded(z), mean)) }),
    loss(batch) {
      const h = encoded(batch.z);
      const center = linear(tf, h, mean); // B × latent
      const spread = linear(tf, h, logVariance).clipByValue(-LOG_VARIANCE, LOG_VARIANCE);
      const x = decoded(gaussianDraw(center, spread, batch.random["code"]!));
      const kl = meanOverCells(gaussianKl(center, spread), batch.weight);
      return meanSquaredError(x, batch).add(kl.mul((2 * beta) / genes));
    },
    views: { code: { show: ({ z }) => ({ code: linear(tf, encoded(z), mean) }) } },
  };
}

export const vae: NetworkKind<VaeConfig & Record<string, number>> = {
  name: "vae",
  label: "VAE",
  learningRate: 1e-3,
  build: buildVae,
};

/**
 * Trains a variational autoencoder.
 *
 * @throws RangeError where beta is negative.
 * @example
 * const model = await repair.fitVae(task, { budget: "trial" });
 */
export async function fitVae(data: TrainingData, options: VaeOptions = {}): Promise<NetworkModel> {
  const { own: config, rest: training } = partOptions<VaeConfig, TrainingOptions>(options, DEFAULTS);
  if (!(config.beta >= 0)) throw new RangeError(`beta must not be negative, but is ${config.beta}`);
  return fitNetwork(vae, data, { ...config }, training);
}
