import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure.js";
import { pythonPath } from "../jupyter.js";
import { PACKAGE_ROOT } from "../package-root.js";

/** What Snakemake says, in the results folder. */
export const SNAKEMAKE_LOG = "snakemake.txt";

/** The process that works in a results folder. */
const RUNNING_FILE = "sweep.json";

/**
 * The Python that has Snakemake: `DIFFREPAIRER_PYTHON`, or that of the checkout's `.venv`.
 *
 * @throws {Failure} where it has none; says how to install it.
 */
export const requireSnakemake = (): string => {
  const python = pythonPath();
  if (spawnSync(python, ["-c", "import snakemake"]).status === 0) return python;
  throw new Failure(
    `there is no Snakemake in ${python}; install it by "${python} -m pip install snakemake", or name a Python that has it by ` +
      'DIFFREPAIRER_PYTHON; without it "diffrepairer evaluate" runs the same, one after another',
  );
};

/** A Snakemake at work in a folder. */
export interface Snakemake {
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  /** Ends it and its jobs. */
  stop(): void;
}

/**
 * Starts a workflow in a results folder. What a killed one left locked is unlocked.
 *
 * @param name - of its file in workflow/.
 * @param config - of the workflow.
 * @param more - further arguments of Snakemake.
 * @throws {Failure} where one is at work in the folder.
 */
export const startSnakemake = (
  python: string,
  folder: string,
  name: "Snakefile" | "samples.smk",
  config: object,
  more: readonly string[],
): Snakemake => {
  const running = join(folder, RUNNING_FILE);
  const isLeft = existsSync(running);
  if (isLeft) refuseRunning(running);
  writeFileSync(join(folder, "sweep-config.json"), JSON.stringify(config, null, 1));
  const workflow = ["--snakefile", join(PACKAGE_ROOT, "workflow", name), "--directory", folder];
  const args = ["-m", "snakemake", ...workflow, "--configfile", join(folder, "sweep-config.json")];
  // What a process that was killed left locked.
  if (isLeft) spawnSync(python, [...args, "--unlock"]);
  const log = openSync(join(folder, SNAKEMAKE_LOG), "a");
  const child = spawn(python, [...args, "--rerun-incomplete", "--keep-going", ...more], {
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  writeFileSync(running, JSON.stringify({ pid: child.pid, host: hostname() }));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      // Where it ended badly the file stays, so that the next one unlocks the folder.
      if (code === 0) rmSync(running, { force: true });
      resolve(code);
    });
  });
  return { ended, stop: () => void child.kill("SIGINT") };
};

const refuseRunning = (running: string): void => {
  const { pid, host } = JSON.parse(readFileSync(running, "utf8")) as { pid: number; host: string };
  if (host === hostname() && !isAlive(pid)) return;
  throw new Failure(
    `a sweep is at work in this folder already (process ${pid} on ${host}); wait for it or end it. If it is none, delete ${running}`,
  );
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody has asked after is still listed, as a zombie; Linux alone tells.
    const status = `/proc/${pid}/status`;
    return !existsSync(status) || !/^State:\s*Z/m.test(readFileSync(status, "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};
