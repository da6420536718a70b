import type { Tensor, Tf } from "../engine/tensorflow.js";
import type { Parameters } from "./parameters.js";

/** A network's sizes; plain numbers and words, so that they can be saved. */
export type NetworkConfig = Readonly<Record<string, number | string | boolean>>;

/** A network on z-scored values. */
export interface Network {
  readonly parameters: Parameters;
  /** Degraded cells → repaired cells, both B × G and z-scored with the clean training cells' mean and sd. */
  forward(z: Tensor): Tensor;
}

/** A kind of network: how to name and build it. */
export interface NetworkKind<Config extends NetworkConfig = NetworkConfig> {
  readonly name: string;
  readonly label: string;
  /** Default of the learning rate. */
  readonly learningRate: number;
  build(tf: Tf, genes: number, config: Config, seed: number): Network;
}
