import { afterAll, describe, expect, it } from "vitest";
import { DenseMatrix } from "../../../../src/lib/anndata/index.js";
import {
  annotateModules,
  attention,
  classAttention,
  contextEffect,
  faithfulness,
  fitDiffRepairer,
  geneModulesOf,
  influence,
  meansByGroup,
  prepare,
  rankAgreement,
  repairedWithout,
  rollout,
} from "../../../../src/lib/repair/index.js";
import { expectClose } from "../../../helpers/compare.js";
import { simulate } from "../../../helpers/simulate.js";

const task = prepare(simulate({ cells: 300 }), { nTopGenes: 40, draws: 2 });
const settings = {
  ...{ tokens: 5, width: 8, layers: 2, attentionHeads: 2, feedForward: 16, components: 4 },
  ...{ epochs: 20, patience: 20, batchSize: 32 },
};
const model = await fitDiffRepairer(task, settings);
const plain = await fitDiffRepairer(task, { ...settings, epochs: 1, context: "mlp" });
const cells = task.degraded.test.select({ obs: [0, 1, 2, 3, 4, 5, 6] });
afterAll(() => [model, plain].forEach((made) => made.dispose()));

describe("attention", () => {
  const maps = attention(model, cells);

  it("is a distribution over tokens for every query", () => {
    expect(maps).toMatchObject({ cells: 7, heads: 2, modules: 5 });
    expect(maps.layers).toHaveLength(2);
    for (const weights of maps.layers) {
      expect(weights).toHaveLength(7 * 2 * 36);
      const sums = Array.from({ length: weights.length / 6 }, (_, row) =>
        weights.subarray(row * 6, (row + 1) * 6).reduce((sum, value) => sum + value, 0),
      );
      expectClose(sums, new Float64Array(sums.length).fill(1), { absolute: 1e-5 });
    }
  });

  it("of the class token is the first row of a head's map, or the mean over heads", () => {
    const own = (head: number) => classAttention(maps, 1, head).data;
    expect([...own(1).subarray(0, 5)]).toEqual([...maps.layers[1]!.subarray(36 + 1, 36 + 6)]);
    const mean = own(0).map((value, at) => (value + own(1)[at]!) / 2);
    expectClose(classAttention(maps, 1).data, mean, { relative: 1e-5 });
    expect(() => classAttention(maps, 2)).toThrow("the model has 2");
    expect(() => classAttention(maps, 0, 2)).toThrow("a layer has 2");
  });

  it("rolls out as the product of the layers' mean maps with the residual path", () => {
    const side = 6;
    const mixed = maps.layers.map((weights) =>
      Array.from({ length: side }, (_, q) =>
        Array.from({ length: side }, (_, k) => {
          const mean = (weights[q * side + k]! + weights[36 + q * side + k]!) / 2;
          return mean / 2 + (q === k ? 0.5 : 0);
        }),
      ),
    );
    const product = mixed[1]![0]!.map((_, k) =>
      mixed[1]![0]!.reduce((sum, value, q) => sum + value * mixed[0]![q]![k]!, 0),
    );
    expectClose(rollout(maps).row(0), product.slice(1), { relative: 1e-5 });
  });

  it("is averaged by cell type", () => {
    const matrix = new DenseMatrix([3, 2], Float32Array.of(1, 2, 3, 4, 5, 9));
    const { groups, means } = meansByGroup(matrix, ["b", "a", "b"]);
    expect(groups).toEqual(["a", "b"]);
    expect([...means.data]).toEqual([3, 4, 3, 5.5]);
    expect(() => meansByGroup(matrix, ["a"])).toThrow("1 labels for 3 cells");
  });

  it("is what only a context of modules has", () => {
    expect(() => attention(plain, cells)).toThrow('no view "attention"');
    expect(() => geneModulesOf(plain)).toThrow('context: "tokens"');
  });
});

describe("influence", () => {
  it("sums to the difference that the context makes", () => {
    const effect = contextEffect(model, cells);
    const byModule = influence(model, cells, effect);
    const total = Array.from({ length: 7 }, (_, i) => byModule.row(i).reduce((sum, value) => sum + value, 0));
    const expected = Array.from({ length: 7 }, (_, i) => effect.row(i).reduce((sum, value) => sum + value * value, 0));
    expectClose(total, expected, { relative: 0.02, absolute: 1e-3 });
    expect(Math.min(...expected)).toBeGreaterThan(0);
  });

  it("is nothing for a module that is hidden, and hiding nothing is the repair", async () => {
    const { mean } = await model.repair(cells);
    const z = mean.data.map((value, at) => (value - task.scaling.mean[at % 40]!) / task.scaling.sd[at % 40]!);
    expectClose(repairedWithout(model, cells, () => 0).data, z, { relative: 1e-3, absolute: 1e-4 });
    const without = repairedWithout(model, cells, (cell, module) => Number(cell === 2 && module === 1)).data;
    const changed = Array.from({ length: 7 }, (_, i) => {
      const part = (values: Float32Array) => values.subarray(i * 40, (i + 1) * 40);
      return part(without).some((value, g) => Math.abs(value - part(z)[g]!) > 1e-3);
    });
    expect(changed).toEqual([false, false, true, false, false, false, false]);
  });
});

describe("faithfulness", () => {
  const rows = faithfulness(model, task, { hidden: [2, 5], draws: 2 });

  it("measures the loss for every ranking and number of modules", () => {
    expect(rows.map(({ ranking, hidden }) => `${ranking} ${hidden}`)).toEqual(
      [2, 5].flatMap((hidden) =>
        ["attention", "rollout", "influence", "least attention", "random"].map((ranking) => `${ranking} ${hidden}`),
      ),
    );
    for (const { loss, low, high } of rows) expect(low <= loss && loss <= high).toBe(true);
  });

  it("is the same for all rankings where everything is hidden", () => {
    const all = rows.filter(({ hidden }) => hidden === 5).map(({ loss }) => loss);
    expectClose(
      all,
      all.map(() => all[0]!),
      { relative: 1e-5, absolute: 1e-7 },
    );
  });

  it("refuses to hide what is not there", () => {
    expect(() => faithfulness(model, task, { hidden: [6] })).toThrow("from 1 to 5 modules");
  });

  it("compares rankings of several models", () => {
    const scores = (values: number[]) => new DenseMatrix([2, 3], Float32Array.from(values));
    const [a, b] = [scores([1, 2, 3, 1, 2, 3]), scores([1, 2, 3, 3, 2, 1])];
    expect(rankAgreement([a, a])).toBeCloseTo(1);
    expect(rankAgreement([a, b])).toBeCloseTo(0);
    expect(() => rankAgreement([a])).toThrow("at least two");
  });
});

describe("gene modules", () => {
  it("hold every gene once, and take the name of the set they are richest in", () => {
    const modules = geneModulesOf(model);
    expect(modules.flat().sort()).toEqual([...task.genes].sort());
    const named = annotateModules(model, { mine: modules[3]!, scattered: modules.map(([gene]) => gene!) });
    expect(named[3]).toMatchObject({ module: 3, name: "mine", genes: modules[3] });
    expect(named[0]!.name).toBe("module 0");
  });
});
