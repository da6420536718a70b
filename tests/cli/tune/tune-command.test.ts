import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { METHODS, type TrainingData } from "../../../src/lib/repair/index.js";
import type { SearchSpace } from "../../../src/cli/tune/search-space.js";
import { bestTable, tuneCommand, type Trial, type TuneOptions } from "../../../src/cli/tune/tune-command.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { cellsFile } from "../evaluate/cells-file.js";
import { RecordingTerminal } from "../recording-terminal.js";

const options = (set: string, more: Partial<TuneOptions> = {}): TuneOptions => ({
  ...{ set: [set], labels: "cell_type", methods: ["all"], trials: 3, genes: 30, budget: "trial", seed: 0 },
  ...{ out: join(temporaryFolder(), "tuning"), ...more },
});

/** A method whose setting is what it counts its fits under. */
const counted = (fits: TrainingData[]): Record<string, SearchSpace> => ({
  counted: {
    values: { a: [1, 2, 3, 4] },
    fit: (data) => {
      fits.push(data);
      return METHODS.mean.fit(data);
    },
  },
});

const trialsOf = (out: string): Trial[] =>
  readFileSync(join(out, "trials.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Trial);

const trial = (set: string, number: number, gain: number): Trial => ({
  ...{ set, method: "dae", trial: number, settings: number === 0 ? {} : { hidden: number }, genes: 30 },
  ...{ budget: "quick", seed: 0, data_sha256: "0", metrics: { mse: 1, deg: null }, gain, seconds: 1 },
});

describe("diffrepairer tune", () => {
  it("tries as many settings as asked, and writes each with its error on the validation cells", async () => {
    const fits: TrainingData[] = [];
    const asked = options(await cellsFile());
    await tuneCommand(asked, new RecordingTerminal(), counted(fits));
    const trials = trialsOf(asked.out);
    expect(trials.map(({ trial: number }) => number)).toEqual([0, 1, 2]);
    expect(fits).toHaveLength(3);
    const [first] = trials;
    const spread = fits[0]!.validation.nObs;
    expect(spread).toBe(15);
    // The mean of the training cells errs by about the variance, which is one for z-scores.
    expect(first!.metrics["mse"]).toBeGreaterThan(0.5);
    expect(first!.metrics["mse"]).toBeLessThan(2);
    expect(first!.gain).toBeLessThan(0);
    expect(readFileSync(join(asked.out, "tables", "best.csv"), "utf8")).toMatch(/^method,trials,.*\ncounted,3,/);
  });

  it("keeps finished trials, and computes again the one whose line was cut off", async () => {
    const fits: TrainingData[] = [];
    const asked = options(await cellsFile());
    await tuneCommand({ ...asked, trials: 2 }, new RecordingTerminal(), counted(fits));
    appendFileSync(join(asked.out, "trials.jsonl"), '{"set":"cells","method":"counted","trial":2');
    await tuneCommand(asked, new RecordingTerminal(), counted(fits));
    expect(fits).toHaveLength(3);
    expect(trialsOf(asked.out)).toHaveLength(3);
  });

  it("refuses unknown methods and budgets", async () => {
    const terminal = new RecordingTerminal();
    await expect(tuneCommand(options("x", { methods: ["no"] }), terminal)).rejects.toThrow('"no"; there are knn');
    await expect(tuneCommand(options("x", { budget: "no" }), terminal)).rejects.toThrow("trial, quick, full");
    await expect(tuneCommand(options("x", { trials: 0 }), terminal)).rejects.toThrow("--trials");
  });
});

describe("the best settings", () => {
  it("have the largest gain over all sets", () => {
    const trials = [trial("a", 0, 0.1), trial("a", 1, 0.6), trial("a", 2, 0.3), trial("b", 0, 0.2)];
    const table = bestTable([...trials, trial("b", 1, -0.4), trial("b", 2, 0.3)]);
    expect(table.rows).toHaveLength(1);
    expect(table.rows[0]!.slice(0, 2)).toEqual(["dae", 3]);
    expect(table.rows[0]![2]).toBeCloseTo(0.15);
    expect(table.rows[0]![3]).toBeCloseTo(0.3);
    expect(table.rows[0]!.at(-1)).toBe("hidden 2");
  });

  it("are the defaults where nothing is better, or was not tried on all sets", () => {
    const trials = [trial("a", 0, 0.1), trial("b", 0, 0.1), trial("a", 1, 0.1), trial("b", 1, 0.1), trial("a", 2, 0.9)];
    expect(bestTable(trials).rows[0]!.at(-1)).toBe("defaults");
  });
});
