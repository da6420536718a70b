import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AnnData, DenseMatrix } from "../../../../src/lib/anndata/index.js";
import { log1p } from "../../../../src/lib/pp/index.js";
import {
  fitAffine,
  loadSampleModel,
  repairSample,
  saveSampleModel,
  trainSampleModel,
  type TrainingData,
} from "../../../../src/lib/repair/index.js";
import { temporaryFolder } from "../../../helpers/temporary-folder.js";
import { simulatedCells, smallSampleModel, smallSampleNetwork } from "./small-sample-model.js";

describe("a model for samples", () => {
  it("is trained without its test cells, on molecules that were lost", async () => {
    const seen: TrainingData[] = [];
    const cells = simulatedCells();
    const before = cells.copy();
    const { context } = await smallSampleModel({
      fit: (data) => {
        seen.push(data);
        return fitAffine(data);
      },
    });
    const [data] = seen;
    expect(context.facts.cells).toEqual({ train: 182, validation: 26, test: 52 });
    expect(Object.keys(data!)).not.toContain("test");
    expect(data!.degraded.train[0]!.obs.columns).toEqual(expect.arrayContaining(["integrity", "keep", "captureLoss"]));
    expect(cells).toEqual(before);
  });

  it("says how good it is on test cells: error, promised and found correlation, coverage of its intervals", async () => {
    const trained = await smallSampleNetwork();
    const { quality } = trained.context.facts;
    trained.model.dispose!();
    expect(quality.mse).toBeLessThan(quality.unrepaired.mse);
    expect(Math.abs(quality.confidence.promised - quality.confidence.found)).toBeLessThan(0.1);
    const all = quality.intervals.find(({ group }) => group === "all")!;
    expect(all.calibrated.coverage).toBeGreaterThan(0.86);
    expect(all.calibrated.coverage).toBeLessThan(0.94);
  });

  it("needs counts, and tells where none were found", async () => {
    await expect(trainSampleModel(log1p(simulatedCells()))).rejects.toThrow(/needs raw counts.*X holds log values/);
    const scaled = new AnnData({ X: DenseMatrix.fromRows([[-1, 1.5]]) });
    await expect(trainSampleModel(scaled)).rejects.toThrow(/hold none; keep the counts as layers\.counts or raw/);
  });

  it("repairs the same after it was saved and loaded", async () => {
    const trained = await smallSampleNetwork();
    const folder = join(temporaryFolder(), "model");
    await saveSampleModel(trained, folder);
    const loaded = await loadSampleModel(folder);
    expect(JSON.parse(JSON.stringify(loaded.context.facts))).toEqual(JSON.parse(JSON.stringify(trained.context.facts)));
    const sample = simulatedCells({ cells: 30 });
    const [own, other] = [trained, loaded].map((model) => repairSample(sample, model, { force: true }));
    const { layers, obs } = (await own!).adata;
    const again = (await other!).adata;
    expect(again.layers).toEqual(layers);
    for (const name of ["repair_severity", "repair_confidence", "repair_distance"]) {
      expect(again.obs.numbers(name)).toEqual(obs.numbers(name));
    }
    loaded.model.dispose!();
    trained.model.dispose!();
  });

  it("cannot be saved where its method cannot", async () => {
    const folder = join(temporaryFolder(), "model");
    await expect(saveSampleModel(await smallSampleModel(), folder)).rejects.toThrow(/cannot be saved; networks can/);
    expect(existsSync(folder)).toBe(false);
  });

  it("is not saved over another, and not loaded where a part is missing, damaged or of another model", async () => {
    const trained = await smallSampleNetwork();
    const whole = join(temporaryFolder(), "model");
    await saveSampleModel(trained, whole);
    await expect(saveSampleModel(trained, whole)).rejects.toThrow(/cannot be written \(ENOTEMPTY\)/);
    trained.model.dispose!();
    const changed = (change: (folder: string) => void) => {
      const folder = join(temporaryFolder(), "model");
      cpSync(whole, folder, { recursive: true });
      change(folder);
      return loadSampleModel(folder);
    };
    const edited = (edit: (text: { format: number; columns: string[] }) => void) =>
      changed((folder) => {
        const path = join(folder, "sample.json");
        const text = JSON.parse(readFileSync(path, "utf8")) as { format: number; columns: string[] };
        edit(text);
        writeFileSync(path, JSON.stringify(text));
      });
    await expect(loadSampleModel(temporaryFolder())).rejects.toThrow(/no model for samples.*train one first/);
    await expect(changed((folder) => writeFileSync(join(folder, "sample.json"), "{"))).rejects.toThrow(/no JSON/);
    await expect(edited((text) => (text.format = 9))).rejects.toThrow(/its format is 9/);
    await expect(edited((text) => text.columns.pop())).rejects.toThrow(/not as they were written together/);
    await expect(edited((text) => (text.columns[0] = "another"))).rejects.toThrow(/not as they were written together/);
    await expect(changed((folder) => rmSync(join(folder, "sample.safetensors")))).rejects.toThrow(
      /sample\.safetensors/,
    );
    await expect(
      changed((folder) => cpSync(join(folder, "model.safetensors"), join(folder, "sample.safetensors"))),
    ).rejects.toThrow(/not as they were written together/);
  });
});
