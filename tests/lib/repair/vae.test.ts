import { afterEach, describe, expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import type { Tensor } from "../../../src/lib/engine/tensorflow.js";
import { fitVae, type NetworkModel } from "../../../src/lib/repair/index.js";
import { linear } from "../../../src/lib/repair/layers.js";
import { buildVae } from "../../../src/lib/repair/vae.js";
import { batchOf, BRIEF, scalar, smallTask } from "./small-networks.js";

const { tf } = await backend();
const task = smallTask();
const G = task.genes.length;

const made: NetworkModel[] = [];
afterEach(() => made.splice(0).forEach((model) => model.dispose()));
const kept = (model: NetworkModel) => {
  made.push(model);
  return model;
};

describe("the variational autoencoder", () => {
  it("minimises the mean squared error plus 2β/G times the divergence", () => {
    const network = buildVae(tf, { genes: G }, { hidden: 8, latent: 3, beta: 0.7 }, 0);
    tf.tidy(() => {
      const batch = batchOf(tf, network, G, 5, 1);
      const weights = network.parameters.variables;
      const layer = (x: Tensor, layer: string) =>
        linear(tf, x, { weight: weights[`${layer}.weight`]!, bias: weights[`${layer}.bias`]! });
      const h = tf.relu(layer(batch.z, "encode"));
      const [mean, logVariance] = [layer(h, "mean").arraySync(), layer(h, "logVariance").arraySync()] as number[][][];
      const divergences = mean!.map((row, i) =>
        row.reduce((sum, m, k) => sum + (m * m + Math.exp(logVariance![i]![k]!) - logVariance![i]![k]! - 1) / 2, 0),
      );
      const noiseless = { ...batch, random: { code: tf.zeros([5, 3]) } };
      const x = network.forward(batch).x.arraySync() as number[][];
      const target = batch.target.arraySync() as number[][];
      let expected = 0;
      for (let i = 0; i < 4; i++) {
        expected += x[i]!.reduce((sum, value, j) => sum + (value - target[i]![j]!) ** 2, 0) / G / 4;
        expected += ((2 * 0.7) / G / 4) * divergences[i]!;
      }
      expect(scalar(network.loss!(noiseless))).toBeCloseTo(expected, 4);
      expect(scalar(network.loss!(batch))).not.toBeCloseTo(expected, 4);
    });
    network.parameters.dispose();
  });

  it("shows the code, and refuses a negative beta", async () => {
    const model = kept(await fitVae(task, { ...BRIEF, epochs: 1, hidden: 8, latent: 3 }));
    expect(model.view("code", task.test).code!.shape).toEqual([task.test.nObs, 3]);
    await expect(fitVae(task, { beta: -1 })).rejects.toThrow("beta must not be negative");
  });
});
