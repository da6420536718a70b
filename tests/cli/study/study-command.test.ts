import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { AnnData } from "../../../src/lib/anndata/index.js";
import { writeH5ad } from "../../../src/lib/io/index.js";
import { METHODS, type RepairMethod, type TrainingData } from "../../../src/lib/repair/index.js";
import { compareCommand } from "../../../src/cli/compare/compare-command.js";
import { evaluateCommand } from "../../../src/cli/evaluate/evaluate-command.js";
import type { RunCells, RunRecord } from "../../../src/cli/evaluate/record.js";
import { readJsonLines } from "../../../src/cli/json-lines.js";
import { STUDIES } from "../../../src/cli/study/studies.js";
import { studyCommand, type StudyOptions } from "../../../src/cli/study/study-command.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { cellsFile } from "../evaluate/cells-file.js";
import { RecordingTerminal } from "../recording-terminal.js";

const options = (set: string[], study: string, more: Partial<StudyOptions> = {}): StudyOptions => ({
  ...{ set, study: [study], labels: "cell_type", methods: ["input"], seeds: 1, genes: 30, budget: "trial" },
  ...{ out: join(temporaryFolder(), "out"), ...more },
});

const recordsOf = (out: string) => readJsonLines<RunRecord>(join(out, "results.jsonl"));

const cellsOf = (out: string, { cells_file }: RunRecord) =>
  JSON.parse(readFileSync(join(out, cells_file), "utf8")) as RunCells;

/** Runs a study with a method that keeps what it was given to learn from. */
async function spied(set: string[], study: string) {
  const seen: TrainingData[] = [];
  const fit: RepairMethod["fit"] = (data) => {
    seen.push(data);
    return METHODS.input.fit(data);
  };
  const asked = options(set, study, { methods: ["spy"] });
  const terminal = new RecordingTerminal();
  await studyCommand(asked, terminal, { spy: { label: "Spy", fit } });
  return { seen, out: asked.out, records: recordsOf(asked.out), terminal };
}

describe("diffrepairer study", () => {
  it("writes a line a run with study and variant, and a table a study, and computes none again", async () => {
    const asked = options([await cellsFile()], "severity", { methods: ["clean", "input"], seeds: 2 });
    const terminal = new RecordingTerminal();
    await studyCommand(asked, terminal);
    const records = recordsOf(asked.out);
    expect(records).toHaveLength(2 * 2 * 7);
    expect(records[0]).toMatchObject({
      ...{ set: "cells", method: "clean", study: "severity", variant: "trained on the mixture" },
      ...{ severity: "undamaged", seed: 1, draws: 0 },
    });
    const table = readFileSync(join(asked.out, "tables", "severity.csv"), "utf8").split("\n");
    expect(table[0]).toMatch(/^set,method,variant,tested on,seeds,MSE,MSE sd,Pearson,/);
    expect(table).toHaveLength(1 + 2 * 7 + 1);
    expect(terminal.text).toContain("28 runs in");
    expect(existsSync(join(asked.out, records[3]!.cells_file))).toBe(true);
    await studyCommand(asked, new RecordingTerminal());
    expect(recordsOf(asked.out)).toEqual(records);
  });

  it("does no harm to undamaged cells by leaving them, and more the more they are damaged", async () => {
    const asked = options([await cellsFile()], "severity");
    await studyCommand(asked, new RecordingTerminal());
    const errors = recordsOf(asked.out).map(({ metrics }) => metrics["mse"]!);
    expect(errors[0]).toBe(0);
    expect(errors).toEqual([...errors].sort((a, b) => a - b));
    expect(new Set(errors).size).toBe(7);
  });

  it("keeps studies and evaluations apart", async () => {
    const file = await cellsFile();
    const asked = options([file], "mechanisms");
    await studyCommand(asked, new RecordingTerminal());
    const plain = { ...asked, severity: ["mixture"], draws: 0 };
    await expect(evaluateCommand(plain, new RecordingTerminal())).rejects.toThrow("holds results of a study");
    const path = join(asked.out, "results.jsonl");
    await expect(compareCommand(path, { baseline: "input" }, new RecordingTerminal())).rejects.toThrow("of a study");
    const out = join(temporaryFolder(), "plain");
    await evaluateCommand({ ...plain, out }, new RecordingTerminal());
    await expect(studyCommand({ ...asked, out }, new RecordingTerminal())).rejects.toThrow("of plain evaluations");
  });

  it.each([
    [{ study: ["weather"] }, /no study "weather"; there are severity, mechanisms/],
    [{ methods: ["rigde"] }, /no method "rigde"/],
    [{ seeds: 0 }, /--seeds/],
  ])("refuses %j", async (more, message) => {
    const asked = options([await cellsFile()], "severity", more);
    await expect(studyCommand(asked, new RecordingTerminal())).rejects.toThrow(message);
  });

  it("goes on where a method fails, and says which", async () => {
    const broken: RepairMethod = { label: "Broken", fit: () => Promise.reject(new Error("no luck")) };
    const asked = options([await cellsFile()], "gene-lengths", { methods: ["all"] });
    const run = studyCommand(asked, new RecordingTerminal(), { broken, input: METHODS.input });
    await expect(run).rejects.toThrow("cells.broken.mixture.1.gene-lengths.shuffled (no luck)");
    expect(recordsOf(asked.out)).toHaveLength(3 * 2);
  });
});

