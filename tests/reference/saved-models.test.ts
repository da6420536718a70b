import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AnnData, DenseMatrix, Frame } from "../../src/lib/anndata/index.js";
import { loadModel, type NetworkModel } from "../../src/lib/repair/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { readJson } from "./read-json.js";
import { makeModels } from "./saved-models.js";

/** Relative to 1 or the value, whichever is larger: float32 sums in another order. */
const TOLERANCE = 1e-5;
const FOLDER = fileURLToPath(new URL("models", import.meta.url));
const SCRIPT = fileURLToPath(new URL("scripts/saved_models.py", import.meta.url));
/** A Python that has torch, safetensors and onnxruntime. */
const PYTHON = process.env["DIFFREPAIRER_REFERENCE_PYTHON"];

interface Cells {
  readonly y: readonly number[][];
  readonly severity: readonly number[][];
}

/** What `saved_models.py` gives of a network. */
interface Results {
  readonly onnx: Readonly<Record<string, readonly number[]>>;
  readonly onnxOfOneCell: readonly number[];
  readonly pytorch?: readonly number[];
}

async function repaired(model: NetworkModel, { y, severity }: Cells) {
  const cells = new AnnData({ X: DenseMatrix.fromRows(y), var: new Frame(model.genes) });
  const [intensity, dropout, noise] = [0, 1, 2].map((t) => severity.map((row) => row[t]!));
  return model.repair(cells, { severity: { intensity: intensity!, dropout: dropout!, noise: noise! } });
}

async function expectEqual(
  model: NetworkModel,
  cells: Cells,
  { onnx, onnxOfOneCell, pytorch }: Results,
  tolerance = TOLERANCE,
) {
  const ours: Partial<Record<string, DenseMatrix>> = { ...(await repaired(model, cells)) };
  expect(Object.keys(onnx).toSorted()).toEqual(Object.keys(ours).toSorted());
  for (const [name, values] of Object.entries(onnx)) expectClose(ours[name]!.data, values, tolerance);
  expectClose(ours["mean"]!.data.subarray(0, model.genes.length), onnxOfOneCell, tolerance);
  if (pytorch) expectClose(ours["mean"]!.data, pytorch, tolerance);
}

function expectClose(ours: Float32Array, theirs: readonly number[], tolerance: number) {
  expect(ours).toHaveLength(theirs.length);
  const off = theirs.map((value, i) => Math.abs(ours[i]! - value) / Math.max(1, Math.abs(value)));
  expect(Math.max(...off)).toBeLessThan(tolerance);
}

describe.each(["dae-pytorch", "transformer-pytorch", "diffrepairer"])("the saved network %s", (name) => {
  it("repairs as PyTorch and onnxruntime did with its files", async () => {
    const model = await loadModel(join(FOLDER, name));
    const results = readJson<Record<string, Results>>("saved-models.json")[name]!;
    expect(results.pytorch !== undefined).toBe(name.endsWith("pytorch"));
    await expectEqual(model, JSON.parse(readFileSync(join(FOLDER, "cells.json"), "utf8")) as Cells, results);
    model.dispose();
  });

  it("is exported to the very file that onnxruntime ran", async () => {
    const model = await loadModel(join(FOLDER, name));
    const path = join(temporaryFolder(), "model.onnx");
    await model.exportOnnx(path);
    model.dispose();
    expect(readFileSync(path).equals(readFileSync(join(FOLDER, name, "model.onnx")))).toBe(true);
  });
});

describe.skipIf(!PYTHON)("with PyTorch and onnxruntime themselves (DIFFREPAIRER_REFERENCE_PYTHON)", () => {
  let folder: string;
  let made: Awaited<ReturnType<typeof makeModels>>;
  let results: Record<string, Results>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "diffrepairer-models-"));
    made = await makeModels();
    for (const [name, model] of Object.entries(made.models)) {
      await model.save(join(folder, name));
      await model.exportOnnx(join(folder, name, "model.onnx"));
    }
    writeFileSync(join(folder, "cells.json"), JSON.stringify(made.cells));
    const { stdout } = await promisify(execFile)(PYTHON!, [SCRIPT, folder], { maxBuffer: 1 << 28 });
    results = JSON.parse(stdout) as typeof results;
  }, 300_000);
  afterAll(() => {
    for (const model of Object.values(made.models)) model.dispose();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ...["dae-pytorch", "transformer-pytorch", "transformer-skip-pytorch", "student", "transformer-tokens"],
    ...["transformer-linear", "vae", "zinb", "diffusion-noise", "diffusion-cold", "diffrepairer"],
  ])("%s gives the same", async (name) => {
    await expectEqual(made.models[name]!, made.cells, results[name]!);
  });

  it("the posterior of counts gives the same to 1e-3: its log likelihoods are large, and float32 has seven digits", async () => {
    const name = "diffrepairer-counts";
    await expectEqual(made.models[name]!, { ...made.cells, y: made.cells.clean }, results[name]!, 1e-3);
  });
});
