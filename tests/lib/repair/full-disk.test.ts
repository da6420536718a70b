import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { FileError } from "../../../src/lib/io/index.js";
import { fitDae } from "../../../src/lib/repair/index.js";
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
