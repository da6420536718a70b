import { afterEach, describe, expect, it } from "vitest";
import { backend } from "../../../../src/lib/engine/index.js";
import {
  evaluate,
  fitDae,
  fitDiffRepairer,
  fitLinearFusion,
  loadModel,
  prepare,
  type DiffRepairerOptions,
  type NetworkModel,
  type RepairTask,
} from "../../../../src/lib/repair/index.js";
import { geneModules } from "../../../../src/lib/repair/diffrepairer/gene-modules.js";
import { dense, toZScores } from "../../../../src/lib/repair/training-data.js";
import { silhouette } from "../../../../src/lib/metrics/index.js";
import { expectClose } from "../../../helpers/compare.js";
import { simulate } from "../../../helpers/simulate.js";
import { temporaryFolder } from "../../../helpers/temporary-folder.js";

const task = prepare(simulate({ cells: 300 }), { nTopGenes: 40, draws: 2 });
const { tf } = await backend();

const small: DiffRepairerOptions = {
  ...{ tokens: 5, width: 8, layers: 1, attentionHeads: 2, feedForward: 16, components: 4 },
  ...{ epochs: 6, patience: 6, batchSize: 32 },
};

const made: NetworkModel[] = [];
afterEach(() => made.splice(0).forEach((model) => model.dispose()));

async function train(options: DiffRepairerOptions = {}, data: RepairTask = task): Promise<NetworkModel> {
  const model = await fitDiffRepairer(data, { ...small, ...options });
  made.push(model);
  return model;
}

async function repaired(model: NetworkModel): Promise<Float32Array> {
  return (await model.repair(task.degraded.test)).mean.data;
}

