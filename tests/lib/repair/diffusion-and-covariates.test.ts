import { describe, expect, it } from "vitest";
import { AnnData } from "../../../src/lib/anndata/index.js";
import { rmse } from "../../../src/lib/metrics/index.js";
import { magicOfMatrix } from "../../../src/lib/pp/index.js";
import { fitCqn, fitDegradedInput, fitMagic, prepare } from "../../../src/lib/repair/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const counts = simulate({ cells: 150, genes: 80 });
counts.var.set("gc", random(0, "gc").fillUniform(new Float32Array(80)));
const task = prepare(counts, { nTopGenes: 60, draws: 2 });
const { test } = task.degraded;

describe("MAGIC as a repair", () => {
  it("imputes the degraded cells among themselves", async () => {
    const model = await fitMagic(task, { t: 2 });
    const { mean } = await model.repair(test);
    expect(mean.data).toEqual(magicOfMatrix(test.X, { t: 2 }).imputed.data);
    expect(model).toMatchObject({ name: "magic", parameters: 0 });
  });

  it("imputes them among the degraded training cells as well where that is asked for", async () => {
    const alone = await (await fitMagic(task)).repair(test);
    const model = await fitMagic(task, { withTraining: true });
    const { mean } = await model.repair(test);
    expect(mean.shape).toEqual(test.shape);
    expect(mean.data).not.toEqual(alone.mean.data);
    // With the others in the graph few cells can be repaired too.
    const one = await model.repair(test.select({ obs: [0] }));
    expect(one.mean.shape).toEqual([1, task.genes.length]);
  });

  it("refuses too few cells, other genes and unknown options", async () => {
    const model = await fitMagic(task);
    await expect(model.repair(test.select({ obs: [0, 1] }))).rejects.toThrow("knn must be from 1 to one below");
    await expect(model.repair(test.select({ var: [0, 1] }))).rejects.toThrow("The MAGIC was fitted on 60 genes");
    const unknown = await fitMagic(task, { genes: ["a"] } as never);
    await expect(unknown.repair(test)).rejects.toThrow('unknown option "genes"');
  });
});

describe("CQN as a repair", () => {
  it("keeps the mean of every gene over the clean training cells, where no value would be below 0", async () => {
    const { mean } = await (await fitCqn(task, { sqn: false })).repair(task.train);
    const genes = task.genes.map((_, j) => j).filter((j) => Math.min(...mean.column(j)) > 0);
    expect(genes.length).toBeGreaterThan(0);
    const means = mean.columnSums().map((sum) => sum / task.train.nObs);
    expectClose(
      genes.map((j) => means[j]!),
      genes.map((j) => task.scaling.mean[j]!),
      { relative: 1e-4 },
    );
    expect(Math.min(...mean.data)).toBe(0);
  });

  it("takes a bias by length out of cells: a biased cell comes back as the cell it was", async () => {
    const lengths = task.train.var.numbers("length");
    const lifted = task.test.X.toDense().copy();
    for (let at = 0; at < lifted.data.length; at++) {
      lifted.data[at]! += 3 + Math.log(lengths[at % lengths.length]! / 2000);
    }
    const model = await fitCqn(task, { sqn: false });
    const biased = new AnnData({ X: lifted, var: task.test.var.copy() });
    const [repaired, plain] = [await model.repair(biased), await model.repair(task.test)];
    expectClose(repaired.mean.data, plain.mean.data, { absolute: 0.02 });
    expect(rmse(lifted.data, plain.mean.data)).toBeGreaterThan(1);
  });

  it("is the same every time, and of a cell alone as of the cell among others", async () => {
    const [model, again] = [await fitCqn(task), await fitCqn(task)];
    const { mean } = await model.repair(test);
    expect((await again.repair(test)).mean.data).toEqual(mean.data);
    expect((await model.repair(test.select({ obs: [3] }))).mean.data).toEqual(mean.row(3).slice());
    expect(mean.data).not.toEqual((await (await fitDegradedInput(task)).repair(test)).mean.data);
  });

  it("refuses what it cannot fit", async () => {
    const bare = { ...task, train: new AnnData({ X: task.train.X }) };
    await expect(fitCqn(bare)).rejects.toThrow('var has no column "gc"');
    await expect(fitCqn(task, { fittedGenes: 20 })).rejects.toThrow("only 20 genes are left to fit 13 coefficients");
    await expect(fitCqn(task, { fittedGenes: 0 })).rejects.toThrow("fittedGenes must be a positive whole number");
    await expect(fitCqn(task, { tau: 2 })).rejects.toThrow("tau must be above 0 and below 1, not 2");
  });
});
