import type { NamedTensors, Tensor, Tf } from "../../../../src/lib/engine/tensorflow.js";
import {
  kaimingUniformBound,
  linearBound,
  xavierNormalSd,
  xavierUniformBound,
} from "../../../../src/lib/repair/initialisation.js";
import * as layers from "../../../../src/lib/repair/layers.js";
import type { Results } from "../results.js";
import { type Kind, type NetworkCase, values } from "./network-case.js";

/** Activations, layers, and the blocks made of them. */
export const BLOCKS: readonly Kind[] = [
  [/^act_/, activation],
  [/^linear/, (network) => network.block(({ x }, weights) => layers.linear(network.tf, x!, part(weights, "")))],
  [/^embedding/, embedding],
  [
    /^layernorm/,
    (network) => network.block(({ x }, weights) => layers.layerNorm(x!, part(weights, ""), network.parameter("eps"))),
  ],
  [/^batchnorm/, batchNorm],
  [/^mha_/, attention],
  [/^encoder_(post|pre)norm/, (network) => network.block(({ x }, weights) => encoder(network, x!, weights, ""))],
  [/^encoder_stack/, encoderStack],
  [/^init_bounds/, initialisation],
];

const ACTIVATIONS: Readonly<Record<string, (tf: Tf, x: Tensor) => Tensor>> = {
  elu: layers.elu,
  gelu_erf: (_, x) => layers.gelu(x),
  gelu_tanh: (_, x) => layers.geluTanh(x),
  leaky_relu: layers.leakyRelu,
  log_softmax: (tf, x) => tf.logSoftmax(x),
  relu: (tf, x) => tf.relu(x),
  sigmoid: (tf, x) => tf.sigmoid(x),
  silu: (_, x) => layers.silu(x),
  softmax: (tf, x) => tf.softmax(x),
  softplus: layers.softplus,
  tanh: (tf, x) => tf.tanh(x),
};

function activation(network: NetworkCase): Results {
  const activate = ACTIVATIONS[network.fixture.name.slice("act_".length)]!;
  return network.block(({ x }) => activate(network.tf, x!));
}

function embedding(network: NetworkCase): Results {
  const { shape } = network.fixture.inputs["indices"]!;
  const indices = network.tf.tensor(Int32Array.from(network.fixture.input("indices")), shape, "int32");
  return network.block((_, { weight }) => layers.embedding(network.tf, indices, weight!), []);
}

function batchNorm(network: NetworkCase): Results {
  const { tf } = network;
  const [eps, momentum] = [network.parameter("eps"), network.parameter("momentum")];
  const weights = part(network.weights(), "");
  const x = network.input("x");
  const start = { mean: tf.zeros([x.shape[1]!]), variance: tf.ones([x.shape[1]!]) };
  const running = layers.runningMoments(start, layers.batchMoments(x), x.shape[0]!, momentum);
  return {
    ...network.block(({ x }, own) => layers.batchNorm(x!, part(own, ""), layers.batchMoments(x!), eps)),
    y_eval: values(layers.batchNorm(x, weights, running, eps)),
    running_mean: values(running.mean),
    running_var: values(running.variance),
  };
}

function attention(network: NetworkCase): Results {
  const crossed = "context" in network.fixture.inputs;
  const ignored = "key_padding_mask" in network.fixture.inputs ? network.input("key_padding_mask") : undefined;
  const heads = network.parameter("num_heads");
  const attend = ({ x, context }: NamedTensors, weights: NamedTensors) =>
    layers.multiHeadAttention(network.tf, x!, attentionWeights(weights, ""), heads, { context, ignored });
  const names = crossed ? ["x", "context"] : ["x"];
  return {
    ...network.block((inputs, weights) => attend(inputs, weights).output, names),
    attention_weights: values(attend(network.inputs(...names), network.weights()).attention),
  };
}

function encoderStack(network: NetworkCase): Results {
  return network.block(({ x }, weights) => {
    let h = x!;
    for (let i = 0; i < network.parameter("layers"); i++) h = encoder(network, h, weights, `layers.${i}.`);
    return layers.layerNorm(h, part(weights, "norm."));
  });
}

function encoder({ tf, fixture }: NetworkCase, x: Tensor, weights: NamedTensors, prefix: string): Tensor {
  const { nhead, activation, norm_first, layer_norm_eps } = fixture.parameters;
  return layers.encoderLayer(
    tf,
    x,
    {
      attention: attentionWeights(weights, `${prefix}self_attn.`),
      linear1: part(weights, `${prefix}linear1.`),
      linear2: part(weights, `${prefix}linear2.`),
      norm1: part(weights, `${prefix}norm1.`),
      norm2: part(weights, `${prefix}norm2.`),
    },
    {
      heads: nhead as number,
      activation: activation as "relu" | "gelu",
      normFirst: norm_first as boolean,
      epsilon: layer_norm_eps as number | undefined,
    },
  );
}

function attentionWeights(weights: NamedTensors, prefix: string): layers.AttentionWeights {
  return {
    inProjection: { weight: weights[`${prefix}in_proj_weight`]!, bias: weights[`${prefix}in_proj_bias`]! },
    outProjection: part(weights, `${prefix}out_proj.`),
  };
}

/** Weight and bias of the layer of a name. */
export function part(weights: NamedTensors, prefix: string): layers.LayerNormWeights {
  return { weight: weights[`${prefix}weight`]!, bias: weights[`${prefix}bias`]! };
}

function initialisation(network: NetworkCase): Results {
  const [inputs, outputs] = [network.parameter("fan_in"), network.parameter("fan_out")];
  return {
    xavier_uniform_bound: xavierUniformBound(inputs, outputs),
    xavier_normal_std: xavierNormalSd(inputs, outputs),
    kaiming_uniform_relu_bound: kaimingUniformBound(inputs),
    torch_linear_default_bound: linearBound(inputs),
  };
}
