import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EXIT, Failure } from "../failure.js";
import { formatSeconds } from "../notebooks/progress.js";
import type { Terminal } from "../terminal.js";
import { type Snakemake, SNAKEMAKE_LOG } from "./snakemake.js";

/** A job of a workflow; paths are relative to the results folder. */
export interface Job {
  readonly name: string;
  /** The file that is there once the job has ended well. */
  readonly done: string;
  /** What it says. */
  readonly log: string;
}

const POLL_MS = 500;
/** Failed jobs that are named. */
const NAMED = 5;

/**
 * Says which jobs are finished, until Snakemake ends.
 *
 * @throws {Failure} where jobs failed, with what they said last, or where the signal ended them.
 */
export const followJobs = async (
  snakemake: Snakemake,
  out: string,
  jobs: readonly Job[],
  { terminal, signal }: { readonly terminal: Terminal; readonly signal?: AbortSignal },
): Promise<void> => {
  const stop = () => snakemake.stop();
  signal?.addEventListener("abort", stop);
  const code = await followed(snakemake.ended, out, jobs, terminal);
  signal?.removeEventListener("abort", stop);
  if (signal?.aborted) throw new Failure("interrupted; the same command goes on from here", EXIT.interrupted);
  if (code !== 0) throw new Failure(whatFailed(out, jobs));
};

const followed = async (
  ended: Promise<number | null>,
  out: string,
  jobs: readonly Job[],
  terminal: Terminal,
): Promise<number | null> => {
  const start = performance.now();
  const isFinished = ({ done }: Job) => existsSync(join(out, done));
  const finished = new Set(jobs.filter(isFinished));
  const before = finished.size;
  terminal.write(
    `${jobs.length} jobs, ${before} of them finished; what Snakemake says is in ${join(out, SNAKEMAKE_LOG)}\n`,
  );
  for (let code: number | null | "running" = "running"; ;) {
    code = await Promise.race([ended, pause(POLL_MS, "running" as const)]);
    for (const job of jobs.filter((other) => !finished.has(other) && isFinished(other))) {
      finished.add(job);
      const seconds = (performance.now() - start) / 1000;
      const left = (seconds / (finished.size - before)) * (jobs.length - finished.size);
      const time = `${formatSeconds(seconds)}${left > 0 ? `, about ${formatSeconds(left)} left` : ""}`;
      terminal.write(`[${finished.size}/${jobs.length}] ${job.name} (${time})\n`);
    }
    if (code !== "running") return code;
  }
};

/** The jobs that were begun and have no end, and what they said last. */
const whatFailed = (out: string, jobs: readonly Job[]): string => {
  const lastLine = (path: string) => readFileSync(join(out, path), "utf8").trimEnd().split("\n").at(-1)!;
  const failed = jobs.filter(({ done, log }) => !existsSync(join(out, done)) && existsSync(join(out, log)));
  const named = failed.slice(0, NAMED).map(({ log }) => `${log.replace(/\/log\.txt$/, "")}: ${lastLine(log)}`);
  const list = failed.length > 0 ? `${failed.length} jobs failed: ${named.join("; ")}` : lastLine(SNAKEMAKE_LOG);
  return `${list}; see ${join(out, SNAKEMAKE_LOG)}; the same command goes on from here`;
};
