import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSampleModel, repairSample, saveSampleModel, SampleRefused } from "../../src/lib/repair/index.js";
import { damages } from "../helpers/damaged-files.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { simulatedCells, smallSampleNetwork } from "../lib/repair/sample/small-sample-model.js";
import { times } from "./campaign.js";

const cells = simulatedCells({ cells: 10 });
let trained: Awaited<ReturnType<typeof smallSampleNetwork>>;
beforeAll(async () => void (trained = await smallSampleNetwork()));
afterAll(() => trained.model.dispose!());

describe.each(["sample.json", "sample.safetensors"])("a damaged %s", (name) => {
  it("is refused with a clear error, or repairs", async () => {
    const source = join(temporaryFolder(), "model");
    await saveSampleModel(trained, source);
    const folder = join(temporaryFolder(), "model");
    cpSync(source, folder, { recursive: true });
    const good = readFileSync(join(source, name));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damages, async (damage) => {
        writeFileSync(join(folder, name), damage(good));
        let loaded;
        try {
          loaded = await loadSampleModel(folder);
        } catch (error) {
          refused++;
          expect(["Error", "FileError"]).toContain((error as Error).name);
          expect((error as Error).message).toMatch(/sample\.(json|safetensors)|no model for samples/);
          return;
        }
        try {
          const { adata } = await repairSample(cells, loaded, { force: true, minShare: 0 });
          expect(adata.layers["repaired"]!.data.every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!(error instanceof SampleRefused)) throw error;
        } finally {
          loaded.model.dispose!();
        }
      }),
      { seed: 13, numRuns: times(60, 2000) },
    );
    expect(refused).toBeGreaterThan(10);
  });
});
