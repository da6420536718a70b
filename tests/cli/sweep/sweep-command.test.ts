import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { runName, type RunRecord } from "../../../src/cli/evaluate/record.js";
import { pythonPath } from "../../../src/cli/jupyter.js";
import { readJsonLines } from "../../../src/cli/json-lines.js";
import { PACKAGE_ROOT } from "../../../src/cli/package-root.js";
import { sweepCommand, type SweepOptions } from "../../../src/cli/sweep/sweep-command.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { cellsFile } from "../evaluate/cells-file.js";
import { RecordingTerminal } from "../recording-terminal.js";
import { fakePython } from "../samples.js";

const options = (set: string, out: string, more: Partial<SweepOptions> = {}): SweepOptions => ({
  ...{ set: [set], labels: "cell_type", methods: ["clean", "input", "mean"], severity: ["mild", "mixture"], seeds: 2 },
  ...{ genes: 30, budget: "trial", draws: 5, out, jobs: 2, threads: 1, ...more },
});

/** A stand-in for a Python with Snakemake. */
function withPython(script: string): void {
  vi.stubEnv("DIFFREPAIRER_PYTHON", fakePython(temporaryFolder(), script));
  onTestFinished(() => void vi.unstubAllEnvs());
}

const out = () => join(temporaryFolder(), "out");

describe("diffrepairer sweep", () => {
  it("says how to get Snakemake where there is none", async () => {
    withPython("exit 1");
    const run = sweepCommand(options("cells.h5ad", out()), [], new RecordingTerminal());
    await expect(run).rejects.toThrow(/no Snakemake in .*; install it by ".*python -m pip install snakemake"/);
  });

  it("refuses two sets of one name", async () => {
    const asked = { ...options("a/cells.h5ad", out()), set: ["a/cells.h5ad", "b/cells.h5ad"] };
    await expect(sweepCommand(asked, [], new RecordingTerminal())).rejects.toThrow("two sets are called cells");
  });

  it("hands the options to Snakemake and says which jobs are finished", async () => {
    withPython(`
[ "$1" = -c ] && exit 0
echo "$@"
for method in clean input; do
  mkdir -p "$6/runs/cells/3/$method" && touch "$6/runs/cells/3/$method/finished"
done`);
    const folder = out();
    const terminal = new RecordingTerminal();
    const asked = options("cells.h5ad", folder, { methods: ["clean", "input"], seeds: 1, firstSeed: 3, threads: 4 });
    await sweepCommand(asked, ["--executor", "slurm"], terminal);
    const config = JSON.parse(readFileSync(join(folder, "sweep-config.json"), "utf8")) as Record<string, unknown>;
    expect(config).toMatchObject({ sets: [join(process.cwd(), "cells.h5ad")], first_seed: 3, downstream: false });
    expect(readFileSync(join(folder, "snakemake.txt"), "utf8")).toMatch(/--keep-going --cores 8 --executor slurm/);
    expect(terminal.lines[0]).toMatch(/^2 jobs, 0 of them finished/);
    expect(terminal.text).toMatch(/\[2\/2\] cells\/3\/input/);
    expect(existsSync(join(folder, "sweep.json"))).toBe(false);
  });

  it("names the jobs that failed, and what they said", async () => {
    withPython(`
[ "$1" = -c ] && exit 0
mkdir -p "$6/runs/cells/1/clean" "$6/runs/cells/1/input"
touch "$6/runs/cells/1/clean/finished"
echo "no luck" > "$6/runs/cells/1/input/log.txt"
exit 1`);
    const asked = options("cells.h5ad", out(), { methods: ["clean", "input"], seeds: 1 });
    await expect(sweepCommand(asked, [], new RecordingTerminal())).rejects.toThrow(
      "1 jobs failed: runs/cells/1/input: no luck; see",
    );
  });

  it("refuses a folder where another is at work, and unlocks what one that was killed left", async () => {
    withPython(`[ "$1" = -c ] && exit 0; echo "$@" >> "$6/asked"`);
    const folder = out();
    const running = join(folder, "sweep.json");
    const asked = options("cells.h5ad", folder);
    const started = (pid: number, host: string) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(running, JSON.stringify({ pid, host }));
      return sweepCommand(asked, [], new RecordingTerminal());
    };
    await expect(started(process.pid, hostname())).rejects.toThrow(
      `at work in this folder already (process ${process.pid}`,
    );
    await expect(started(1, "elsewhere")).rejects.toThrow("on elsewhere");
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await started(pid, hostname());
    const [first, second] = readFileSync(join(folder, "asked"), "utf8").split("\n");
    expect(first).toMatch(/--unlock$/);
    expect(second).toMatch(/--rerun-incomplete/);
  });
});

const found = spawnSync(pythonPath(), ["-c", "import snakemake"]).status === 0;

describe.skipIf(!found)("a sweep by Snakemake (where DIFFREPAIRER_PYTHON or .venv has it)", () => {
  const finished = (folder: string) =>
    [1, 2]
      .flatMap((seed) =>
        ["clean", "input", "mean"].map((method) => join(folder, "runs", "cells", String(seed), method)),
      )
      .map((job) => ({ job, isFinished: existsSync(join(job, "finished")) }));

  it(
    "that was killed at once with all its processes ends with the tables of an undisturbed one",
    { timeout: 300_000 },
    async () => {
      const set = await cellsFile();
      const [killed, undisturbed] = [out(), out()];
      const args = [
        "sweep",
        "--set",
        set,
        "--methods",
        "clean,input,mean",
        "--severity",
        "mild,mixture",
        "--seeds",
        "2",
      ];
      const more = ["--genes", "30", "--budget", "trial", "--draws", "5", "--jobs", "2", "--out", killed];
      const main = join(PACKAGE_ROOT, "dist", "src", "cli", "main.js");
      const child = spawn(process.execPath, [main, ...args, ...more], { detached: true, stdio: "ignore" });
      while (!finished(killed).some(({ isFinished }) => isFinished)) await pause(50);
      process.kill(-child.pid!, "SIGKILL");
      await pause(500);
      const left = finished(killed).filter(({ isFinished }) => !isFinished);
      expect(left.length).toBeGreaterThan(0);
      expect(existsSync(join(killed, "results.jsonl"))).toBe(false);
      // A line that was not written to its end.
      mkdirSync(left[0]!.job, { recursive: true });
      appendFileSync(join(left[0]!.job, "results.jsonl"), '{"set":"cells","method":"cl');

      const terminal = new RecordingTerminal();
      await sweepCommand(options(set, killed), [], terminal);
      expect(terminal.lines[0]).toMatch(new RegExp(`^6 jobs, ${6 - left.length} of them finished`));
      await sweepCommand(options(set, undisturbed), [], new RecordingTerminal());
      for (const table of ["summary", "metrics-mild", "metrics-mixture"]) {
        const [one, other] = [killed, undisturbed].map((folder) =>
          readFileSync(join(folder, "tables", `${table}.csv`), "utf8"),
        );
        expect(one).toBe(other);
      }
      const runs = readJsonLines<RunRecord>(join(killed, "results.jsonl")).map(runName);
      expect(new Set(runs).size).toBe(12);
      expect(runs).toHaveLength(12);
    },
  );
});
