import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AnnData } from "../../../src/lib/anndata/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { METHODS, type RepairMethod, type TrainingData } from "../../../src/lib/repair/index.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { evaluateCommand, type EvaluateOptions } from "../../../src/cli/evaluate/evaluate-command.js";
import type { RunCells, RunRecord } from "../../../src/cli/evaluate/record.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { RecordingTerminal } from "../recording-terminal.js";
import { cellsFile } from "./cells-file.js";

const options = (set: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  ...{ set: [set], labels: "cell_type", methods: ["clean", "input", "mean"], severity: ["mixture"], seeds: 1 },
  ...{ genes: 30, budget: "trial", draws: 5, out: join(temporaryFolder(), "out"), ...more },
});

const recordsOf = (out: string): RunRecord[] =>
  readFileSync(join(out, "results.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunRecord);

/** A method that keeps what it was given. */
function spy(seen: TrainingData[], transductive = false): Record<string, RepairMethod> {
  const fit: RepairMethod["fit"] = (data) => {
    seen.push(data);
    return METHODS.input.fit(data);
  };
  return { spy: { label: "Spy", transductive, fit } };
}

describe("diffrepairer evaluate", () => {
  it("writes a line a run, the cells beside it, and tables", async () => {
    const asked = options(await cellsFile(), { severity: ["mild", "severe"], seeds: 2 });
    const terminal = new RecordingTerminal();
    await evaluateCommand(asked, terminal);
    const records = recordsOf(asked.out);
    expect(records).toHaveLength(3 * 2 * 2);
    const [clean] = records;
    expect(clean).toMatchObject({
      ...{ set: "cells", method: "clean", severity: "mild", seed: 1, genes: 30, genes_used: 30, transductive: false },
      ...{ cells: { train: 105, validation: 15, test: 30 }, types: ["B", "NK", "T"] },
    });
    expect(clean!.metrics).toMatchObject({
      mse: 0,
      deg: 100,
      separation_distance: 0,
      false_marker_rate: 0,
      f1_p: null,
    });
    expect(clean!.data_sha256).toMatch(/^[0-9a-f]{64}$/);
    const cells = JSON.parse(readFileSync(join(asked.out, clean!.cells_file), "utf8")) as RunCells;
    expect(cells.cells).toHaveLength(30);
    expect(cells.perCell["mse"]).toEqual(new Array(30).fill(0));
    expect(cells.draws["overall"]).toHaveLength(5);
    const table = readFileSync(join(asked.out, "tables", "metrics-mild.csv"), "utf8").split("\n");
    expect(table[0]).toBe(
      "set,method,MSE,Pearson,PR-AUC,F1,separation,DEG,marker,overall,variance ratio,false markers %",
    );
    expect(table[1]).toMatch(/^cells,Clean cells,0,1,1,/);
    expect(readFileSync(join(asked.out, "tables", "summary.csv"), "utf8")).toMatch(/cells,mild,input,mse,2,.*,seeds\n/);
    expect(terminal.text).toContain("12 runs in");
  });

  it("takes another split and other damage for another seed", async () => {
    const asked = options(await cellsFile(), { seeds: 2, methods: ["input"] });
    await evaluateCommand(asked, new RecordingTerminal());
    const [first, second] = recordsOf(asked.out);
    expect(first!.metrics["mse"]).not.toBe(second!.metrics["mse"]);
    const [a, b] = [first!, second!].map(({ cells_file }) => readFileSync(join(asked.out, cells_file), "utf8"));
    expect((JSON.parse(a!) as RunCells).cells).not.toEqual((JSON.parse(b!) as RunCells).cells);
  });

  it("begins with the seed it is told", async () => {
    const asked = options(await cellsFile(), { seeds: 2, firstSeed: 4, methods: ["input"] });
    await evaluateCommand(asked, new RecordingTerminal());
    expect(recordsOf(asked.out).map(({ seed }) => seed)).toEqual([4, 5]);
  });

  it("measures downstream analyses when asked, in a folder of their own", async () => {
    const asked = options(await cellsFile(), { methods: ["clean", "input"], downstream: true });
    const terminal = new RecordingTerminal();
    await evaluateCommand(asked, terminal);
    const [clean, input] = recordsOf(asked.out) as [RunRecord, RunRecord];
    expect(clean.metrics).toMatchObject({ mse: 0, false_correlations: 0, pseudotime: null });
    expect(input.metrics["cluster_ari"]).toBeLessThanOrEqual(clean.metrics["cluster_ari"]!);
    const table = readFileSync(join(asked.out, "tables", "downstream-mixture.csv"), "utf8");
    expect(table).toMatch(/^set,method,ARI,NMI,type accuracy,.*\ncells,Clean cells,/);
    expect(terminal.text).toContain("false correlations %");
    const plain = evaluateCommand({ ...asked, downstream: undefined }, new RecordingTerminal());
    await expect(plain).rejects.toThrow("holds results with --downstream true, not false");
  });

  it("computes no finished run again, and a run whose line is torn once more", async () => {
    const asked = options(await cellsFile());
    await evaluateCommand(asked, new RecordingTerminal());
    const path = join(asked.out, "results.jsonl");
    const whole = readFileSync(path, "utf8");
    const { mtimeMs } = statSync(path);
    await evaluateCommand(asked, new RecordingTerminal());
    expect(readFileSync(path, "utf8")).toBe(whole);

    const lines = whole.split("\n");
    writeFileSync(path, `${lines[0]}\n${lines[1]}\n`);
    appendFileSync(path, lines[2]!.slice(0, 40));
    await evaluateCommand(asked, new RecordingTerminal());
    const records = recordsOf(asked.out);
    expect(records.map(({ method }) => method)).toEqual(["clean", "input", "mean"]);
    expect(records.map(({ metrics }) => metrics)).toEqual(
      whole
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as RunRecord).metrics),
    );
    expect(statSync(path).mtimeMs).toBeGreaterThanOrEqual(mtimeMs);
  });

  it("fits a method once a seed, and evaluates it under every severity", async () => {
    const seen: TrainingData[] = [];
    const asked = options(await cellsFile(), { methods: ["spy"], severity: ["all"], seeds: 2 });
    await evaluateCommand(asked, new RecordingTerminal(), spy(seen));
    expect(seen.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(recordsOf(asked.out)).toHaveLength(8);
  });

  it("marks methods that learn from the cells they repair", async () => {
    const asked = options(await cellsFile(), { methods: ["spy"] });
    await evaluateCommand(asked, new RecordingTerminal(), spy([], true));
    expect(recordsOf(asked.out)[0]!.transductive).toBe(true);
    const marked = Object.entries<RepairMethod>(METHODS).filter(([, method]) => method.transductive);
    expect(marked.map(([id]) => id)).toEqual(["magic", "cqn"]);
  });

  it("can be interrupted, and goes on when repeated", async () => {
    const controller = new AbortController();
    const slow: RepairMethod = {
      label: "Slow",
      fit: (_, training) => {
        controller.abort();
        training!.signal!.throwIfAborted();
        return Promise.reject(new Error("never"));
      },
    };
    const asked = options(await cellsFile(), { methods: ["input", "slow"] });
    const run = evaluateCommand({ ...asked, signal: controller.signal }, new RecordingTerminal(), {
      ...{ input: METHODS.input, slow },
    });
    await expect(run).rejects.toMatchObject({ message: expect.stringContaining("goes on") as string, exitCode: 130 });
    expect(recordsOf(asked.out).map(({ method }) => method)).toEqual(["input"]);
    await evaluateCommand(asked, new RecordingTerminal(), { input: METHODS.input, slow: METHODS.mean });
    expect(recordsOf(asked.out).map(({ method }) => method)).toEqual(["input", "slow"]);
  });

  it("goes on where a method fails, and says which at the end", async () => {
    const broken: RepairMethod = { label: "Broken", fit: () => Promise.reject(new Error("no luck")) };
    const asked = options(await cellsFile(), { methods: ["all"] });
    const run = evaluateCommand(asked, new RecordingTerminal(), { broken, input: METHODS.input });
    await expect(run).rejects.toThrow("1 runs failed: cells.broken.mixture.1 (no luck)");
    expect(recordsOf(asked.out).map(({ method }) => method)).toEqual(["clean", "input"]);
  });

  it.each([
    [{ methods: ["rigde"] }, /no method "rigde"; there are clean, input, mean, knn/],
    [{ severity: ["mad"] }, /no severity "mad"; there are mild, moderate, severe, mixture/],
    [{ budget: "long" }, /no budget "long"; there are trial, quick, full/],
    [{ labels: "kind" }, /obs has no column "kind"; columns: cell_type; name one with --labels/],
    [{ set: ["pbmc9k"] }, /no labelled data set "pbmc9k"; data sets: pbmc3k, .*zeisel2015_mouse_brain/],
    [{ seeds: 0 }, /--seeds/],
  ])("refuses %j", async (more, message) => {
    const asked = options(await cellsFile(), more);
    await expect(evaluateCommand(asked, new RecordingTerminal())).rejects.toThrow(message);
    expect(existsSync(join(asked.out, "results.jsonl"))).toBe(false);
  });

  it("refuses to mix settings or cells in one folder", async () => {
    const asked = options(await cellsFile(), { methods: ["input"] });
    await evaluateCommand(asked, new RecordingTerminal());
    const again = (more: Partial<EvaluateOptions>) => evaluateCommand({ ...asked, ...more }, new RecordingTerminal());
    await expect(again({ genes: 20 })).rejects.toThrow("holds results with --genes 30, not 20");
    const other = await cellsFile((adata) => (adata.X = adata.X.selectRows([...Array(150).keys()].reverse())));
    await expect(again({ set: [other] })).rejects.toThrow("on other cells called cells");
  });

  it("tells cells of one name apart", async () => {
    const twice = (adata: AnnData) => {
      const index = adata.obsNames.map((name, i) => (i % 2 ? adata.obsNames[i - 1]! : name));
      Object.assign(adata.obs, { index });
    };
    const asked = options(await cellsFile(twice), { methods: ["input"] });
    await evaluateCommand(asked, new RecordingTerminal());
    const [{ cells, cells_file }] = recordsOf(asked.out) as [RunRecord];
    const { cells: names } = JSON.parse(readFileSync(join(asked.out, cells_file), "utf8")) as RunCells;
    expect(new Set(names).size).toBe(cells.test);
  });

  it("refuses z-scores, which cannot be repaired from", async () => {
    const scaled = await cellsFile((adata) => (adata.X = adata.X.mapNonZeros((value) => -value)));
    await expect(evaluateCommand(options(scaled), new RecordingTerminal())).rejects.toThrow("z-scores");
  });
});

describe("nothing that is fitted knows the test cells", () => {
  const values = (data: TrainingData) =>
    [data.train, data.validation, ...data.degraded.train, data.degraded.validation, data.draw(7)].map(
      (cells) => dense(cells).data,
    );

  it("neither by name nor by reference", async () => {
    const seen: TrainingData[] = [];
    const asked = options(await cellsFile(), { methods: ["spy"] });
    await evaluateCommand(asked, new RecordingTerminal(), spy(seen));
    const [data] = seen as [TrainingData];
    const cells = JSON.parse(readFileSync(join(asked.out, recordsOf(asked.out)[0]!.cells_file), "utf8")) as RunCells;
    const known = new Set([data.train, data.validation, data.draw(9)].flatMap(({ obsNames }) => [...obsNames]));
    expect(cells.cells.filter((name) => known.has(name))).toEqual([]);
    expect(Object.keys(data)).not.toContain("test");
    expect(Object.keys(data.degraded)).toEqual(["train", "validation"]);
  });

  it("a method without training sees damaged test cells, or validation cells, without labels and never clean", async () => {
    const asked: AnnData[] = [];
    const seen: TrainingData[] = [];
    const magic: RepairMethod = {
      label: "Magic",
      transductive: true,
      fit: async (data) => {
        seen.push(data);
        const model = await METHODS.input.fit(data);
        return { ...model, repair: (cells) => (asked.push(cells), model.repair(cells)) };
      },
    };
    const run = options(await cellsFile(), { methods: ["clean", "magic"] });
    await evaluateCommand(run, new RecordingTerminal(), { magic });
    const [clean, repaired] = recordsOf(run.out) as [RunRecord, RunRecord];
    const { cells } = JSON.parse(readFileSync(join(run.out, clean.cells_file), "utf8")) as RunCells;
    expect(asked.map(({ obsNames }) => obsNames)).toEqual([cells, seen[0]!.validation.obsNames]);
    for (const given of asked) expect(given.obs.columns).not.toContain("cell_type");
    expect(dense(asked[1]!).data).toEqual(dense(seen[0]!.degraded.validation).data);
    expect(repaired.metrics["mse"]).toBeGreaterThan(0.1);
  });

  it("nor by their values: other ones give the same training data", async () => {
    const seen: TrainingData[] = [];
    const run = async (file: string) => {
      const asked = options(file, { methods: ["spy"] });
      await evaluateCommand(asked, new RecordingTerminal(), spy(seen));
      return JSON.parse(readFileSync(join(asked.out, recordsOf(asked.out)[0]!.cells_file), "utf8")) as RunCells;
    };
    const first = await run(await cellsFile());
    const others = await run(
      await cellsFile((adata) => {
        const X = adata.X.toDense();
        const stream = random(1, "test");
        for (const name of first.cells) stream.shuffle(X.row(adata.obsNames.indexOf(name)));
        adata.X = X;
      }),
    );
    expect(others.cells).toEqual(first.cells);
    expect(others.perCell["mse"]).not.toEqual(first.perCell["mse"]);
    expect(values(seen[1]!)).toEqual(values(seen[0]!));
    expect(seen[1]!.scaling).toEqual(seen[0]!.scaling);
    expect(seen[1]!.genes).toEqual(seen[0]!.genes);
  });
});
