import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { applyAdam, adamOptions, lossAndGradients, type AdamOptions } from "../../src/lib/engine/adam.js";
import { compile } from "../../src/lib/engine/compile.js";
import type { NamedTensors, Tensor, Variable } from "../../src/lib/engine/tensorflow.js";
import {
  encoderLayer,
  gelu,
  layerNorm,
  linear,
  multiHeadAttention,
  type EncoderLayerWeights,
} from "../../src/lib/repair/layers.js";
import { Parameters } from "../../src/lib/repair/parameters.js";
import { expectClose } from "../helpers/compare.js";
import { fixtureCases, testFixtures, type FixtureCase } from "../helpers/fixtures.js";
import { tryEngine } from "../lib/engine/engines.js";

const tf = (await tryEngine("tensorflow")) ?? (await tryEngine("cpu"))!;

/** The references ran in float64, this in float32. */
const VALUES = { relative: 1e-4, absolute: 1e-5 };
const GRADIENTS = { relative: 1e-3, absolute: 1e-5 };

/** A layer, from weights by PyTorch's names. */
type Layer = (x: Tensor, weights: NamedTensors, parameters: Record<string, unknown>) => Tensor;

function encoderWeights(weights: NamedTensors, prefix = ""): EncoderLayerWeights {
  const part = (name: string) => ({
    weight: weights[`${prefix}${name}.weight`]!,
    bias: weights[`${prefix}${name}.bias`]!,
  });
  return {
    attention: attentionWeights(weights, `${prefix}self_attn.`),
    ...{ linear1: part("linear1"), linear2: part("linear2"), norm1: part("norm1"), norm2: part("norm2") },
  };
}

function attentionWeights(weights: NamedTensors, prefix = "") {
  return {
    inProjection: { weight: weights[`${prefix}in_proj_weight`]!, bias: weights[`${prefix}in_proj_bias`]! },
    outProjection: { weight: weights[`${prefix}out_proj.weight`]!, bias: weights[`${prefix}out_proj.bias`]! },
  };
}

const both = (weights: NamedTensors) => ({ weight: weights["weight"]!, bias: weights["bias"]! });

/** Value and gradients of Σ y·upstream, as the references computed them. */
function differentiate(layer: Layer, x: Tensor, weights: NamedTensors, upstream: Tensor, parameters: object) {
  const names = Object.keys(weights);
  const apply = (...tensors: Tensor[]) => {
    const [input, ...rest] = tensors;
    return layer(input!, Object.fromEntries(names.map((name, i) => [name, rest[i]!])), { ...parameters });
  };
  const inputs = [x, ...Object.values(weights)];
  const gradients = tf.grads((...tensors) =>
    apply(...tensors)
      .mul(upstream)
      .sum(),
  )(inputs);
  return {
    y: apply(...inputs),
    gradients: Object.fromEntries(["x", ...names].map((name, i) => [name, gradients[i]!])),
  };
}

interface SavedTensor {
  shape: number[];
  values: number[];
}

interface SavedCase {
  name: string;
  parameters: Record<string, unknown>;
  x: SavedTensor;
  upstream: SavedTensor;
  y: SavedTensor;
  weights: Record<string, SavedTensor>;
  gradients: Record<string, SavedTensor>;
}

