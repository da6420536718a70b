import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readJsonLines } from "../../../src/cli/json-lines.js";
import type { RunRecord } from "../../../src/cli/evaluate/record.js";
import { mergeCommand } from "../../../src/cli/sweep/merge-command.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { madeUpRun, writeResults } from "../compare/results.js";
import { RecordingTerminal } from "../recording-terminal.js";

const run = (seed: number, method: string) => madeUpRun("set", "mixture", seed, method, { mse: 1, overall: 50 });

/** A results folder. */
function folderOf(...runs: ReturnType<typeof run>[]): string {
  const folder = temporaryFolder();
  writeResults(folder, runs);
  return folder;
}

describe("diffrepairer merge", () => {
  it("adds runs in the order given, each once, with their cells, and writes the tables", async () => {
    const parts = [folderOf(run(1, "a"), run(2, "a")), folderOf(run(1, "b"), run(2, "a"))];
    const out = join(temporaryFolder(), "all");
    const terminal = new RecordingTerminal();
    await mergeCommand(parts, out, terminal);
    const records = readJsonLines<RunRecord>(join(out, "results.jsonl"));
    expect(records).toEqual([run(1, "a"), run(2, "a"), run(1, "b")].map(({ record }) => record));
    expect(JSON.parse(readFileSync(join(out, records[2]!.cells_file), "utf8"))).toEqual(run(1, "b").values);
    expect(readFileSync(join(out, "tables", "summary.csv"), "utf8")).toMatch(/set,mixture,a,mse,2,/);
    expect(terminal.text).toContain("3 runs in");
    await mergeCommand(parts, out, new RecordingTerminal());
    expect(readJsonLines(join(out, "results.jsonl"))).toHaveLength(3);
  });

  it("joins studies as well", async () => {
    const ofStudy = (seed: number) => {
      const { record, values } = run(seed, "a");
      return { record: { ...record, study: "severity", variant: "all" }, values };
    };
    const out = join(temporaryFolder(), "all");
    await mergeCommand([folderOf(ofStudy(1)), folderOf(ofStudy(2))], out, new RecordingTerminal());
    expect(readFileSync(join(out, "tables", "severity.csv"), "utf8")).toMatch(/\nset,A,all,mixture,2,/);
  });

  it("refuses other settings, other cells of one name, and what is no results folder", async () => {
    const part = folderOf(run(1, "a"));
    const merged = (...runs: ReturnType<typeof run>[]) =>
      mergeCommand([part, folderOf(...runs)], join(temporaryFolder(), "all"), new RecordingTerminal());
    const { record, values } = run(2, "a");
    await expect(merged({ record: { ...record, genes: 31 }, values })).rejects.toThrow("--genes 31, not 30");
    await expect(merged({ record: { ...record, data_sha256: "1" }, values })).rejects.toThrow("other cells called set");
    const study = { ...record, study: "severity", variant: "all" };
    await expect(merged({ record: study, values })).rejects.toThrow("holds results of a study");
    await expect(mergeCommand([temporaryFolder()], part, new RecordingTerminal())).rejects.toThrow("there is no");
  });
});
