import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { AnnData, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { FileError, writeH5ad } from "../../../src/lib/io/index.js";
import { fitDae, repairFile } from "../../../src/lib/repair/index.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { BRIEF, smallTask } from "./small-networks.js";

vi.mock("node:fs/promises", async (original) => ({
  ...(await original<object>()),
  statfs: async () => ({ bavail: 4000, bsize: 4096 }),
}));

const task = smallTask();
const sizes = { hidden: 4, bottleneck: 2 };
const model = await fitDae(task, { ...BRIEF, ...sizes, epochs: 1 });
afterAll(() => model.dispose());

it("a disk without room for a checkpoint is told before the first step", async () => {
  const folder = temporaryFolder();
  const steps: number[] = [];
  const training = fitDae(task, { ...BRIEF, ...sizes, checkpoint: folder, onProgress: ({ step }) => steps.push(step) });
  await expect(training).rejects.toThrow(/up to 1\.1 MB are going to be written, and 16\.4 MB are free\. Free some/);
  await expect(training).rejects.toBeInstanceOf(FileError);
  expect(steps).toEqual([]);
});

it("a disk without room for a model is told before anything is written", async () => {
  const folder = temporaryFolder();
  await expect(model.save(folder)).rejects.toThrow("are free");
  await expect(model.exportOnnx(join(folder, "model.onnx"))).rejects.toThrow("are free");
  expect(readdirSync(folder)).toEqual([]);
});

it("a disk without room for a repaired file is told when the first chunk is repaired, and nothing stays", async () => {
  const folder = temporaryFolder();
  await writeH5ad(simulate({ cells: 150 }), join(folder, "in.h5ad"));
  const large = async ({ X, obs, var: features }: AnnData) => {
    const tall = new DenseMatrix([X.shape[0], 60], new Float32Array(X.shape[0] * 60));
    const layers = Object.fromEntries(Array.from({ length: 40 }, (_, k) => [`layer${k}`, tall]));
    return new AnnData({ X, obs, var: features, layers });
  };
  const chunks: number[] = [];
  const onProgress = ({ cells }: { cells: number }) => chunks.push(cells);
  const repairing = repairFile(large, join(folder, "in.h5ad"), join(folder, "out.h5ad"), { chunk: 50, onProgress });
  await expect(repairing).rejects.toThrow(/up to 1\.\d MB are going to be written, and 16\.4 MB are free/);
  expect(chunks).toEqual([]);
  expect(readdirSync(folder)).toEqual(["in.h5ad"]);
});
