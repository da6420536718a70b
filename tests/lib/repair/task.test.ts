import { describe, expect, it } from "vitest";
import { categorical, type AnnData } from "../../../src/lib/anndata/index.js";
import { log1p, normalizeTotal } from "../../../src/lib/pp/index.js";
import {
  countDamage,
  fitDae,
  fitLinearFusion,
  fitRidge,
  prepare,
  SD_FLOOR,
  type RepairTask,
} from "../../../src/lib/repair/index.js";
import { dense, scalingOf } from "../../../src/lib/repair/training-data.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const options = { nTopGenes: 40, draws: 2 };

function rows(names: readonly string[], cells: AnnData): number[] {
  return names.map((name) => cells.obsNames.indexOf(name));
}

describe("prepare", () => {
  const counts = simulate({ cells: 120 });
  const task = prepare(counts, options);

  it("splits the cells, the same in clean and degraded", () => {
    const parts = [task.train, task.validation, task.test];
    expect(parts.map(({ nObs }) => nObs)).toEqual([84, 12, 24]);
    expect(new Set(parts.flatMap(({ obsNames }) => [...obsNames])).size).toBe(120);
    expect(task.degraded.train).toHaveLength(2);
    for (const draw of task.degraded.train) expect(draw.obsNames).toEqual(task.train.obsNames);
    expect(task.degraded.validation.obsNames).toEqual(task.validation.obsNames);
    expect(task.degraded.test.obsNames).toEqual(task.test.obsNames);
    for (const part of [...parts, ...task.degraded.train]) expect(part.varNames).toEqual(task.genes);
  });

  it("gives log1p of counts per ten thousand, and leaves the counts alone", () => {
    const [cell] = rows([task.train.obsNames[0]!], counts);
    const row = counts.X.row(cell!);
    const total = row.reduce((sum, value) => sum + value, 0);
    const expected = task.genes.map((gene) => Math.log1p((row[counts.varNames.indexOf(gene)]! / total) * 1e4));
    expectClose(dense(task.train).row(0), expected, { relative: 1e-5 });
    expect(counts.obs.has("split")).toBe(false);
    expect(counts.uns["log1p"]).toBeUndefined();
  });

  it("takes log1p values as they are, without counts", () => {
    const logged = log1p(normalizeTotal(counts.copy(), { targetSum: 1e4 }));
    const again = prepare(logged, options);
    expect(again.genes).toEqual(task.genes);
    expect(dense(again.train).data).toEqual(dense(task.train).data);
    expect(again.train.raw).toBeUndefined();
    expect(() => prepare(logged, { ...options, damage: countDamage("mild") })).toThrow("needs the counts");
  });

  it("draws other damage for each draw and part, the same for the same seed", () => {
    const [first, second] = task.degraded.train.map((draw) => dense(draw).data);
    expect(first).not.toEqual(second);
    const again = prepare(counts, options);
    expect(dense(again.degraded.train[1]!).data).toEqual(second);
    expect(dense(again.degraded.test).data).toEqual(dense(task.degraded.test).data);
    expect(dense(prepare(counts, { ...options, seed: 1 }).degraded.test).data).not.toEqual(
      dense(task.degraded.test).data,
    );
  });

  it("keeps the genes asked for beside the variable ones, in the data's order", () => {
    const dull = counts.varNames.filter((gene) => !task.genes.includes(gene)).slice(0, 3);
    const { genes } = prepare(counts, { ...options, keepGenes: [...dull, task.genes[0]!] });
    expect(genes).toEqual(counts.varNames.filter((gene) => task.genes.includes(gene) || dull.includes(gene)));
    expect(() => prepare(counts, { ...options, keepGenes: ["NOPE"] })).toThrow("no gene is called NOPE");
  });

  it("leaves out genes seen in too few training cells, however many test cells show them", () => {
    const changed = counts.copy();
    const data = dense(changed);
    const at = counts.varNames.indexOf(task.genes[0]!);
    const test = new Set(task.test.obsNames);
    counts.obsNames.forEach((name, cell) => (data.row(cell)[at] = test.has(name) ? 9 : 0));
    changed.X = data;
    expect(prepare(changed, { ...options, nTopGenes: 1000 }).genes).not.toContain(task.genes[0]);
    expect(prepare(changed, { ...options, nTopGenes: 1000, minCells: 0 }).genes).toContain(task.genes[0]);
  });

  it("scales by the clean training cells, with a floor", () => {
    const { mean, sd } = scalingOf(dense(task.train));
    const column = dense(task.train).column(3);
    const average = column.reduce((sum, value) => sum + value, 0) / column.length;
    expect(mean[3]).toBeCloseTo(average, 5);
    const square = column.reduce((sum, value) => sum + (value - average) ** 2, 0) / column.length;
    expect(sd[3]).toBeCloseTo(Math.sqrt(square), 5);
    expect(Math.min(...scalingOf(dense(prepare(counts, { nTopGenes: 1000, minCells: 0 }).train)).sd)).toBeCloseTo(
      SD_FLOOR,
      9,
    );
  });

  it("takes all genes where there are no more than wanted, and refuses nonsense", () => {
    expect(prepare(counts, { nTopGenes: 60, minCells: 0 }).genes).toEqual(counts.varNames);
    expect(() => prepare(counts, { draws: 0 })).toThrow("draws must be");
    expect(() => prepare(counts, { genes: 5 } as never)).toThrow('unknown option "genes"');
    expect(() => prepare(counts, { by: "type" })).toThrow("cell_type");
  });
});

