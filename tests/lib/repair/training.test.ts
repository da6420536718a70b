import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { AnnData } from "../../../src/lib/anndata/index.js";
import { backend } from "../../../src/lib/engine/index.js";
import {
  fitDae,
  fitTransformer,
  loadModel,
  prepare,
  type DaeOptions,
  type NetworkModel,
  type TrainingProgress,
} from "../../../src/lib/repair/index.js";
import { learningRateAt } from "../../../src/lib/repair/training-loop.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const task = prepare(simulate({ cells: 150 }), { nTopGenes: 40, draws: 2 });
const { tf } = await backend();

const small = { hidden: 16, bottleneck: 8, batchSize: 32, epochs: 6, patience: 6, learningRate: 1e-2 };

const made: NetworkModel[] = [];
afterEach(() => made.splice(0).forEach((model) => model.dispose()));

async function train(options: DaeOptions = {}): Promise<NetworkModel> {
  const model = await fitDae(task, { ...small, ...options });
  made.push(model);
  return model;
}

async function repaired(model: NetworkModel): Promise<Float32Array> {
  return (await model.repair(task.degraded.test)).mean.data;
}

/** Trains with a checkpoint at every epoch and ends it in the epoch after `epochs`. */
async function interrupt(folder: string, epochs: number, options: DaeOptions = {}): Promise<void> {
  const stop = new AbortController();
  const onProgress = ({ epoch, validationLoss }: TrainingProgress) => {
    if (epoch === epochs && validationLoss === undefined) stop.abort(new Error("stopped by the test"));
  };
  const training = train({ checkpoint: folder, checkpointSeconds: 0, signal: stop.signal, onProgress, ...options });
  await expect(training).rejects.toThrow("stopped by the test");
}