describe("the study of", () => {
  const drawn = (cells: AnnData, name: string) => new Set(cells.obs.numbers(name));

  it("mechanisms trains on all, and on each alone", async () => {
    const { seen, records } = await spied([await cellsFile()], "mechanisms");
    expect(records.map(({ severity }) => severity)).toEqual(
      ["all", "length", "dropout", "noise"].concat(["length", "dropout", "noise"]),
    );
    const [, , , noise] = seen as [TrainingData, TrainingData, TrainingData, TrainingData];
    expect(drawn(noise.degraded.train[0]!, "dropout")).toEqual(new Set([0]));
    expect(drawn(noise.degraded.train[0]!, "noise").size).toBeGreaterThan(50);
  });

  it("unknown severity trains on one and tests on others", async () => {
    const { seen, records } = await spied([await cellsFile()], "unknown-severity");
    expect(records).toHaveLength(4 * 3);
    expect(seen.map(({ degraded }) => drawn(degraded.train[0]!, "dropout").size > 1)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const ofInput = records.filter(({ severity }) => severity === "mild").map(({ metrics }) => metrics["mse"]);
    expect(new Set(ofInput).size).toBe(1);
  });

  it("gene lengths changes them for the training alone", async () => {
    const { seen, records } = await spied([await cellsFile()], "gene-lengths");
    const lengths = seen.map(({ train }) => [...train.var.numbers("length")]);
    expect(lengths[1]).not.toEqual(lengths[0]);
    expect([...lengths[1]!].sort()).toEqual([...lengths[0]!].sort());
    expect(new Set(lengths[2]).size).toBe(1);
    expect(new Set(records.map(({ metrics }) => metrics["mse"])).size).toBe(1);
  });

  it("depth has shallower test cells, or a shallower set, of counts only", async () => {
    const { records } = await spied([await cellsFile()], "depth");
    const errors = records.filter(({ variant }) => variant === "test cells").map(({ metrics }) => metrics["mse"]!);
    expect(errors).toEqual([...errors].sort((a, b) => a - b));
    const [all, tenth] = ["all cells, depth 1", "all cells, depth 0.1"].map((name) =>
      records.find(({ variant }) => variant === name)!,
    );
    expect(all!.metrics["mse"]).toBe(errors[0]);
    expect(tenth!.metrics["mse"]).not.toBe(errors[0]);
    const logged = await cellsFile((adata) => (adata.X = adata.X.mapNonZeros((value) => Math.log1p(value) + 0.01)));
    const { terminal, records: none } = await spied([logged], "depth");
    expect(none).toEqual([]);
    expect(terminal.text).toContain("no study of depth");
  });

  it("training cells takes fewer of every type, the same test cells and genes", async () => {
    const { seen, records, out } = await spied([await cellsFile()], "training-cells");
    expect(seen.map(({ train }) => train.nObs)).toEqual([105, 54, 27, 12, 6]);
    seen.slice(1).forEach(({ train, genes, validation }, at) => {
      const larger = new Set(seen[at]!.train.obsNames);
      expect(train.obsNames.every((name) => larger.has(name))).toBe(true);
      expect(new Set(train.obs.strings("cell_type")).size).toBe(3);
      expect([genes, validation.obsNames]).toEqual([seen[0]!.genes, seen[0]!.validation.obsNames]);
    });
    const test = records.map((record) => cellsOf(out, record).cells);
    for (const cells of test) expect(cells).toEqual(test[0]);
    expect(seen.flatMap(({ train }) => train.obsNames).filter((name) => test[0]!.includes(name))).toEqual([]);
  });

  it("a held-out type trains without it and tests on it alone", async () => {
    const { seen, records, out } = await spied([await cellsFile()], "held-out-type");
    expect(records.map(({ variant, severity }) => `${variant}: ${severity}`)).toEqual(
      ["B", "NK", "T"]
        .map((type) => `all types: ${type}`)
        .concat(["B", "NK", "T"].map((type) => `without ${type}: ${type}`)),
    );
    expect(new Set(seen[1]!.train.obs.strings("cell_type"))).toEqual(new Set(["NK", "T"]));
    expect(new Set(seen[1]!.validation.obs.strings("cell_type"))).toEqual(new Set(["NK", "T"]));
    const [withB, , , withoutB] = records.map((record) => cellsOf(out, record)) as RunCells[];
    expect(new Set(withB!.types)).toEqual(new Set(["B"]));
    expect(withoutB).toEqual(withB);
  });

  it("a held-out set trains on the other set's cells and tests on its own, over the genes of both", async () => {
    /** Cells of 220 genes, of which sets share those numbered from `from` on. */
    const file = async (name: string, from: number) => {
      const adata = simulate({ cells: 100, genes: 220, seed: from });
      const index = adata.varNames.map((_, j) => (j === 219 ? "CD3D" : `gene${j < from ? `${j} of ${name}` : j}`));
      Object.assign(adata.var, { index });
      Object.assign(adata.obs, { index: adata.obsNames.map((cell) => `${cell} of ${name}`) });
      const path = join(temporaryFolder(), `${name}.h5ad`);
      await writeH5ad(adata, path);
      return path;
    };
    vi.stubEnv("DIFFREPAIRER_DATA", "/nowhere");
    onTestFinished(() => void vi.unstubAllEnvs());
    const [a, b, c] = [await file("a", 0), await file("b", 15), await file("c", 60)];
    const { seen, records } = await spied([a, b], "held-out-set");
    expect(records.map(({ set, variant }) => `${set}: ${variant}`)).toEqual([
      ...["a: own training, genes of b", "a: training on b", "b: own training, genes of a", "b: training on a"],
    ]);
    const [own, other] = seen as [TrainingData, TrainingData];
    expect(own.train.obsNames[0]).toMatch(/ of a$/);
    for (const cells of [other.train, other.validation]) {
      expect(cells.obsNames.every((name) => name.endsWith(" of b"))).toBe(true);
    }
    expect(other.genes).toEqual(own.genes);
    expect(own.genes.filter((gene) => gene.includes(" of "))).toEqual([]);
    expect(records[1]!.metrics["mse"]).toBe(records[0]!.metrics["mse"]);
    const { records: none, terminal } = await spied([a, c], "held-out-set");
    expect(none).toEqual([]);
    expect(terminal.text).toContain("160 genes in common");
  });

  it("settings fits every method with each, and records them", async () => {
    const asked = options([await cellsFile()], "hyper-parameters", { methods: ["input", "ridge"] });
    await studyCommand(asked, new RecordingTerminal());
    const records = recordsOf(asked.out);
    expect(records[0]).toMatchObject({ method: "ridge", variant: "defaults", options: {} });
    expect(records[1]).toMatchObject({ method: "ridge", variant: "lambda 1000", options: { lambda: 1000 } });
    expect(records).toHaveLength(9);
    expect(new Set(records.map(({ metrics }) => metrics["mse"])).size).toBeGreaterThan(5);
    const search = options(asked.set as string[], "random-search", { methods: ["affine"], genes: 40 });
    await studyCommand(search, new RecordingTerminal());
    expect(recordsOf(search.out).map(({ variant }) => variant)).toEqual([
      "defaults",
      ...Array.from({ length: 8 }, (_, draw) => `draw ${draw + 1}`),
    ]);
  });

  it("smaller networks teaches students of two sizes, trains the same without a teacher, and both attentions", async () => {
    const asked = options([await cellsFile()], "smaller-networks");
    await studyCommand(asked, new RecordingTerminal());
    const records = recordsOf(asked.out);
    const parameters = Object.fromEntries(records.map((record) => [record.variant, record.parameters]));
    expect(Object.keys(parameters)).toEqual([
      ...["teacher", "student of width 16", "no teacher, width 16", "student of width 8", "no teacher, width 8"],
      ...["softmax attention", "linear attention"],
    ]);
    for (const width of [8, 16]) {
      expect(parameters[`student of width ${width}`]).toBe(parameters[`no teacher, width ${width}`]);
    }
    expect(parameters["student of width 8"]).toBeLessThan(parameters["student of width 16"]!);
    expect(parameters["student of width 16"]).toBeLessThan(parameters["teacher"]! / 5);
    expect(parameters["linear attention"]).toBe(parameters["softmax attention"]);
    const errors = records.map(({ metrics }) => metrics["mse"]!);
    expect(errors.every(Number.isFinite)).toBe(true);
    expect(new Set(errors).size).toBe(7);
  });

  it("every name is in the list", () => {
    expect(Object.keys(STUDIES)).toEqual([
      ...["severity", "mechanisms", "unknown-severity", "gene-lengths", "depth", "training-cells"],
      ...["held-out-type", "held-out-set", "hyper-parameters", "random-search", "smaller-networks"],
    ]);
  });
});