describe("layers equal PyTorch's: values and gradients", () => {
  const path = new URL("layers.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: SavedCase[] };
  const layers: Record<string, Layer> = {
    linear: (x, weights) => linear(tf, x, both(weights)),
    "linear of tokens": (x, weights) => linear(tf, x, both(weights)),
    layerNorm: (x, weights) => layerNorm(x, both(weights)),
    multiHeadAttention: (x, weights, { heads }) =>
      multiHeadAttention(tf, x, attentionWeights(weights), heads as number).output,
    encoderLayer: (x, weights, options) => encoderLayer(tf, x, encoderWeights(weights), options as { heads: number }),
  };
  const tensor = ({ shape, values }: SavedTensor) => tf.tensor(values, shape);

  it.each(cases)("$name $parameters", ({ name, parameters, x, upstream, y, weights, gradients }) => {
    tf.tidy(() => {
      const tensors = Object.fromEntries(Object.entries(weights).map(([key, value]) => [key, tensor(value)]));
      const got = differentiate(layers[name]!, tensor(x), tensors, tensor(upstream), parameters);
      expect(got.y.shape).toEqual(y.shape);
      expectClose(got.y.dataSync(), y.values, VALUES);
      expect(Object.keys(got.gradients)).toEqual(Object.keys(gradients));
      for (const [key, gradient] of Object.entries(gradients)) {
        expectClose(got.gradients[key]!.dataSync(), gradient.values, GRADIENTS);
      }
    });
  });
});

describe("layers equal the fixtures", () => {
  const input = (fixture: FixtureCase, name: string) =>
    tf.tensor(Float32Array.from(fixture.input(name)), fixture.inputs[name]!.shape!);
  const weightsOf = (fixture: FixtureCase) =>
    Object.fromEntries(
      Object.keys(fixture.inputs)
        .filter((name) => name.startsWith("param."))
        .map((name) => [name.slice("param.".length), input(fixture, name)]),
    );
  const checkLayer = (layer: Layer) => (fixture: FixtureCase) =>
    tf.tidy(() => {
      const [x, upstream] = [input(fixture, "x"), input(fixture, "upstream_grad")];
      const { y, gradients } = differentiate(layer, x, weightsOf(fixture), upstream, fixture.parameters);
      fixture.expectClose("y", y.dataSync(), VALUES);
      for (const [name, gradient] of Object.entries(gradients)) {
        if (fixture.expected[`grad.${name}`]) fixture.expectClose(`grad.${name}`, gradient.dataSync(), GRADIENTS);
      }
    });
  const encoderOptions = (parameters: Record<string, unknown>) => ({
    heads: parameters["nhead"] as number,
    activation: parameters["activation"] as "relu" | "gelu",
    normFirst: parameters["norm_first"] as boolean,
  });
  const only = (prefix: string, pattern = /./) =>
    fixtureCases("layers", prefix).filter(({ name }) => pattern.test(name));

  testFixtures(
    only("linear", /linear$/),
    checkLayer((x, weights) => linear(tf, x, both(weights))),
  );
  testFixtures(
    only("layernorm"),
    checkLayer((x, weights, { eps }) => layerNorm(x, both(weights), eps as number)),
  );
  testFixtures(
    only("act_gelu_erf"),
    checkLayer((x) => gelu(x)),
  );
  testFixtures(
    only("encoder_p"),
    checkLayer((x, weights, parameters) => encoderLayer(tf, x, encoderWeights(weights), encoderOptions(parameters))),
  );
  testFixtures(
    only("encoder_stack3"),
    checkLayer((x, weights, parameters) => {
      let h = x;
      for (const i of [0, 1, 2]) {
        h = encoderLayer(tf, h, encoderWeights(weights, `layers.${i}.`), encoderOptions(parameters));
      }
      return layerNorm(h, { weight: weights["norm.weight"]!, bias: weights["norm.bias"]! });
    }),
  );
  testFixtures(only("mha_T", /\d$/), (fixture) =>
    tf.tidy(() => {
      const attend = (x: Tensor, weights: NamedTensors) =>
        multiHeadAttention(tf, x, attentionWeights(weights), fixture.parameters["num_heads"] as number);
      checkLayer((x, weights) => attend(x, weights).output)(fixture);
      const { attention } = attend(input(fixture, "x"), weightsOf(fixture));
      fixture.expectClose("attention_weights", attention.dataSync(), VALUES);
    }),
  );

  const autoencoder = (x: Tensor, weights: NamedTensors) =>
    ["0", "2", "4", "6"].reduce((h, layer) => {
      const y = linear(tf, h, { weight: weights[`${layer}.weight`]!, bias: weights[`${layer}.bias`]! });
      return layer === "6" ? y : tf.relu(y);
    }, x);
  testFixtures(only("dae", /train5$/), (fixture) => {
    const variables = Object.fromEntries(
      Object.entries(weightsOf(fixture)).map(([name, weight]) => [name, tf.variable(weight)]),
    );
    const [noisy, clean] = [input(fixture, "x_noisy"), input(fixture, "x_clean")];
    const program = compile(tf, {
      inputs: { noisy: { shape: noisy.shape }, clean: { shape: clean.shape } },
      loss: ({ noisy, clean }) => autoencoder(noisy!, variables).sub(clean!).square().mean(),
      variables,
    });
    const losses = Array.from({ length: 5 }, () => program.train({ noisy, clean }, fixture.parameters["lr"] as number));
    fixture.expectClose("losses", losses, VALUES);
    const final = program.pull().variables;
    for (const name of Object.keys(variables)) {
      fixture.expectClose(`final.${name}`, final[name]!, { relative: 1e-3, absolute: 1e-4 });
    }
    program.dispose();
    tf.dispose([noisy, clean, ...Object.values(variables)]);
  });

  testFixtures(only("optim_adam", /adam$|betas_eps$|adamw/), (fixture) => {
    const { betas, eps, weight_decay: weightDecay, lr } = fixture.parameters as Record<string, number>;
    const [beta1, beta2] = betas as unknown as [number, number];
    const options: AdamOptions = { beta1, beta2, epsilon: eps!, weightDecay: weightDecay! };
    const shape = fixture.inputs["param0"]!.shape!;
    const size = shape.reduce((a, b) => a * b, 1);
    const gradients = Float32Array.from(fixture.input("grads"));
    const variable = tf.variable(input(fixture, "param0"));
    const first = tf.variable(tf.zeros(shape), false);
    const second = tf.variable(tf.zeros(shape), false);
    const compiled = tf.variable(input(fixture, "param0"));
    const program = compile(tf, {
      inputs: { gradient: { shape } },
      loss: ({ gradient }) => compiled.mul(gradient!).sum(),
      variables: { compiled },
      optimizer: options,
    });
    const steps = Array.from({ length: 5 }, (_, i) => {
      const gradient = gradients.slice(i * size, (i + 1) * size);
      tf.tidy(() =>
        applyAdam(tf, adamOptions(options), variable, tf.tensor(gradient, shape), { first, second }, lr!, i + 1),
      );
      program.train({ gradient }, lr!);
      return { eager: [...variable.dataSync()], compiled: [...program.pull().variables["compiled"]!] };
    });
    const tolerance = { relative: 1e-5, absolute: 1e-6 };
    fixture.expectClose(
      "params",
      steps.flatMap(({ eager }) => eager),
      tolerance,
    );
    fixture.expectClose(
      "params",
      steps.flatMap(({ compiled }) => compiled),
      tolerance,
    );
    program.dispose();
  });

  testFixtures(only("clip_grad_norm"), (fixture) => {
    const names = ["0", "1", "2"];
    const upstream = names.map((name) => input(fixture, `grad${name}`));
    const variables = new Map(
      upstream.map(({ shape }, i): [string, Variable] => [names[i]!, tf.variable(tf.zeros(shape))]),
    );
    const loss = () => tf.addN(upstream.map((gradient, i) => variables.get(names[i]!)!.mul(gradient).sum()));
    const { gradients } = lossAndGradients(tf, loss, variables, fixture.parameters["max_norm"] as number);
    for (const name of names) fixture.expectClose(`clipped${name}`, gradients[name]!.dataSync(), VALUES);
  });

  testFixtures(only("init_bounds"), (fixture) => {
    const parameters = new Parameters(tf, 0, "test");
    const { weight, bias } = parameters.linear("a", fixture.parameters["fan_in"] as number, 2000);
    const bound = fixture.expected["torch_linear_default_bound"]!.value as number;
    for (const tensor of [weight, bias]) {
      const largest = tensor.abs().max().dataSync()[0]!;
      expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
      expect(largest).toBeGreaterThan(0.99 * bound);
      expect(Math.abs(tensor.mean().dataSync()[0]!)).toBeLessThan(0.05 * bound);
    }
    parameters.dispose();
  });
});
