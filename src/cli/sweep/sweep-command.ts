import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SEVERITIES } from "../../lib/degrade/index.js";
import { BUDGETS, METHODS } from "../../lib/repair/index.js";
import { CLEAN } from "../evaluate/clean-cells.js";
import { isFile, nameOfSet } from "../evaluate/labelled-cells.js";
import { RESULTS_FILE } from "../evaluate/result-log.js";
import type { EvaluateOptions } from "../evaluate/evaluate-command.js";
import { EXIT, Failure } from "../failure.js";
import { chosenNames } from "../names.js";
import { PACKAGE_ROOT } from "../package-root.js";
import { formatSeconds } from "../notebooks/progress.js";
import type { Terminal } from "../terminal.js";
import { requireSnakemake, SNAKEMAKE_LOG, startSnakemake } from "./snakemake.js";

/** What `diffrepairer sweep` is told. */
export interface SweepOptions extends EvaluateOptions {
  /** Jobs at a time, each of so many threads. */
  readonly jobs: number;
  readonly threads: number;
}

const POLL_MS = 500;

/**
 * `diffrepairer sweep`: the runs of `evaluate`, set × method × seed each a process of its own, led by Snakemake on this machine or a
 * cluster; then all results in one results.jsonl with its tables. Jobs that are finished are not run again.
 *
 * @param more - further arguments of Snakemake, such as `--executor slurm`.
 */
export const sweepCommand = async (
  options: SweepOptions,
  more: readonly string[],
  terminal: Terminal,
): Promise<void> => {
  const { labels, seeds, firstSeed = 1, genes, budget, draws, downstream = false, jobs, threads, signal } = options;
  const out = resolve(options.out);
  chosenNames("budget", [budget], Object.keys(BUDGETS));
  if (seeds < 1 || jobs < 1 || threads < 1) {
    throw new Failure("--seeds, --jobs, --threads: at least one of each is needed", EXIT.usage);
  }
  const config = {
    command: [process.execPath, join(PACKAGE_ROOT, "dist", "src", "cli", "main.js")],
    sets: options.set.map((set) => (isFile(set) ? resolve(set) : set)),
    methods: chosenNames("method", options.methods, [CLEAN, ...Object.keys(METHODS)]),
    severities: chosenNames("severity", options.severity, Object.keys(SEVERITIES)),
    ...{ labels, seeds, first_seed: firstSeed, genes, budget, draws, downstream, threads },
  };
  const names = config.sets.map(nameOfSet);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Failure(`--set: two sets are called ${twice}; rename one`, EXIT.usage);
  const folders = names.flatMap((set) =>
    Array.from({ length: seeds }, (_, k) =>
      config.methods.map((method) => join("runs", set, `${firstSeed + k}`, method)),
    ),
  );
  const python = requireSnakemake();
  mkdirSync(out, { recursive: true });
  const snakemake = startSnakemake(python, out, config, ["--cores", String(jobs * threads), ...more]);
  const stop = () => snakemake.stop();
  signal?.addEventListener("abort", stop);
  const code = await followed(snakemake.ended, out, folders.flat(), terminal);
  signal?.removeEventListener("abort", stop);
  if (signal?.aborted) throw new Failure("interrupted; the same command goes on from here", EXIT.interrupted);
  if (code !== 0) throw new Failure(whatFailed(out, folders.flat()));
  terminal.write(`all results in ${join(out, RESULTS_FILE)}; tables in ${join(out, "tables")}\n`);
};

const isFinished = (out: string, folder: string): boolean => existsSync(join(out, folder, "finished"));

/** Says when jobs are finished, until Snakemake ends. */
const followed = async (
  ended: Promise<number | null>,
  out: string,
  folders: readonly string[],
  terminal: Terminal,
): Promise<number | null> => {
  const start = performance.now();
  const done = new Set(folders.filter((folder) => isFinished(out, folder)));
  const before = done.size;
  terminal.write(
    `${folders.length} jobs, ${before} of them finished; what Snakemake says is in ${join(out, SNAKEMAKE_LOG)}\n`,
  );
  for (let code: number | null | "running" = "running"; ;) {
    code = await Promise.race([ended, pause(POLL_MS, "running" as const)]);
    for (const folder of folders.filter((other) => !done.has(other) && isFinished(out, other))) {
      done.add(folder);
      const seconds = (performance.now() - start) / 1000;
      const left = (seconds / (done.size - before)) * (folders.length - done.size);
      const time = `${formatSeconds(seconds)}${left > 0 ? `, about ${formatSeconds(left)} left` : ""}`;
      terminal.write(`[${done.size}/${folders.length}] ${folder.slice("runs/".length)} (${time})\n`);
    }
    if (code !== "running") return code;
  }
};

/** Failed jobs that are named. */
const NAMED = 5;

/** The jobs that were begun and have no end, and what they said last. */
const whatFailed = (out: string, folders: readonly string[]): string => {
  const lastLine = (...path: string[]) =>
    readFileSync(join(out, ...path), "utf8")
      .trimEnd()
      .split("\n")
      .at(-1)!;
  const said = (folder: string) => existsSync(join(out, folder, "log.txt"));
  const failed = folders.filter((folder) => !isFinished(out, folder) && said(folder));
  const jobs = failed.slice(0, NAMED).map((folder) => `${folder}: ${lastLine(folder, "log.txt")}`);
  const list = failed.length > 0 ? `${failed.length} jobs failed: ${jobs.join("; ")}` : lastLine(SNAKEMAKE_LOG);
  return `${list}; see ${join(out, SNAKEMAKE_LOG)}; the same command goes on from here`;
};
