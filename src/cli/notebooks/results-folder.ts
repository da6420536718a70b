import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.js";
import type { RunRecord } from "./record.js";

const PIECES = ["notebooks", "figures", "results.json", "report.html"] as const;

/**
 * The folder that a run writes to. While it runs, everything lies in `.partial`; what an earlier run left moves to
 * `previous` at the start, so that the folder never shows an old report as that of a newer run, and only a finished
 * run moves its pieces into place, results.json last. A complete run in `previous` gives way only to a complete one.
 */
export class ResultsFolder {
  private constructor(
    readonly path: string,
    /** Where a run writes. */
    readonly partial: string,
    /** Start of the run that is now in `previous`; undefined where there is none. */
    readonly previousStarted: string | undefined,
  ) {}

  /**
   * Takes the folder for a run.
   * @throws {Failure} when another run holds it, or when it has files of someone else in it
   */
  static async open(path: string): Promise<ResultsFolder> {
    const partial = join(path, ".partial");
    await mkdir(path, { recursive: true }).catch((error: Error) => {
      throw new Failure(`cannot write to ${path}: ${error.message}; choose another folder with --results`);
    });
    const holder = await readFile(join(partial, "pid"), "utf8").catch(() => undefined);
    if (holder !== undefined && (await isRunning(Number(holder)))) {
      throw new Failure(
        `another run (process ${holder}) is writing to ${path}; wait for it, or choose another folder with --results`,
      );
    }
    const own = new Set<string>([...PIECES, ".partial", "previous"]);
    const entries = await readdir(path);
    const record = await readRecord(join(path, "results.json"));
    const previous = await readRecord(join(path, "previous", "results.json"));
    const ours = record !== undefined || holder !== undefined || previous !== undefined;
    if (entries.some((entry) => own.has(entry)) && !ours) {
      throw new Failure(
        `${path} has files that no run of ours wrote (${entries.slice(0, 3).join(", ")}); choose an empty or a new ` +
          "folder with --results",
      );
    }
    await rm(partial, { recursive: true, force: true });
    await mkdir(join(partial, "notebooks"), { recursive: true }).catch((error: Error) => {
      throw new Failure(`cannot write to ${path}: ${error.message}; choose another folder with --results`);
    });
    await writeFile(join(partial, "pid"), String(process.pid));
    const kept = record && (record.status === "complete" || previous?.status !== "complete") ? record : undefined;
    if (kept) await setAside(path);
    else for (const piece of PIECES) await rm(join(path, piece), { recursive: true, force: true });
    return new ResultsFolder(path, partial, (kept ?? previous)?.started);
  }

  /** Moves the pieces of a finished run into place. */
  async publish(record: RunRecord): Promise<void> {
    await writeFile(join(this.partial, "results.json"), `${JSON.stringify(record, null, 2)}\n`);
    const order = [...PIECES.filter((piece) => piece !== "results.json"), "results.json"];
    for (const piece of order) {
      const from = join(this.partial, piece);
      if (!existsSync(from)) continue;
      await rm(join(this.path, piece), { recursive: true, force: true });
      await rename(from, join(this.path, piece));
    }
    await rm(this.partial, { recursive: true, force: true });
  }
}

const setAside = async (path: string): Promise<void> => {
  const previous = join(path, "previous");
  await rm(previous, { recursive: true, force: true });
  await mkdir(previous);
  for (const piece of PIECES) {
    if (existsSync(join(path, piece))) await rename(join(path, piece), join(previous, piece));
  }
};

const readRecord = async (file: string): Promise<RunRecord | undefined> => {
  try {
    const record = JSON.parse(await readFile(file, "utf8")) as RunRecord;
    return record.format === "diffrepairer-results" ? record : undefined;
  } catch {
    return undefined;
  }
};

/** Whether a run of ours still has this process id; Linux tells what a process is, elsewhere any process counts. */
const isRunning = async (pid: number): Promise<boolean> => {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  if (process.platform === "linux") {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return command.includes("notebooks");
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};
