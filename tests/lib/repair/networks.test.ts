import { describe, expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import { diffusion } from "../../../src/lib/repair/diffusion.js";
import {
  fit,
  fitDiffusion,
  fitTransformer,
  fitVae,
  fitZinb,
  loadModel,
  METHODS,
  type MethodId,
  type NetworkModel,
} from "../../../src/lib/repair/index.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { transformer } from "../../../src/lib/repair/transformer.js";
import { vae } from "../../../src/lib/repair/vae.js";
import { zinb } from "../../../src/lib/repair/zinb.js";
import { expectClose } from "../../helpers/compare.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { BRIEF, smallTask, TINY } from "./small-networks.js";

const { tf } = await backend();
const task = smallTask();
const G = task.genes.length;

/** Mean squared error of z-scores on the validation cells. */
function errorOf(mean: ArrayLike<number>): number {
  const clean = dense(task.validation).data;
  return (
    clean.reduce((sum, value, at) => sum + ((mean[at]! - value) / task.scaling.sd[at % G]!) ** 2, 0) / clean.length
  );
}

const networks: readonly [string, (options?: object) => Promise<NetworkModel>][] = [
  ["vae", (options) => fitVae(task, { ...BRIEF, hidden: 16, latent: 4, ...options })],
  ["zinb", (options) => fitZinb(task, { ...BRIEF, hidden: 16, bottleneck: 8, ...options })],
  [
    "transformer",
    (options) =>
      fitTransformer(task, { ...BRIEF, ...TINY, skip: true, tokens: 4, dropout: 0.1, attention: "linear", ...options }),
  ],
  ["transformer-conditioned", (options) => fitTransformer(task, { ...BRIEF, ...TINY, conditioned: true, ...options })],
  ["diffusion", (options) => fitDiffusion(task, { ...BRIEF, ...TINY, levels: 50, steps: 3, draws: 2, ...options })],
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
    await model.save(folder);
    const loaded = await loadModel(folder);
    expect(loaded).toMatchObject({ name, label: model.label, parameters: model.parameters });
    expect(await loaded.repair(task.degraded.test)).toEqual(repaired);
    model.dispose();
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it("repairs a cell alike however many there are", async () => {
  const model = await fitTransformer(task, { ...BRIEF, ...TINY });
  const { test } = task.degraded;
  const repaired = async (cells: number) => {
    const some = test.select({ obs: Int32Array.from({ length: cells }, (_, i) => i % test.nObs) });
    return (await model.repair(some)).mean;
  };
  const all = await repaired(600);
  for (const cells of [1, 256, 400, 513]) {
    const { data, shape } = await repaired(cells);
    expect(shape).toEqual([cells, G]);
    expectClose(data, all.data.subarray(0, cells * G), { relative: 1e-5, absolute: 1e-5 });
  }
  model.dispose();
});

describe("methods", () => {
  it("are had by their ids", async () => {
    for (const id of ["vae", "zinb"] as const) {
      const model = await fit(id, task, { epochs: 1, batchSize: 105 });
      expect((await model.repair(task.degraded.test)).mean.shape).toEqual([task.test.nObs, G]);
      model.dispose!();
    }
  });

  it.each([vae, zinb, diffusion, transformer])("$name are labelled as their models", ({ name, label }) => {
    const id = name === "transformer" ? "diffrepairer-paper" : (name as MethodId);
    expect(METHODS[id].label).toBe(label);
  });
});
