import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { SEVERITIES } from "../../lib/degrade/index.js";
import { BUDGETS, METHODS } from "../../lib/repair/index.js";
import { CLEAN } from "../evaluate/clean-cells.js";
import { isFile, nameOfSet } from "../evaluate/labelled-cells.js";
import { RESULTS_FILE } from "../evaluate/result-log.js";
import type { EvaluateOptions } from "../evaluate/evaluate-command.js";
import { EXIT, Failure } from "../failure.js";
import { chosenNames } from "../names.js";
import { PACKAGE_ROOT } from "../package-root.js";
import type { Terminal } from "../terminal.js";
import { followJobs, type Job } from "./follow-jobs.js";
import { requireSnakemake, startSnakemake } from "./snakemake.js";

/** What `diffrepairer sweep` is told. */
export interface SweepOptions extends EvaluateOptions {
  /** Jobs at a time, each of so many threads. */
  readonly jobs: number;
  readonly threads: number;
}

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
  const snakemake = startSnakemake(python, out, "Snakefile", config, ["--cores", String(jobs * threads), ...more]);
  const followed = folders.flat().map((folder): Job => {
    const name = folder.slice("runs/".length);
    return { name, done: join(folder, "finished"), log: join(folder, "log.txt") };
  });
  await followJobs(snakemake, out, followed, { terminal, signal });
  terminal.write(`all results in ${join(out, RESULTS_FILE)}; tables in ${join(out, "tables")}\n`);
};
