import { describe, expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import { fitTransformer } from "../../../src/lib/repair/index.js";
import { dropoutBy } from "../../../src/lib/repair/layers/dropout.js";
import { buildTransformer, type TransformerConfig } from "../../../src/lib/repair/transformer.js";
import { expectClose } from "../../helpers/compare.js";
import { batchOf, scalar, smallTask, TINY } from "./small-networks.js";

const { tf } = await backend();
const task = smallTask();
const G = task.genes.length;
const ground = { genes: G, scaling: task.scaling, facts: {} };

describe("the paper's network", () => {
  const config: TransformerConfig = {
    ...TINY,
    attention: "softmax",
    tokens: 1,
    skip: false,
    conditioned: false,
    dropout: 0,
  };
  const outputs = (change: Partial<TransformerConfig>) => {
    const network = buildTransformer(tf, ground, { ...config, ...change }, 0);
    const values = tf.tidy(() => network.forward(batchOf(tf, network, G, 3)).x.dataSync());
    network.parameters.dispose();
    return values;
  };

  it("with a skip adds its output to the input", () => {
    const z = tf.tidy(() => batchOf(tf, buildTransformer(tf, ground, config, 0), G, 3).z.dataSync());
    expectClose(outputs({ skip: true }), outputs({}).map((value, i) => value + z[i]!), { absolute: 1e-5 }); // prettier-ignore
  });

  it("told the severity depends on it, otherwise not", () => {
    for (const conditioned of [true, false]) {
      const network = buildTransformer(tf, ground, { ...config, conditioned }, 0);
      tf.tidy(() => {
        const batch = batchOf(tf, network, G, 3);
        const other = { ...batch, severity: batch.severity.add(1) };
        const difference = scalar(network.forward(batch).x.sub(network.forward(other).x).abs().max());
        expect(difference > 1e-4).toBe(conditioned);
      });
      network.parameters.dispose();
    }
  });

  it("with several tokens reads each group of genes by its own token, and all through attention", () => {
    const network = buildTransformer(tf, ground, { ...config, tokens: 7 }, 0);
    tf.tidy(() => {
      const batch = batchOf(tf, network, G, 2);
      const x = network.forward(batch).x;
      expect(x.shape).toEqual([2, G]);
      const bump = tf.oneHot(tf.tensor1d([39], "int32"), G).cast("float32");
      const moved = network.forward({ ...batch, z: batch.z.add(bump) }).x;
      const changed = moved.sub(x).abs().dataSync();
      expect([...changed].every((value) => value > 1e-7)).toBe(true);
    });
    network.parameters.dispose();
  });

  it("drops values in training alone, in every place a share of its own", () => {
    const network = buildTransformer(tf, ground, { ...config, dropout: 0.5 }, 0);
    tf.tidy(() => {
      const batch = batchOf(tf, network, G, 4);
      const undropped = { ...batch, random: { dropout: tf.onesLike(batch.random["dropout"]!) } };
      const loss = scalar(network.loss!(batch));
      const [again, whole] = [scalar(network.loss!(batch)), scalar(network.loss!(undropped))];
      expect(again).toBe(loss);
      expect(whole).not.toBeCloseTo(loss, 3);
      const uniform = tf.randomUniform([50, 300], 0, 1, "float32", 1);
      const drop = dropoutBy(tf, uniform, 0.1);
      const first = drop(tf.ones([50, 10, 10])).dataSync();
      const second = drop(tf.ones([50, 200])).dataSync();
      expect(new Set(first.map((value) => Math.fround(value)))).toEqual(new Set([0, Math.fround(1 / 0.9)]));
      const share = [...first, ...second].filter((value) => value === 0).length / (50 * 300);
      expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
      expect(() => drop(tf.ones([50, 1]))).toThrow();
    });
    network.parameters.dispose();
  });

  it("with linear attention is the same for one token, and another network for several", () => {
    expectClose(outputs({ attention: "linear" }), outputs({}), { relative: 1e-4, absolute: 1e-5 });
    expect(outputs({ attention: "linear", tokens: 4 })).not.toEqual(outputs({ tokens: 4 }));
  });

  it("refuses impossible settings", async () => {
    await expect(fitTransformer(task, { tokens: 41 })).rejects.toThrow("from 1 to the 40 genes, not 41");
    await expect(fitTransformer(task, { attention: "sparse" as never })).rejects.toThrow('use "softmax" or "linear"');
    await expect(fitTransformer(task, { dropout: 1 })).rejects.toThrow("dropout must be from 0 to below 1");
  });
});
