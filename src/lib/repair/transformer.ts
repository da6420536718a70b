import type { Tf } from "../engine/tensorflow.js";
import { partOptions } from "../options.js";
import { fitNetwork } from "./fit-network.js";
import { linear } from "./layers.js";
import { dropoutBy } from "./layers/dropout.js";
import {
  meanSquaredError,
  type Network,
  type NetworkConfig,
  type NetworkGround,
  type NetworkInput,
  type NetworkKind,
} from "./network.js";
import type { NetworkModel } from "./network-model.js";
import { Parameters, type Start } from "./parameters.js";
import { SEVERITY_NAMES } from "./severity-estimator.js";
import type { TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";
import {
  checkTrunk,
  dropoutColumns,
  PAPER_TRUNK,
  transformerTrunk,
  type TrunkConfig,
  type TrunkExtras,
} from "./transformer-trunk.js";

/** Settings of the paper's network, and what can be changed about it. */
export interface TransformerConfig extends TrunkConfig {
  /** Tokens: groups of genes in the task's order. Default: 1, the paper's. */
  readonly tokens: number;
  /** Whether the network's output is added to the degraded values, x̂ = z + f(z). Default: false. */
  readonly skip: boolean;
  /** Whether the token is told the cell's severity, by Linear 3 → width. Default: false. */
  readonly conditioned: boolean;
  /** Dropout in the encoder while training; PyTorch's own default is 0.1. Default: 0. */
  readonly dropout: number;
}

const PAPER: TransformerConfig = { ...PAPER_TRUNK, tokens: 1, skip: false, conditioned: false, dropout: 0 };

/** Options of {@link fitTransformer}. */
export type TransformerOptions = TrainingOptions & Partial<TransformerConfig>;

/**
 * DiffRepairer as the paper's text has it: Linear G → 256, "serving as the input sequence", that is a sequence of length
 * one; a Transformer encoder of four layers (post-norm, ReLU, PyTorch's defaults); Linear 256 → G. One forward pass repairs a
 * cell. With one token attention has nothing to choose from: its softmax is 1.
 */
export function buildTransformer(
  tf: Tf,
  { genes }: Pick<NetworkGround, "genes">,
  config: Omit<TrunkConfig, "attention"> & Partial<TransformerConfig>,
  start: Start,
): Network {
  const resolved = { ...PAPER, ...config };
  const { tokens, skip, conditioned, dropout, width } = resolved;
  const parameters = new Parameters(tf, start, "transformer");
  const trunk = transformerTrunk(tf, parameters, { inputs: genes, outputs: genes }, resolved, tokens);
  const told = conditioned ? parameters.linear("told", SEVERITY_NAMES.length, width) : undefined;
  const repaired = ({ z, severity }: NetworkInput, extras: TrunkExtras = {}) => {
    const x = trunk(z, { ...extras, told: told && linear(tf, severity, told) });
    return skip ? z.add(x) : x;
  };
  const forward = (input: NetworkInput) => ({ x: repaired(input) });
  if (dropout === 0) return { parameters, forward };
  return {
    parameters,
    forward,
    random: { dropout: { columns: dropoutColumns(resolved, tokens), distribution: "uniform" } },
    loss(batch) {
      const dropped = dropoutBy(tf, batch.random["dropout"]!, dropout);
      return meanSquaredError(repaired(batch, { dropout: dropped }), batch);
    },
  };
}

export const transformer: NetworkKind<TransformerConfig & NetworkConfig> = {
  name: "transformer",
  label: "Transformer (paper)",
  learningRate: 5e-4,
  // With one token a cell takes so little room that reading the weights counts.
  repairBatch: ({ tokens }) => (tokens === 1 ? 512 : undefined),
  build: buildTransformer,
};

/** The same, told the cells' severities. */
export const transformerConditioned: typeof transformer = {
  ...transformer,
  name: "transformer-conditioned",
  label: "Transformer, severity told",
  usesSeverity: true,
};

/**
 * Trains the paper's network.
 *
 * @throws RangeError where the width is no multiple of the heads, there are more tokens than genes, or the dropout is not
 *   from 0 to below 1.
 * @example
 * const model = await repair.fitTransformer(task, { budget: "trial" });
 */
export async function fitTransformer(data: TrainingData, options: TransformerOptions = {}): Promise<NetworkModel> {
  const { own: config, rest: training } = partOptions<TransformerConfig, TrainingOptions>(options, PAPER);
  checkTrunk(config);
  if (!Number.isInteger(config.tokens) || config.tokens < 1 || config.tokens > data.genes.length) {
    throw new RangeError(
      `tokens must be a whole number from 1 to the ${data.genes.length} genes, not ${config.tokens}`,
    );
  }
  if (!(config.dropout >= 0 && config.dropout < 1)) {
    throw new RangeError(`dropout must be from 0 to below 1, not ${config.dropout}`);
  }
  return fitNetwork(config.conditioned ? transformerConditioned : transformer, data, { ...config }, training);
}