describe("nothing is learned from test cells", () => {
  const counts = simulate({ cells: 120 });
  const task = prepare(counts, options);

  it("in genes, scaling and damage of training cells", () => {
    const changed = counts.copy();
    const test = new Set(rows(task.test.obsNames, counts));
    const data = dense(changed);
    for (const cell of test) data.row(cell).reverse();
    changed.X = data;
    const again = prepare(changed, options);
    expect(dense(again.test).data).not.toEqual(dense(task.test).data);
    expect(again.genes).toEqual(task.genes);
    expect(again.scaling).toEqual(task.scaling);
    expect(again.degraded.train.map((draw) => dense(draw).data)).toEqual(
      task.degraded.train.map((draw) => dense(draw).data),
    );
  });

  it("in anything that labels of test cells could reach, the split being given", () => {
    const given = counts.copy();
    given.obs.set(
      "part",
      categorical(given.obsNames.map((_, i) => (i % 5 === 0 ? "test" : i % 7 ? "train" : "validation"))),
    );
    const changed = given.copy();
    const labels = given.obs.strings("cell_type").map((type, i) => (i % 5 === 0 ? "unheard of" : type));
    changed.obs.set("cell_type", categorical(labels));
    const [first, second] = [given, changed].map((cells) => prepare(cells, { ...options, split: "part" }));
    expect(second!.test.obs.strings("cell_type")).not.toEqual(first!.test.obs.strings("cell_type"));
    expect(second!.genes).toEqual(first!.genes);
    expect(second!.scaling).toEqual(first!.scaling);
    for (const k of [0, 5]) expect(dense(second!.draw(k)).data).toEqual(dense(first!.draw(k)).data);
  });

  it("in weights of any model", async () => {
    const shuffled = task.test.copy();
    dense(shuffled).data.reverse();
    shuffled.obs.set("cell_type", shuffled.obs.strings("cell_type").reverse());
    const degraded = { ...task.degraded, test: shuffled.select({ obs: [0, 1] }) };
    const other: RepairTask = { ...task, test: shuffled, degraded };
    const repairWith = async (fitted: RepairTask) => {
      const training = { epochs: 2, hidden: 8, bottleneck: 4 };
      const models = [
        await fitRidge(fitted, { lambda: 10 }),
        await fitLinearFusion(fitted, { components: 3 }),
        await fitDae(fitted, training),
      ];
      const repaired = [];
      for (const model of models) repaired.push((await model.repair(task.degraded.validation)).mean.data);
      for (const model of models) model.dispose?.();
      return repaired;
    };
    expect(await repairWith(other)).toEqual(await repairWith(task));
  });
});
