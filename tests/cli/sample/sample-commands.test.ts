import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AnnData, Frame } from "../../../src/lib/anndata/index.js";
import { readH5ad, writeCsv, writeH5ad, writeMtx } from "../../../src/lib/io/index.js";
import { type SampleModel, saveSampleModel } from "../../../src/lib/repair/index.js";
import { EXIT, type Failure } from "../../../src/cli/failure.js";
import { inspectCommand } from "../../../src/cli/inspect/inspect-command.js";
import { bloodModelFolder, cachedModelFolder } from "../../../src/cli/repair/model-cache.js";
import { repairCommand, type RepairOptions } from "../../../src/cli/repair/repair-command.js";
import { trainCommand } from "../../../src/cli/train/train-command.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { simulatedCells, smallSampleNetwork } from "../../lib/repair/sample/small-sample-model.js";
import { RecordingTerminal } from "../recording-terminal.js";

const LONG = 120_000;

let trained: SampleModel;
beforeAll(async () => void (trained = await smallSampleNetwork()));
afterAll(() => trained.model.dispose!());

let folder: string;
let file: string;
beforeEach(async () => {
  folder = temporaryFolder();
  vi.stubEnv("DIFFREPAIRER_CACHE", join(folder, "cache"));
  vi.stubEnv("DIFFREPAIRER_DATA", "/nowhere");
  file = join(folder, "sample.h5ad");
  await writeH5ad(simulatedCells({ cells: 30 }), file);
  return () => vi.unstubAllEnvs();
});

const model = async () => {
  const path = join(folder, "model");
  if (!existsSync(path)) await saveSampleModel(trained, path);
  return path;
};

/** Options of repair; chunks smaller than the samples. */
const repairOptions = () =>
  ({ out: join(folder, "repaired.h5ad"), severity: "estimate", minShare: 0.5, std: true, chunk: 16 }) as const;

/** Runs repair on a file and gives what it said. */
async function repair(input: string, more: Partial<RepairOptions> = {}) {
  const [terminal, output] = [new RecordingTerminal(), new RecordingTerminal()];
  await repairCommand(input, { ...repairOptions(), ...more }, terminal, output);
  return { progress: terminal.text, output: output.text };
}

/** What repair wrote; its standard deviations are NaN where the model lacks a gene. */
const repairedFile = () => readH5ad(join(folder, "repaired.h5ad"), { nonFinite: "keep" });

const refusal = (running: Promise<unknown>): Promise<Failure> =>
  running.then(
    () => {
      throw new Error("it was not refused");
    },
    (error: Failure) => error,
  );