describe("training", () => {
  it("lowers the loss and keeps the weights of the best epoch", async () => {
    const { history, parameters } = await train();
    const losses = history.epochs.map(({ validationLoss }) => validationLoss);
    expect(Math.min(...losses)).toBeLessThan(losses[0]!);
    expect(losses[history.bestEpoch]).toBe(Math.min(...losses));
    expect(history.epochs.at(-1)!.step).toBe(6 * Math.ceil(task.train.nObs / 32));
    expect(history.stopped).toBe("all epochs done");
    expect(parameters).toBe(40 * 16 + 16 + 16 * 8 + 8 + 8 * 16 + 16 + 16 * 40 + 40);
  });

  it("gives the same for the same seed and other weights for another", async () => {
    const first = await repaired(await train());
    expect(await repaired(await train())).toEqual(first);
    expect(await repaired(await train({ seed: 1 }))).not.toEqual(first);
  });

  it("stops when the validation loss has not fallen for the patience", async () => {
    const { history } = await train({ epochs: 40, patience: 2, learningRate: 0.1 });
    expect(history.stopped).toBe("no better for the patience");
    expect(history.epochs.length - 1 - history.bestEpoch).toBe(2);
  });

  it("reports every step, and each epoch's end with the validation loss", async () => {
    const events: TrainingProgress[] = [];
    await train({ onProgress: (event) => events.push(event) });
    const steps = Math.ceil(task.train.nObs / 32);
    expect(events).toHaveLength(6 * (steps + 1));
    expect(events.filter(({ validationLoss }) => validationLoss !== undefined).map(({ epoch }) => epoch)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(events[0]).toMatchObject({ method: "dae", epoch: 0, epochs: 6, step: 1, steps: 6 * steps });
    expect(events.every(({ loss, secondsPerStep }) => loss > 0 && secondsPerStep! > 0)).toBe(true);
  });

  it("warms up, peaks and falls to zero", () => {
    const rates = Array.from({ length: 100 }, (_, step) => learningRateAt(step, 100, 2));
    expect(Math.max(...rates)).toBe(2);
    expect(rates.indexOf(2)).toBe(9);
    expect(rates[0]).toBeCloseTo(0.2);
    expect(rates[99]).toBeLessThan(0.01);
  });

  it("refuses unknown and impossible options", async () => {
    await expect(fitDae(task, { layers: 3 } as never)).rejects.toThrow('unknown option "layers"');
    await expect(fitDae(task, { epochs: 0 })).rejects.toThrow("epochs must be");
    await expect(fitDae(task, { budget: "long" as never })).rejects.toThrow("use trial, quick, full");
    await expect(fitTransformer(task, { width: 10, heads: 3 })).rejects.toThrow("multiple of heads");
    await expect(train({ learningRate: 1e20 })).rejects.toThrow(/diverged at step.*lower learningRate/);
  });

  it("says where values that are not finite come from", async () => {
    const X = task.train.X.toDense().copy();
    X.data[3] = NaN;
    const broken = { ...task, train: new AnnData({ X, obs: task.train.obs, var: task.train.var }) };
    await expect(fitDae(broken, small)).rejects.toThrow(
      /diverged at step \d, in epoch 1 .*the clean values hold NaN or infinity: look at the training cells/,
    );
    await expect(train({ learningRate: 1e20 })).rejects.toThrow(
      /not finite after a loss of \d.*all values of the cells are finite, the weights have run away: lower learningRate/,
    );
  });

  it("leaves no tensor behind, whether it ends, fails or is stopped", async () => {
    const before = tf.memory().numTensors;
    const model = await fitTransformer(task, { width: 8, heads: 2, layers: 1, feedForward: 8, epochs: 2 });
    await model.repair(task.degraded.test);
    model.dispose();
    await expect(train({ learningRate: 1e20 })).rejects.toThrow();
    await interrupt(temporaryFolder(), 0);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("checkpoints", () => {
  const files = (folder: string) => readdirSync(folder);

  it.each([1, 4])("resume after epoch %i to exactly the weights of an uninterrupted training", async (epochs) => {
    const uninterrupted = await train();
    const folder = temporaryFolder();
    await interrupt(folder, epochs);
    expect(files(folder)).toEqual(["dae.checkpoint.safetensors"]);
    const events: TrainingProgress[] = [];
    const resumed = await train({ checkpoint: folder, onProgress: (event) => events.push(event) });
    expect(events[0]!.epoch).toBe(epochs);
    expect(await repaired(resumed)).toEqual(await repaired(uninterrupted));
    expect(resumed.history.epochs).toEqual(uninterrupted.history.epochs);
    expect(files(folder)).toEqual([]);
  });

  it("of other settings or other data are not used", async () => {
    const folder = temporaryFolder();
    await interrupt(folder, 2);
    const startOf = async (run: (onProgress: (event: TrainingProgress) => void) => Promise<NetworkModel>) => {
      const epochs: number[] = [];
      made.push(await run(({ epoch }) => epochs.push(epoch)));
      return epochs[0];
    };
    expect(await startOf((onProgress) => train({ checkpoint: folder, learningRate: 2e-2, onProgress }))).toBe(0);
    await interrupt(folder, 2);
    const other = prepare(simulate({ cells: 150, seed: 3 }), { nTopGenes: 40, draws: 2 });
    expect(await startOf((onProgress) => fitDae(other, { ...small, checkpoint: folder, onProgress }))).toBe(0);
  });

  it("that are damaged are not used", async () => {
    const folder = temporaryFolder();
    await interrupt(folder, 2);
    const path = join(folder, "dae.checkpoint.safetensors");
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    expect(await repaired(await train({ checkpoint: folder }))).toEqual(await repaired(await train()));
  });
});

describe("a saved model", () => {
  it("repairs as the original after loading", async () => {
    const folder = temporaryFolder();
    const model = await train();
    await model.save(folder);
    const loaded = await loadModel(folder);
    made.push(loaded);
    expect(await repaired(loaded)).toEqual(await repaired(model));
    expect(loaded).toMatchObject({ name: "dae", label: "DAE", parameters: model.parameters, history: model.history });
  });

  it("that is missing or cut off is told", async () => {
    const folder = temporaryFolder();
    await expect(loadModel(folder)).rejects.toThrow(/no saved model.*model\.json is missing/);
    await (await train()).save(folder);
    const path = join(folder, "model.safetensors");
    writeFileSync(path, readFileSync(path).subarray(0, -4));
    await expect(loadModel(folder)).rejects.toThrow("not a whole safetensors file");
  });

  it("refuses cells with other genes", async () => {
    const model = await train();
    const fewer = task.test.select({ var: task.genes.slice(1) });
    await expect(model.repair(fewer)).rejects.toThrow(/fitted on 40 genes, the cells have 39.*select/);
  });
});
