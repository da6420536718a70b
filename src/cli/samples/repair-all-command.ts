import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT, Failure } from "../failure.js";
import { PACKAGE_ROOT } from "../package-root.js";
import { chosenModel, type RepairOptions } from "../repair/repair-command.js";
import { followJobs } from "../sweep/follow-jobs.js";
import { requireSnakemake, startSnakemake } from "../sweep/snakemake.js";
import type { Terminal } from "../terminal.js";
import { readSampleSheet } from "./sample-sheet.js";
import { REPORT_FILE } from "./samples-report.js";

/** What `diffrepairer repair-all` is told. */
export interface RepairAllOptions extends Omit<RepairOptions, "json"> {
  /** Jobs at a time, each of so many threads. */
  readonly jobs: number;
  readonly threads: number;
}

/**
 * `diffrepairer repair-all`: repairs the samples of a folder or a sheet, each in a process of its own, led by Snakemake on this machine or a
 * cluster; then writes one report. Samples that are repaired are not repaired again.
 *
 * @param more - further arguments of Snakemake, such as `--executor slurm`.
 */
export const repairAllCommand = async (
  source: string,
  options: RepairAllOptions,
  more: readonly string[],
  terminal: Terminal,
): Promise<void> => {
  const { jobs, threads, signal, severity, minShare, modelGenesOnly, std, intervals, force, chunk } = options;
  if (options.model !== undefined && options.trainOn !== undefined) {
    throw new Failure("--model and --train-on exclude each other", EXIT.usage);
  }
  const out = resolve(options.out);
  const samples = readSampleSheet(source);
  const python = requireSnakemake();
  // One model for all that name none, made before the jobs would make it at once.
  const needsModel = samples.some(({ model }) => model === undefined);
  const shared = needsModel ? await chosenModel(options, terminal) : undefined;
  shared?.trained.model.dispose?.();
  const flags = Object.entries({
    ...{ "--model-genes-only": modelGenesOnly, "--no-std": !std, "--intervals": intervals, "--force": force },
  });
  const config = {
    command: [process.execPath, join(PACKAGE_ROOT, "dist", "src", "cli", "main.js")],
    samples: Object.fromEntries(
      samples.map((sample) => [
        sample.name,
        {
          file: sample.file,
          model: sample.model ?? resolve(shared!.folder),
          severity: sample.severity ?? severity,
        },
      ]),
    ),
    options: [
      ...["--min-share", String(minShare), "--chunk", String(chunk)],
      ...flags.filter(([, isSet]) => isSet).map(([flag]) => flag),
    ],
    threads,
  };
  mkdirSync(out, { recursive: true });

  const snakemake = startSnakemake(python, out, "samples.smk", config, ["--cores", String(jobs * threads), ...more]);
  const followed = samples.map(({ name }) => ({
    ...{ name, done: join("reports", `${name}.json`), log: join("logs", `${name}.txt`) },
  }));
  await followJobs(snakemake, out, followed, { terminal, signal });
  if (!existsSync(join(out, REPORT_FILE))) return;
  terminal.write(`repaired samples in ${join(out, "repaired")}; ${join(out, REPORT_FILE)} tells of all\n`);
};
