import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { DenseMatrix } from "../../../src/lib/anndata/index.js";
import { AnnData, Frame, type Matrix } from "../../../src/lib/anndata/index.js";
import { readH5ad, writeH5ad } from "../../../src/lib/io/index.js";
import * as pp from "../../../src/lib/pp/index.js";
import {
  fitDae,
  fitDiffRepairer,
  repairFile,
  type FileProgress,
  type NetworkModel,
} from "../../../src/lib/repair/index.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { smallTask } from "./small-networks.js";

const task = smallTask();
const sample = simulate({ cells: 150, seed: 2 });
const sizes = { tokens: 2, width: 4, attentionHeads: 2, layers: 1, feedForward: 4, tau: 0.4, components: 3 };
const told = await fitDiffRepairer(task, { epochs: 1, batchSize: 105, ...sizes });
const plain = await fitDae(task, { epochs: 1, batchSize: 105, hidden: 4, bottleneck: 2 });
afterAll(() => [told, plain].forEach((model) => model.dispose()));

/** What repair in memory gives: normalised values, and the model's genes repaired. */
async function inMemory(model: NetworkModel) {
  const cells = pp.log1p(pp.normalizeTotal(new AnnData({ X: sample.X, var: sample.var }), { targetSum: 1e4 }));
  const { mean, sd } = await model.repair(cells.select({ var: model.genes }));
  return { normalized: cells, mean, sd };
}

let folder: string;
let input: string;
const written = async (model: NetworkModel, options: Parameters<typeof repairFile>[3] = {}) => {
  const output = join(folder, "out.h5ad");
  await repairFile(model, input, output, options);
  return readH5ad(output, { nonFinite: "keep" });
};
const columns = (matrix: Matrix, genes: readonly string[]) =>
  new AnnData({ X: matrix, var: new Frame(sample.varNames) }).select({ var: genes }).X;

beforeEach(async () => {
  folder = temporaryFolder();
  input = join(folder, "in.h5ad");
  await writeH5ad(sample, input);
});

describe("a file repaired in chunks", () => {
  it.each([64, 1000, 40, 1])("of %i cells is what repair in memory gives", async (chunk) => {
    const { normalized, mean, sd } = await inMemory(told);
    const file = await written(told, { chunk });
    expect(file.X).toEqual(sample.X);
    expect(file.obs).toEqual(sample.obs);
    const { repaired, repaired_std } = file.layers as Record<string, DenseMatrix>;
    expect(columns(repaired!, told.genes)).toEqual(mean);
    expect(columns(repaired_std!, told.genes)).toEqual(sd);
    const others = sample.varNames.filter((gene) => !told.genes.includes(gene));
    expect(others.length).toBeGreaterThan(0);
    expect(columns(repaired!, others)).toEqual(columns(normalized.X.toDense(), others));
    expect(columns(repaired_std!, others).data.every(Number.isNaN)).toBe(true);
    const repairable = file.var.numbers("repairable");
    expect(sample.varNames.filter((_, k) => repairable[k] === 1).toSorted()).toEqual(told.genes.toSorted());
    expect(file.uns["repair"]).toEqual({ model: "diffrepairer" });
  });

  it("has the model's genes alone where that is asked for, and no spread where it is not wanted", async () => {
    const file = await written(told, { genes: "model", std: false });
    expect(file.varNames).toEqual(told.genes);
    expect(file.layers).toEqual({ repaired: (await inMemory(told)).mean });
    expect(file.X).toEqual(sample.select({ var: told.genes }).X);
  });

  it("may hold log1p values", async () => {
    const { normalized, mean } = await inMemory(plain);
    await writeH5ad(normalized, input);
    await expect(written(plain)).rejects.toThrow("needs raw counts");
    const file = await written(plain, { values: "log1p" });
    expect(columns(file.layers["repaired"]!, plain.genes)).toEqual(mean);
    expect(Object.keys(file.layers)).toEqual(["repaired"]);
  });

  it("is repaired by whatever repairs cells, whose columns it keeps", async () => {
    const output = join(folder, "out.h5ad");
    await repairFile(
      async (cells) => {
        const obs = cells.obs.copy().set("total", cells.X.rowSums());
        return new AnnData({
          X: cells.X,
          obs,
          var: cells.var,
          layers: { twice: cells.X.scaleRows(cells.X.rowSums().fill(2)) },
        });
      },
      input,
      output,
      { chunk: 37 },
    );
    const file = await readH5ad(output);
    expect(file.obs.numbers("total")).toEqual(sample.X.rowSums());
    expect(file.layers["twice"]).toEqual(sample.X.scaleRows(sample.X.rowSums().fill(2)));
  });

  it("says how far it is", async () => {
    const told: FileProgress[] = [];
    await written(plain, { chunk: 64, onProgress: (progress) => told.push(progress) });
    expect(told.map(({ cells }) => cells)).toEqual([64, 128, 150]);
    expect(
      told.every(({ of, cellsPerSecond, secondsLeft }) => of === 150 && cellsPerSecond > 0 && secondsLeft >= 0),
    ).toBe(true);
    expect(told.at(-1)!.secondsLeft).toBe(0);
  });

  it("is not there when it is stopped", async () => {
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error("stopped by the test"));
    await expect(written(plain, { chunk: 64, onProgress, signal: stop.signal })).rejects.toThrow("stopped by the test");
    expect(readdirSync(folder)).toEqual(["in.h5ad"]);
  });

  it("must have the model's genes, and options that exist", async () => {
    await expect(written(plain, { values: "raw" as never })).rejects.toThrow('use "counts" or "log1p"');
    await expect(written(plain, { genes: "some" as never })).rejects.toThrow('use "all" or "model"');
    await expect(written(plain, { chunk: 0 })).rejects.toThrow("a chunk of 0 cells");
    await writeH5ad(sample.select({ var: sample.varNames.filter((gene) => gene !== plain.genes[1]) }), input);
    await expect(written(plain)).rejects.toThrow(/lacks 1 of the 40 genes of the DAE \(.*it must name them in var/);
  });
});
