import { afterEach, describe, expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import type { NamedTensors, Tensor } from "../../../src/lib/engine/tensorflow.js";
import { buildDiffusion, diffusion, type DiffusionConfig } from "../../../src/lib/repair/diffusion.js";
import {
  fit,
  fitDiffusion,
  fitTransformer,
  fitVae,
  fitZinb,
  loadModel,
  METHODS,
  prepare,
  type MethodId,
  type NetworkModel,
} from "../../../src/lib/repair/index.js";
import { linear } from "../../../src/lib/repair/layers.js";
import { dropoutBy } from "../../../src/lib/repair/layers/dropout.js";
import { negativeBinomialLogLikelihood } from "../../../src/lib/repair/layers/likelihoods.js";
import type { Network, TrainingBatch } from "../../../src/lib/repair/network.js";
import { buildTransformer, transformer, type TransformerConfig } from "../../../src/lib/repair/transformer.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { buildVae, vae } from "../../../src/lib/repair/vae.js";
import { logMoments, zinb } from "../../../src/lib/repair/zinb.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const { tf } = await backend();
const task = prepare(simulate({ cells: 150 }), { nTopGenes: 40, draws: 2 });
const G = task.genes.length;
const ground = { genes: G, scaling: task.scaling, facts: {} };

const made: NetworkModel[] = [];
afterEach(() => made.splice(0).forEach((model) => model.dispose()));
const kept = (model: NetworkModel) => {
  made.push(model);
  return model;
};

const brief = { batchSize: 32, epochs: 8, patience: 8, learningRate: 3e-3 };
const tiny = { width: 16, layers: 1, heads: 2, feedForward: 16 };

/** Mean squared error of z-scores on the validation cells. */
function errorOf(mean: ArrayLike<number>): number {
  const clean = dense(task.validation).data;
  return (
    clean.reduce((sum, value, at) => sum + ((mean[at]! - value) / task.scaling.sd[at % G]!) ** 2, 0) / clean.length
  );
}

/** A batch of random values; what is asked for is drawn from seeds, the last cells are padding. */
function batchOf(network: Network, cells: number, padding = 0): TrainingBatch {
  const normal = (columns: number, seed: number) => tf.randomNormal([cells, columns], 0, 1, "float32", seed);
  const random: NamedTensors = {};
  Object.entries(network.random ?? {}).forEach(([name, { columns, distribution }], i) => {
    random[name] =
      distribution === "normal" ? normal(columns, 40 + i) : tf.randomUniform([cells, columns], 0, 1, "float32", 40 + i);
  });
  const weight = tf.tensor1d(Array.from({ length: cells }, (_, i) => (i < cells - padding ? 1 : 0)));
  const y = normal(G, 1).abs();
  return {
    y,
    z: normal(G, 2),
    severity: normal(3, 3),
    target: normal(G, 4),
    clean: normal(G, 5).abs(),
    weight,
    random,
  };
}

const scalar = (tensor: Tensor) => tensor.dataSync()[0]!;

const networks: readonly [string, (options?: object) => Promise<NetworkModel>][] = [
  ["vae", (options) => fitVae(task, { ...brief, hidden: 16, latent: 4, ...options })],
  ["zinb", (options) => fitZinb(task, { ...brief, hidden: 16, bottleneck: 8, ...options })],
  [
    "transformer",
    (options) => fitTransformer(task, { ...brief, ...tiny, skip: true, tokens: 4, dropout: 0.1, ...options }),
  ],
  ["transformer-conditioned", (options) => fitTransformer(task, { ...brief, ...tiny, conditioned: true, ...options })],
  ["diffusion", (options) => fitDiffusion(task, { ...brief, ...tiny, levels: 50, steps: 3, draws: 2, ...options })],
];

describe.each(networks)("%s", (name, train) => {
  it("learns, and repairs as well after saving and loading, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const model = await train();
    expect(model.name).toBe(name);
    const losses = model.history.epochs.map(({ validationLoss }) => validationLoss);
    expect(Math.min(...losses)).toBeLessThan(losses[0]!);
    const repaired = await model.repair(task.degraded.test);
    const validated = (await model.repair(task.degraded.validation)).mean.data;
    expect(errorOf(validated)).toBeCloseTo(losses[model.history.bestEpoch]!, 4);
    const folder = temporaryFolder();
    model.save(folder);
    const loaded = await loadModel(folder);
    expect(loaded).toMatchObject({ name, label: model.label, parameters: model.parameters });
    expect(await loaded.repair(task.degraded.test)).toEqual(repaired);
    model.dispose();
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("the variational autoencoder", () => {
  it("minimises the mean squared error plus 2β/G times the divergence", () => {
    const network = buildVae(tf, { genes: G }, { hidden: 8, latent: 3, beta: 0.7 }, 0);
    tf.tidy(() => {
      const batch = batchOf(network, 5, 1);
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
    const model = kept(await fitVae(task, { ...brief, epochs: 1, hidden: 8, latent: 3 }));
    expect(model.view("code", task.test).code!.shape).toEqual([task.test.nObs, 3]);
    await expect(fitVae(task, { beta: -1 })).rejects.toThrow("beta must not be negative");
  });
});

describe("the count autoencoder", () => {
  it.each([undefined, -1])(
    "has the moments of the logarithm near those of the sum over all counts (logit %s)",
    (logit) => {
      const unit = 0.4;
      for (const [mu, theta] of [
        [0.02, 0.5],
        [0.3, 1],
        [2, 3],
        [15, 2],
        [80, 50],
      ] as const) {
        // prettier-ignore
        tf.tidy(() => {
        const [mean, size] = [tf.scalar(mu), tf.scalar(theta)];
        const counts = tf.range(0, 1500, 1, "float32");
        const p = negativeBinomialLogLikelihood(counts, mean, size).exp().dataSync();
        const kept = logit === undefined ? 1 : 1 / (1 + Math.exp(logit));
        let [first, second, zero] = [0, 0, 0];
        p.forEach((value, count) => {
          first += kept * value * Math.log1p(count / unit);
          second += kept * value * Math.log1p(count / unit) ** 2;
          if (count === 0) zero = 1 - kept + kept * value;
        });
        const found = logMoments(mean, size, logit === undefined ? undefined : tf.scalar(logit), unit);
        expect(Math.abs(scalar(found.mean) - first)).toBeLessThan(0.02 + 0.06 * first);
        expect(Math.abs(scalar(found.sd) - Math.sqrt(second - first ** 2))).toBeLessThan(0.15);
        expect(scalar(found.pExpressed)).toBeCloseTo(1 - zero, 4);
      });
      }
    },
  );

  it("gives a spread and a probability of expression, and takes one molecule as the unit", async () => {
    const model = kept(await fitZinb(task, { ...brief, epochs: 2, hidden: 8, bottleneck: 4, likelihood: "nb" }));
    const { sd, pExpressed } = await model.repair(task.degraded.test);
    expect(sd!.data.every((value) => value >= 0 && value < 20)).toBe(true);
    expect(pExpressed!.data.every((value) => value > 0 && value <= 1)).toBe(true);
    const clean = dense(task.train);
    const units = Array.from({ length: clean.shape[0] }, (_, i) => {
      return 1 / Math.expm1(Math.min(...clean.row(i).filter((value) => value > 0)));
    }).sort((a, b) => a - b);
    const middle = (units[Math.floor((units.length - 1) / 2)]! + units[Math.ceil((units.length - 1) / 2)]!) / 2;
    expect(model.facts["unit"]![0]).toBeCloseTo(middle, 5);
    await expect(fitZinb(task, { likelihood: "poisson" as never })).rejects.toThrow('use "zinb" or "nb"');
  });
});

describe("the paper's network", () => {
  const config: TransformerConfig = { ...tiny, tokens: 1, skip: false, conditioned: false, dropout: 0 };
  const outputs = (change: Partial<TransformerConfig>) => {
    const network = buildTransformer(tf, ground, { ...config, ...change }, 0);
    const values = tf.tidy(() => network.forward(batchOf(network, 3)).x.dataSync());
    network.parameters.dispose();
    return values;
  };

  it("with a skip adds its output to the input", () => {
    const z = tf.tidy(() => batchOf(buildTransformer(tf, ground, config, 0), 3).z.dataSync());
    expectClose(outputs({ skip: true }), outputs({}).map((value, i) => value + z[i]!), { absolute: 1e-5 }); // prettier-ignore
  });

  it("told the severity depends on it, otherwise not", () => {
    for (const conditioned of [true, false]) {
      const network = buildTransformer(tf, ground, { ...config, conditioned }, 0);
      tf.tidy(() => {
        const batch = batchOf(network, 3);
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
      const batch = batchOf(network, 2);
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
      const batch = batchOf(network, 4);
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

  it("refuses impossible settings", async () => {
    await expect(fitTransformer(task, { tokens: 41 })).rejects.toThrow("from 1 to the 40 genes, not 41");
    await expect(fitTransformer(task, { dropout: 1 })).rejects.toThrow("dropout must be from 0 to below 1");
  });
});

describe("a diffusion", () => {
  const config: DiffusionConfig = {
    ...tiny,
    ...{ process: "noise", prediction: "clean", schedule: "cosine", levels: 20, steps: 4, eta: 0, draws: 1 },
  };
  const build = (change: Partial<DiffusionConfig>) => buildDiffusion(tf, ground, { ...config, ...change }, 0);
  const dispose = ({ parameters, dispose }: Network) => {
    parameters.dispose();
    dispose!();
  };

  it.each(["clean", "noise", "consistency"] as const)(
    "that predicts %s has a finite loss that padding does not change",
    (prediction) => {
      const network = build({ prediction });
      tf.tidy(() => {
        const batch = batchOf(network, 4, 2);
        const other = { ...batch, target: batch.target.add(batch.weight.sub(1).mul(5).expandDims(1)) };
        const loss = scalar(network.loss!(batch));
        expect(loss).toBeGreaterThan(0);
        expect(scalar(network.loss!(other))).toBeCloseTo(loss, 5);
      });
      dispose(network);
    },
  );

  it("held consistent at the lowest level is drawn to the truth, and elsewhere not", () => {
    const network = build({ prediction: "consistency" });
    tf.tidy(() => {
      const batch = batchOf(network, 4);
      const at = (level: number) => ({ ...batch.random, level: tf.fill([4, 1], level) });
      const gradient = (level: number) =>
        tf.grad((target) => network.loss!({ ...batch, target: target as Tensor, random: at(level) }))(batch.target);
      expect(scalar(gradient(0).abs().max())).toBeGreaterThan(1e-4);
      const losses = [0, 0.96].map((level) => scalar(network.loss!({ ...batch, random: at(level) })));
      expect(losses[0]).not.toBe(losses[1]);
    });
    dispose(network);
  });

  it("without noise, in one step, is one forward pass from the degraded cell", () => {
    const network = build({ process: "cold", steps: 1 });
    expect(network.random).toEqual({ level: { columns: 1, distribution: "uniform" } });
    tf.tidy(() => {
      const batch = batchOf(network, 3);
      const last = { ...batch, random: { level: tf.fill([3, 1], 0.99) } };
      const { x } = network.forward(batch);
      expect(scalar(network.loss!({ ...last, target: x }))).toBeLessThan(1e-10);
    });
    dispose(network);
  });

  it("repairs each cell alike in any company, in 1 to 16 steps", async () => {
    const model = kept(await fitDiffusion(task, { ...brief, ...tiny, levels: 16, steps: 4, eta: 1 }));
    expect(model.views).toEqual(["steps1", "steps2", "steps4", "steps8", "steps16"]);
    const { mean } = await model.repair(task.degraded.test);
    const alone = await model.repair(task.degraded.test.select({ obs: [task.test.obsNames[3]!] }));
    expectClose(alone.mean.row(0), mean.row(3), { relative: 1e-4, absolute: 1e-4 });
    expectClose(model.view("steps4", task.degraded.test).mean!.data, mean.data, { relative: 1e-4, absolute: 1e-4 });
    const once = model.view("steps1", task.degraded.test).mean!.data;
    expect(once.some((value, at) => Math.abs(value - mean.data[at]!) > 1e-2)).toBe(true);
  });

  it("averages draws, and says how far they lie apart", async () => {
    const model = kept(await fitDiffusion(task, { ...brief, ...tiny, levels: 16, steps: 4, draws: 3 }));
    const { sd } = await model.repair(task.degraded.test);
    expect(Math.max(...sd!.data)).toBeGreaterThan(0);
  });

  it.each([
    [{ prediction: "x" as never }, '"clean", "noise" or "consistency"'],
    [{ process: "warm" as never }, '"noise" or "cold"'],
    [{ process: "cold" as const, prediction: "noise" as const }, 'leave prediction at "clean"'],
    [{ steps: 0 }, "steps must be a whole number from 1 to 1000"],
    [{ levels: 5, steps: 6 }, "from 1 to 5, not 6"],
    [{ eta: 2 }, "eta must be from 0 to 1"],
    [{ schedule: "sigmoid" as never }, "linear, scaled-linear, cosine"],
    [{ width: 10, heads: 3 }, "multiple of heads"],
  ])("refuses %j", async (options, message) => {
    await expect(fitDiffusion(task, options)).rejects.toThrow(message);
  });
});

describe("methods", () => {
  it("are had by their ids", async () => {
    for (const id of ["vae", "zinb"] as const) {
      const model = kept((await fit(id, task, { epochs: 1, batchSize: 105 })) as NetworkModel);
      expect((await model.repair(task.degraded.test)).mean.shape).toEqual([task.test.nObs, G]);
    }
  });

  it.each([vae, zinb, diffusion, transformer])("$name are labelled as their models", ({ name, label }) => {
    const id = name === "transformer" ? "diffrepairer-paper" : (name as MethodId);
    expect(METHODS[id].label).toBe(label);
  });
});
