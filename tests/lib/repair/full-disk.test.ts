import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { FileError, writeH5ad } from "../../../src/lib/io/index.js";
import { fitDae, repairFile } from "../../../src/lib/repair/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { simulatedCells, smallSampleModel } from "./sample/small-sample-model.js";
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

it("a disk without room for a repaired file is told before any cell is repaired, and nothing stays", async () => {
  const folder = temporaryFolder();
  const sampleModel = await smallSampleModel();
  const cells = simulatedCells({ cells: 250 });
  const many = cells.select({ obs: Int32Array.from({ length: 20_000 }, (_, i) => i % 250) });
  await writeH5ad(many, join(folder, "in.h5ad"));
  const stages: string[] = [];
  const repairing = repairFile(join(folder, "in.h5ad"), join(folder, "out.h5ad"), sampleModel, {
    ...{ force: true, intervals: true, chunk: 5000, onProgress: ({ stage }) => stages.push(stage) },
  });
  await expect(repairing).rejects.toThrow(/up to \d\d\.\d MB are going to be written, and 16\.4 MB are free/);
  expect(new Set(stages)).toEqual(new Set(["inspect"]));
  expect(readdirSync(folder)).toEqual(["in.h5ad"]);
});