describe("diffrepairer repair", () => {
  it("writes the repaired sample, and says what was found and what not to do with it", async () => {
    const { progress, output } = await repair(file, { model: await model(), force: true });
    const written = await repairedFile();
    expect(Object.keys(written.layers).sort()).toEqual(["repaired", "repaired_std"]);
    expect(written.obs.columns).toEqual(expect.arrayContaining(["repair_severity", "repair_confidence"]));
    expect(written.uns["repair"]).toMatchObject({ package: "diffrepairer", genes: { matched: 60 } });
    expect(progress).toMatch(/model: DiffRepairer trained on cells, 60 genes/);
    expect(output).toMatch(/30 cells × 120 genes, counts in X; a cell has .* molecules/);
    expect(output).toMatch(/genes: 60 of the model's 60 \(100\.0 %\), 0 by Ensembl id, 60 by symbol\n/);
    expect(output).toMatch(/p values computed on them are too small/);
    expect(output.trimEnd().endsWith(join(folder, "repaired.h5ad"))).toBe(true);
  });

  it("leaves the input's values and file untouched", async () => {
    const before = readFileSync(file);
    await repair(file, { model: await model(), force: true });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect((await repairedFile()).X).toEqual((await readH5ad(file)).X);
  });

  it("gives its report as JSON, and nothing else on that stream", async () => {
    const { output } = await repair(file, { model: await model(), force: true, json: true, std: false });
    expect(JSON.parse(output)).toMatchObject({
      ...{ input: file, output: join(folder, "repaired.h5ad"), values: { kind: "counts", place: "X", cells: 30 } },
      ...{
        match: { matched: 60, total: 60, missing: [] },
        severity: { source: "estimate" },
        unlike: { cells: expect.any(Number) as number },
      },
    });
    expect(Object.keys((await repairedFile()).layers)).toEqual(["repaired"]);
  });

  it("repairs the same from a 10x folder, its matrix under another name, and tables either way round", async () => {
    const path = await model();
    const layerOf = async (input: string) => {
      await repair(input, { model: path, force: true });
      const { layers, varNames } = await repairedFile();
      return { layer: layers["repaired"]!.toDense(), varNames };
    };
    const wanted = await layerOf(file);
    const cells = simulatedCells({ cells: 30 });
    const tenx = join(folder, "10x");
    await writeMtx(cells, tenx);
    expect(await layerOf(tenx)).toEqual(wanted);
    const table = join(folder, "cells.csv");
    await writeCsv(cells, table);
    expect(await layerOf(table)).toEqual(wanted);
  });

  it("reads a table whose rows are genes, told by their names", async () => {
    const genes = ["CD3D", "LYZ", "MS4A1"];
    const rows = ["gene,c1,c2", ...genes.map((gene, j) => `${gene},${j},${j + 1}`)];
    const path = join(folder, "genes.csv");
    writeFileSync(path, `${rows.join("\n")}\n`);
    const output = new RecordingTerminal();
    await inspectCommand(path, {}, new RecordingTerminal(), output);
    expect(output.text).toMatch(/^2 cells × 3 genes, counts in X/);
  });

  it.each([
    [{ out: "repaired.csv" }, EXIT.usage, /--out repaired\.csv: what is written is h5ad/],
    [{ out: "/nowhere/repaired.h5ad" }, EXIT.usage, /no folder \/nowhere; make it first/],
    [{ model: "a", trainOn: "b" }, EXIT.usage, /--model and --train-on exclude each other/],
  ])("refuses %j before it reads anything", async (more, exitCode, message) => {
    const failure = await refusal(repair(file, more));
    expect(failure.exitCode).toBe(exitCode);
    expect(failure.message).toMatch(message);
  });

  it("refuses to write over its input, also by another path", async () => {
    expect((await refusal(repair(file, { out: file }))).message).toMatch(/is the input itself/);
    const link = join(folder, "link.h5ad");
    symlinkSync(file, link);
    expect((await refusal(repair(file, { out: link }))).message).toMatch(/is the input itself/);
  });

  it("tells what is wrong with its input or its model", async () => {
    expect((await refusal(repair(join(folder, "none.h5ad")))).message).toMatch(/there is no .*none\.h5ad/);
    const odd = join(folder, "cells.doc");
    writeFileSync(odd, "");
    expect((await refusal(repair(odd))).message).toMatch(/the name does not say what it is; give \.h5ad/);
    expect((await refusal(repair(file, { model: folder }))).message).toMatch(/no model for samples/);
  });

  it("refuses a sample of other genes with an exit code of its own, and writes nothing", async () => {
    const cells = simulatedCells({ cells: 30 });
    const other = new AnnData({ X: cells.X, var: new Frame(cells.varNames.map((gene) => `x${gene}`)) });
    const path = join(folder, "other.h5ad");
    await writeH5ad(other, path);
    const failure = await refusal(repair(path, { model: await model() }));
    expect(failure.exitCode).toBe(EXIT.refused);
    expect(failure.message).toMatch(/other\.h5ad: the sample has 0 of the model's 60 genes/);
    expect(existsSync(join(folder, "repaired.h5ad"))).toBe(false);
    const output = new RecordingTerminal();
    const asJson = { ...repairOptions(), model: await model(), json: true } as const;
    await refusal(repairCommand(path, asJson, new RecordingTerminal(), output));
    expect(JSON.parse(output.text)).toMatchObject({
      input: path,
      refused: expect.stringMatching(/has 0 of/) as string,
    });
  });

  it("uses the blood model of the cache where no model is named", async () => {
    const place = await bloodModelFolder();
    expect(place.startsWith(join(folder, "cache", "models"))).toBe(true);
    expect(place).not.toBe(await cachedModelFolder("other data"));
    await mkdir(dirname(place), { recursive: true });
    await saveSampleModel(trained, place);
    const { progress } = await repair(file, { force: true });
    expect(progress).toContain(place);
    expect(progress).not.toContain("training a model");
  });

  it(
    "trains on other cells once: interrupted it says how to go on, then it goes on, then the cache has it",
    async () => {
      const cells = join(folder, "tissue.h5ad");
      await writeH5ad(simulatedCells({ cells: 80 }), cells);
      const controller = new AbortController();
      const stopping = new RecordingTerminal();
      const write = (text: string) => {
        if (text.includes("epoch 2 of")) controller.abort();
        return stopping.write(text);
      };
      const running = repairCommand(
        file,
        {
          ...{ out: join(folder, "repaired.h5ad"), severity: "estimate", minShare: 0.5, std: true, chunk: 16 },
          ...{ trainOn: cells, signal: controller.signal },
        },
        { isTTY: true, write },
        new RecordingTerminal(),
      );
      const failure = await refusal(running);
      expect(failure.exitCode).toBe(EXIT.interrupted);
      expect(failure.message).toMatch(/interrupted; the checkpoint in .* stays: the same command goes on/);
      expect(stopping.text).toMatch(/epoch 1 of at most 30, .*steps\/s, at most .* left/);
      const second = await repair(file, { trainOn: cells, force: true });
      expect(second.progress).toMatch(/training a model on tissue\.h5ad, once/);
      expect(second.progress).not.toContain("epoch 1 of");
      const third = await repair(file, { trainOn: cells, force: true });
      expect(third.progress).not.toContain("training a model");
      const checkpoint = /checkpoint in (\S+) stays/.exec(failure.message)![1]!;
      expect(existsSync(checkpoint)).toBe(false);
    },
    LONG,
  );
});

describe("diffrepairer train", () => {
  const train = async (source: string, out: string, json?: true) => {
    const [terminal, output] = [new RecordingTerminal(), new RecordingTerminal()];
    await trainCommand(source, { out, genes: 20, budget: "trial", seed: 0, json }, terminal, output);
    return { progress: terminal.text, output: output.text };
  };

  it(
    "writes a model's folder and says how good it is, with the coverage of its intervals",
    async () => {
      const out = join(folder, "trained");
      const { output } = await train(file, out);
      expect(output).toMatch(/DiffRepairer: 20 genes, trained on 21 cells of sample\.h5ad/);
      expect(output).toMatch(/Its 90 % intervals on the test cells/);
      expect(output).toMatch(/P\(expressed\) > 0\.5/);
      expect(existsSync(join(out, "sample.json"))).toBe(true);
      await repair(file, { model: out, force: true });
    },
    LONG,
  );

  it("refuses a folder that is there, and a parent that is not", async () => {
    expect((await refusal(train(file, folder))).message).toMatch(/is there already; remove it/);
    expect((await refusal(train(file, "/nowhere/model"))).message).toMatch(/there is no folder \/nowhere/);
  });
});

describe("diffrepairer inspect", () => {
  const inspect = async (path: string, options: { model?: string; json?: true } = {}) => {
    const output = new RecordingTerminal();
    await inspectCommand(path, options, new RecordingTerminal(), output);
    return output.text;
  };

  it("says what a file holds, and how it meets a model", async () => {
    const text = await inspect(file, { model: await model() });
    expect(text).toMatch(/^30 cells × 120 genes, counts in X/);
    expect(text).toMatch(/genes: 60 of the model's 60/);
    for (const name of ["zeros", "depth", "length slope"])
      expect(text).toMatch(new RegExp(`${name}: .* training damage`));
  });

  it("says that there is no model to compare with, where none is named and none in the cache", async () => {
    expect(await inspect(file)).toMatch(/no model to compare with/);
  });

  it("gives the same as JSON", async () => {
    expect(JSON.parse(await inspect(file, { model: await model(), json: true }))).toMatchObject({
      ...{ file, values: { kind: "counts", place: "X", cells: 30, genes: 120 }, match: { matched: 60 } },
      checks: [{ name: "zeros" }, { name: "depth" }, { name: "length slope" }],
    });
  });
});
