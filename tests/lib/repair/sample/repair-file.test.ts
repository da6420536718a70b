import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame, rowMajor, toCsc } from "../../../../src/lib/anndata/index.js";
import { counts } from "../../../../src/lib/degrade/index.js";
import { readH5ad, writeH5ad } from "../../../../src/lib/io/index.js";
import { log1p, normalizeTotal, scale } from "../../../../src/lib/pp/index.js";
import {
  type FileProgress,
  repairFile,
  type RepairFileOptions,
  repairSample,
  type SampleModel,
  SampleRefused,
} from "../../../../src/lib/repair/index.js";
import { temporaryFolder } from "../../../helpers/temporary-folder.js";
import { simulatedCells, smallSampleNetwork } from "./small-sample-model.js";

let trained: SampleModel;
beforeAll(async () => void (trained = await smallSampleNetwork()));
afterAll(() => trained.model.dispose!());

let folder: string;
let input: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  [input, output] = [join(folder, "in.h5ad"), join(folder, "out.h5ad")];
});

const CELLS = 70;
const damaged = counts(simulatedCells({ cells: CELLS }), { severity: "moderate", seed: 4 });
const obs = new Frame(damaged.obsNames, { batch: Array.from({ length: CELLS }, (_, i) => `b${i % 3}`) });
const features = new Frame(damaged.varNames);
const logged = (total: number) => log1p(normalizeTotal(damaged.copy(), { targetSum: total })).X;

/** Counts, and something in every field. */
const sample = () =>
  new AnnData({
    ...{ X: damaged.X.copy(), obs: obs.copy(), var: features.copy() },
    layers: { spliced: damaged.X.copy(), dense: damaged.X.toDense() },
    obsm: {
      X_pca: new DenseMatrix(
        [CELLS, 2],
        Float32Array.from({ length: 2 * CELLS }, (_, i) => i),
      ),
    },
    varm: { PCs: DenseMatrix.zeros([features.length, 2]) },
    obsp: { distances: CsrMatrix.fromDense(DenseMatrix.zeros([CELLS, CELLS])) },
    uns: { title: "a sample" },
    raw: { X: damaged.X.copy(), var: features.copy() },
  });
const rest = { obs, var: features };
const half = damaged.varNames.filter((_, j) => j % 2 === 0);
const SAMPLES: Record<string, () => AnnData> = {
  "counts in X, and something in every field": sample,
  "dense counts": () => new AnnData({ ...rest, X: damaged.X.toDense() }),
  "counts by columns": () => new AnnData({ ...rest, X: toCsc(damaged.X) }),
  "counts in a layer": () => new AnnData({ ...rest, X: scale(sample()).X, layers: { counts: damaged.X } }),
  "counts of more genes in raw": () =>
    new AnnData({
      ...{ ...scale(sample()).select({ var: half }), obs },
      ...{ layers: {}, raw: { X: damaged.X, var: features } },
    }),
  logarithms: () => new AnnData({ ...rest, X: logged(1e4) }),
  "logarithms of another total": () => new AnnData({ ...rest, X: logged(1e6) }),
};

const repaired = async (options: RepairFileOptions = {}) => {
  const report = await repairFile(input, output, trained, { force: true, ...options });
  return { report, adata: await readH5ad(output, { nonFinite: "keep" }) };
};

/** What repair in memory gives, written and read. */
const inMemory = async (options = {}) => {
  const { adata, report } = await repairSample(await readH5ad(input), trained, { force: true, ...options });
  await writeH5ad(adata, join(folder, "memory.h5ad"));
  return { report, adata: await readH5ad(join(folder, "memory.h5ad"), { nonFinite: "keep" }) };
};

/** A report without what is a function. */
const plain = ({ scaling, ...report }: Awaited<ReturnType<typeof repaired>>["report"]) => ({
  ...report,
  notes: scaling.notes,
});

describe("a file repaired in chunks", () => {
  it.each(Object.keys(SAMPLES))("is what repair in memory gives: %s", async (name) => {
    await writeH5ad(SAMPLES[name]!(), input);
    const wanted = await inMemory();
    // What is stored by columns is written by rows.
    wanted.adata.X = rowMajor(wanted.adata.X);
    for (const chunk of [64, 1000, 7]) {
      const found = await repaired({ chunk });
      expect(found.adata).toEqual(wanted.adata);
      expect(plain(found.report)).toEqual(plain(wanted.report));
    }
  });

  it.each([
    { std: false, severity: "severe" },
    { modelGenesOnly: true },
    { intervals: true, std: false, modelGenesOnly: true },
  ] as const)("is it with %j too", async (options) => {
    await writeH5ad(sample(), input);
    expect((await repaired({ ...options, chunk: 32 })).adata).toEqual((await inMemory(options)).adata);
  });

  it("says how far it is, looking and repairing", async () => {
    await writeH5ad(sample(), input);
    const told: FileProgress[] = [];
    await repaired({ chunk: 32, onProgress: (progress) => told.push(progress) });
    const cells = told.map((progress) => `${progress.stage} ${progress.cells} of ${progress.of}`);
    expect(cells.slice(0, 3)).toEqual(["inspect 32 of 70", "inspect 64 of 70", "inspect 70 of 70"]);
    expect(cells.slice(-3)).toEqual(["repair 32 of 70", "repair 64 of 70", "repair 70 of 70"]);
    expect(told.every(({ cellsPerSecond, secondsLeft }) => cellsPerSecond > 0 && secondsLeft >= 0)).toBe(true);
    expect(told.at(-1)!.secondsLeft).toBe(0);
  });

  it.each(["inspect", "repair"])("is not there when it is stopped during %s", async (at) => {
    await writeH5ad(sample(), input);
    const stop = new AbortController();
    const onProgress = ({ stage }: FileProgress) => stage === at && stop.abort(new Error("stopped by the test"));
    await expect(repaired({ chunk: 32, onProgress, signal: stop.signal })).rejects.toThrow("stopped by the test");
    expect(readdirSync(folder)).toEqual(["in.h5ad"]);
  });

  it("is refused as a sample in memory is, and nothing is written", async () => {
    const other = new AnnData({ X: damaged.X, var: new Frame(damaged.varNames.map((gene) => `x${gene}`)) });
    await writeH5ad(other, input);
    await expect(repaired()).rejects.toThrow(SampleRefused);
    expect(readdirSync(folder)).toEqual(["in.h5ad"]);
  });

  it("must have chunks of a cell at least", async () => {
    await writeH5ad(sample(), input);
    await expect(repaired({ chunk: 0 })).rejects.toThrow("a chunk of 0 cells");
  });
});
