import { afterEach, describe, expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import type { Tensor } from "../../../src/lib/engine/tensorflow.js";
import { buildDiffusion, type DiffusionConfig } from "../../../src/lib/repair/diffusion.js";
import { fitDiffusion, type NetworkModel } from "../../../src/lib/repair/index.js";
import type { Network } from "../../../src/lib/repair/network.js";
import { expectClose } from "../../helpers/compare.js";
import { batchOf, BRIEF, scalar, smallTask, TINY } from "./small-networks.js";

const { tf } = await backend();
const task = smallTask();
const G = task.genes.length;
const ground = { genes: G, scaling: task.scaling, facts: {} };

const made: NetworkModel[] = [];
afterEach(() => made.splice(0).forEach((model) => model.dispose()));
const kept = (model: NetworkModel) => {
  made.push(model);
  return model;
};

describe("a diffusion", () => {
  const config: DiffusionConfig = {
    ...TINY,
    ...{
      attention: "softmax",
      process: "noise",
      prediction: "clean",
      schedule: "cosine",
      levels: 20,
      steps: 4,
      eta: 0,
      draws: 1,
    },
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
        const batch = batchOf(tf, network, G, 4, 2);
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
      const batch = batchOf(tf, network, G, 4);
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
      const batch = batchOf(tf, network, G, 3);
      const last = { ...batch, random: { level: tf.fill([3, 1], 0.99) } };
      const { x } = network.forward(batch);
      expect(scalar(network.loss!({ ...last, target: x }))).toBeLessThan(1e-10);
    });
    dispose(network);
  });

  it("repairs each cell alike in any company, in 1 to 16 steps", async () => {
    const model = kept(await fitDiffusion(task, { ...BRIEF, ...TINY, levels: 16, steps: 4, eta: 1 }));
    expect(model.views).toEqual(["steps1", "steps2", "steps4", "steps8", "steps16"]);
    const { mean } = await model.repair(task.degraded.test);
    const alone = await model.repair(task.degraded.test.select({ obs: [task.test.obsNames[3]!] }));
    expectClose(alone.mean.row(0), mean.row(3), { relative: 1e-4, absolute: 1e-4 });
    expectClose(model.view("steps4", task.degraded.test).mean!.data, mean.data, { relative: 1e-4, absolute: 1e-4 });
    const once = model.view("steps1", task.degraded.test).mean!.data;
    expect(once.some((value, at) => Math.abs(value - mean.data[at]!) > 1e-2)).toBe(true);
  });

  it("averages draws, and says how far they lie apart", async () => {
    const model = kept(await fitDiffusion(task, { ...BRIEF, ...TINY, levels: 16, steps: 4, draws: 3 }));
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