describe("DiffRepairer", () => {
  it("starts at the linear fusion told the severity, and trains to less error than the blind one", async () => {
    const fusion = await evaluate(await fitLinearFusion(task, { components: 4 }), task);
    const trained = await evaluate(await train({ epochs: 40, patience: 40 }), task);
    expect(trained.mse.value).toBeLessThan(fusion.mse.value);
  });

  it("gives a spread and a probability of expression beside the mean", async () => {
    const { mean, sd, pExpressed } = await (await train()).repair(task.degraded.test);
    expect(sd!.shape).toEqual(mean.shape);
    expect(sd!.data.every((value) => value >= 0 && value < 10)).toBe(true);
    expect(pExpressed!.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    const clean = dense(task.test).data;
    const average = (expressed: boolean) => {
      const own = [...pExpressed!.data].filter((_, at) => clean[at]! > 0 === expressed);
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    };
    expect(average(true)).toBeGreaterThan(average(false) + 0.1);
  });

  it("combines the heads by what errs least on the validation cells", async () => {
    const model = await train();
    const { posterior, fusion } = model.view("heads", task.degraded.validation);
    const { mean } = await model.repair(task.degraded.validation);
    const z = (values: Float32Array) =>
      values.map((value, at) => (value - task.scaling.mean[at % 40]!) / task.scaling.sd[at % 40]!);
    const clean = z(dense(task.validation).data);
    const error = (values: Float32Array) => values.reduce((sum, value, at) => sum + (value - clean[at]!) ** 2, 0);
    const combined = error(z(mean.data));
    expect(combined).toBeLessThanOrEqual(Math.min(error(posterior!.data), error(fusion!.data)) * (1 + 1e-4));
    for (const share of [0.3, 0.5, 0.7]) {
      const other = posterior!.data.map((value, at) => share * value + (1 - share) * fusion!.data[at]!);
      expect(combined).toBeLessThanOrEqual(error(other) * (1 + 1e-4));
    }
  });

  it.each([{ context: "mlp" }, { heads: "posterior" }, { heads: "fusion" }, { severity: "known" }] as const)(
    "trains with %o",
    async (options) => {
      const model = await train(options);
      const { history, views, name } = model;
      const losses = history.epochs.map(({ validationLoss }) => validationLoss);
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
      expect(views).toEqual("context" in options ? ["heads"] : ["heads", "attention", "masked", "influence"]);
      expect(name).toBe("severity" in options ? "diffrepairer-known" : "diffrepairer");
      const { mean, sd, pExpressed } = await model.repair(task.degraded.test);
      expect(mean.data.every(Number.isFinite)).toBe(true);
      const believes = !("heads" in options && options.heads === "fusion");
      expect([sd !== undefined, pExpressed !== undefined]).toEqual([believes, believes]);
    },
  );

  it("shows the attention of every layer and head, whose rows sum to one", async () => {
    const { layer0 } = (await train()).view("attention", task.degraded.test);
    const [cells, columns] = layer0!.shape;
    expect([cells, columns]).toEqual([task.test.nObs, 2 * 6 * 6]); // heads × (class + 5 tokens)²
    const sums = Array.from({ length: cells * 12 }, (_, row) =>
      layer0!.data.subarray(row * 6, (row + 1) * 6).reduce((sum, value) => sum + value, 0),
    );
    expectClose(
      sums,
      sums.map(() => 1),
      { absolute: 1e-5 },
    );
  });

  it("takes severities given for all cells or each, and refuses impossible ones", async () => {
    const model = await train();
    const cells = task.degraded.test;
    const repairWith = async (severity: Parameters<NetworkModel["repair"]>[1]) =>
      (await model.repair(cells, severity)).mean.data;
    const one = await repairWith({ severity: { intensity: 1.5, dropout: 0.4, noise: 0.25 } });
    const each = (value: number) => new Float64Array(cells.nObs).fill(value);
    const same = { intensity: each(1.5), dropout: each(0.4), noise: each(0.25) };
    expect(await repairWith({ severity: same })).toEqual(one);
    expect(await repaired(model)).not.toEqual(one);
    await expect(repairWith({ severity: { ...same, noise: each(0.1).subarray(1) } })).rejects.toThrow("severity.noise");
    await expect(repairWith({ severity: { ...same, dropout: 2 } })).rejects.toThrow("severity.dropout must be");
  });

  it("draws cells to their like by the contrast asked for, without labels", async () => {
    const model = await train();
    const cells = task.degraded.test;
    const separation = async (contrast: number) => {
      const z = (await model.repair(cells, { contrast })).mean;
      toZScores(z, task.scaling);
      return silhouette(z.data, z.shape[1], task.test.obs.strings("cell_type") as string[]);
    };
    const [none, half, full] = [await separation(0), await separation(0.5), await separation(1)];
    expect(half).toBeGreaterThan(none);
    expect(full).toBeGreaterThan(half);
    await expect(separation(1.5)).rejects.toThrow("contrast must be from 0 to 1");
    const other = await fitDae(task, { epochs: 1, hidden: 8, bottleneck: 4 });
    made.push(other);
    await expect(other.repair(cells, { contrast: 0.5 })).rejects.toThrow("has no contrast");
  });

  it("gives the same weights for the same seed, and saves and loads what it is", async () => {
    const model = await train();
    expect(await repaired(await train())).toEqual(await repaired(model));
    expect(await repaired(await train({ seed: 5 }))).not.toEqual(await repaired(model));
    const folder = temporaryFolder();
    await model.save(folder);
    const loaded = await loadModel(folder);
    made.push(loaded);
    expect(await repaired(loaded)).toEqual(await repaired(model));
  });

  it("learns nothing from test cells", async () => {
    const test = task.test.copy();
    dense(test).data.reverse();
    const other: RepairTask = { ...task, test, degraded: { ...task.degraded, test } };
    expect(await repaired(await train({}, other))).toEqual(await repaired(await train()));
  });

  it("resumes from a checkpoint to the same weights", async () => {
    const folder = temporaryFolder();
    const stop = new AbortController();
    const stopped = fitDiffRepairer(task, {
      ...small,
      ...{ checkpoint: folder, checkpointSeconds: 0, signal: stop.signal },
      onProgress: ({ epoch, validationLoss }) => epoch === 3 && !validationLoss && stop.abort(new Error("stopped")),
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(await repaired(await train({ checkpoint: folder }))).toEqual(await repaired(await train()));
  });

  it("leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const model = await fitDiffRepairer(task, small);
    await model.repair(task.degraded.test);
    model.view("attention", task.degraded.test);
    model.dispose();
    await expect(fitDiffRepairer(task, { ...small, learningRate: 1e20 })).rejects.toThrow("diverged");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses settings that make no sense", async () => {
    await expect(train({ context: "graph" as never })).rejects.toThrow('use "tokens" or "mlp"');
    await expect(train({ heads: "none" as never })).rejects.toThrow('use "both", "posterior" or "fusion"');
    await expect(train({ tokens: 41 })).rejects.toThrow("at most the number of genes (40)");
    await expect(train({ width: 9 })).rejects.toThrow("multiple of attentionHeads");
    await expect(train({ severity: "guessed" as never })).rejects.toThrow('use "estimate" or "known"');
    await expect(train({ depth: 3 } as never)).rejects.toThrow('unknown option "depth"');
    const model = await train();
    expect(() => model.view("gradients", task.test)).toThrow(
      'no view "gradients"; it has heads, attention, masked, influence',
    );
  });
});

describe("gene modules", () => {
  it("are of equal size, and hold genes that are expressed together", () => {
    const modules = geneModules(tf, task, 5);
    const sizes = Array.from({ length: 5 }, (_, t) => modules.filter((module) => module === t).length);
    expect(sizes).toEqual([8, 8, 8, 8, 8]);
    const clean = dense(task.train);
    const correlation = (a: number, b: number) => {
      const [x, y] = [clean.column(a), clean.column(b)];
      const z = (values: ArrayLike<number>, g: number) =>
        Array.from(values, (value) => (value - task.scaling.mean[g]!) / task.scaling.sd[g]!);
      const [zx, zy] = [z(x, a), z(y, b)];
      return zx.reduce((sum, value, i) => sum + value * zy[i]!, 0) / zx.length;
    };
    const pairs = { within: [] as number[], between: [] as number[] };
    for (let a = 0; a < 40; a++) {
      for (let b = 0; b < a; b++) pairs[modules[a] === modules[b] ? "within" : "between"].push(correlation(a, b));
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(pairs.within)).toBeGreaterThan(mean(pairs.between) + 0.05);
  });
});
