import { existsSync } from "node:fs";
import { readdir, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EXIT, Failure } from "../failure.js";
import { jupyterEnvironment, KERNEL_NAME } from "../jupyter.js";
import { readNotebook } from "../notebook-file.js";
import { buildReport } from "../report/report.js";
import { describeEnvironment } from "./environment.js";
import { collectResults, writeFigures } from "./outputs.js";
import { printable, Progress } from "./progress.js";
import type { Terminal } from "../terminal.js";
import type { EnvironmentRecord, Mode, NotebookRecord, RunRecord } from "./record.js";
import { ResultsFolder } from "./results-folder.js";
import { runNotebook, type NotebookFailure, type RunNotebook } from "./run-notebook.js";
import { reasonToSkip, summary } from "./summary.js";

/** Options of {@link runNotebooks}. */
export interface RunNotebooksOptions {
  /** Folder of the notebooks; those named `NN-….ipynb` are run in order. */
  notebooks: string;
  /** Folder that everything is written to. */
  results: string;
  mode: Mode;
  seed: number;
  /** Numbers or names of the notebooks to run. Default: all. */
  only?: readonly string[];
  python: string;
  /** Ends the run and its kernel when it aborts. */
  signal: AbortSignal;
  terminal: Terminal;
}

/** What {@link runNotebooks} asks of the world; tests put their own in its place. */
export interface RunNotebooksParts {
  run: RunNotebook;
  describe: (python: string) => Promise<EnvironmentRecord>;
  /** Whether a data set is at hand, or can be fetched. */
  canBeHad: (set: string) => Promise<boolean>;
}

const canBeHad = async (name: string): Promise<boolean> =>
  (await import("../reproduce/paper-sets.js")).canBeHad({ name });

/**
 * Runs the notebooks headless through the kernel and writes notebooks, figures, results.json and report.html. A notebook
 * that needs a data set which cannot be had is skipped, and terminal, results.json and report say so.
 * @throws {Failure} naming the notebook, the cell and the error when a notebook fails; what ran until then is kept
 */
export const runNotebooks = async (
  options: RunNotebooksOptions,
  parts: RunNotebooksParts = { run: runNotebook, describe: describeEnvironment, canBeHad },
): Promise<RunRecord> => {
  const files = await chooseNotebooks(options.notebooks, options.only);
  const folder = await ResultsFolder.open(resolve(options.results));
  const started = new Date();
  const environment = {
    ...jupyterEnvironment(),
    DIFFREPAIRER_MODE: options.mode,
    DIFFREPAIRER_SEED: String(options.seed),
  };
  const progress = new Progress(options.terminal);
  const records: NotebookRecord[] = [];
  let failure: RunRecord["failure"];
  for (const [k, file] of files.entries()) {
    const source = join(options.notebooks, file);
    const { name, title, cells, needs = [] } = await readNotebook(source);
    const count = cells.filter((cell) => cell.cell_type === "code").length;
    const nothing = { name, title, cells: count, seconds: null, peakBytes: null, file: null };
    if (failure) {
      records.push({ ...nothing, status: "not run" });
      continue;
    }
    const missing = await missingOf(needs, parts.canBeHad);
    if (missing.length > 0) {
      progress.skip(file, k + 1, files.length, reasonToSkip(missing));
      records.push({ ...nothing, status: "skipped", missing });
      continue;
    }
    const target = join(folder.partial, "notebooks", file);
    progress.start(file, k + 1, files.length);
    const { python, signal } = options;
    const onEvent = progress.event.bind(progress);
    const began = performance.now();
    const end = await parts.run({ source, target, python, kernel: KERNEL_NAME, environment, signal, onEvent });
    const seconds = (performance.now() - began) / 1000;
    if (end.status === "complete") {
      progress.end(`${count} cells`);
      records.push({ ...nothing, ...end, seconds, file: `notebooks/${file}` });
    } else {
      progress.end(`${options.signal.aborted ? "interrupted" : "failed"} ${placeOf(end.failure)}`);
      failure = { ...end.failure, notebook: name };
      records.push({ ...nothing, status: "failed", seconds, file: await keepPartial(target, folder.partial, file) });
    }
  }
  const ran = await Promise.all(
    records.flatMap(({ file }) => (file ? [readNotebook(join(folder.partial, file))] : [])),
  );
  const finished = new Date();
  const record: RunRecord = {
    format: "diffrepairer-results",
    status: failure ? (options.signal.aborted ? "interrupted" : "failed") : "complete",
    mode: options.mode,
    seed: options.seed,
    started: started.toISOString(),
    finished: finished.toISOString(),
    seconds: (finished.getTime() - started.getTime()) / 1000,
    environment: await parts.describe(options.python),
    notebooks: records,
    figures: await writeFigures(ran, folder.partial),
    results: collectResults(ran),
    ...(failure && { failure }),
  };
  if (!failure) await writeFile(join(folder.partial, "report.html"), await buildReport(record, ran));
  await folder.publish(record);
  if (failure) throw failureOf(failure, record, folder);
  options.terminal.write(summary(record, folder.path));
  return record;
};

const missingOf = async (sets: readonly string[], had: RunNotebooksParts["canBeHad"]): Promise<string[]> => {
  const missing: string[] = [];
  for (const set of sets) if (!(await had(set))) missing.push(set);
  return missing;
};

const chooseNotebooks = async (folder: string, only: readonly string[] | undefined): Promise<string[]> => {
  const entries = await readdir(folder).catch(() => [] as string[]);
  const files = entries.filter((file) => /^\d+-.*\.ipynb$/.test(file)).sort();
  if (files.length === 0) throw new Failure(`${folder} has no notebooks; run this in a checkout of the project`);
  if (!only) return files;
  const isMeant = (file: string, name: string): boolean =>
    file === name || file === `${name}.ipynb` || file.startsWith(`${name}-`);
  const chosen = files.filter((file) => only.some((name) => isMeant(file, name)));
  const unknown = only.filter((name) => !files.some((file) => isMeant(file, name)));
  if (unknown.length || chosen.length === 0) {
    throw new Failure(
      `--only: no notebook ${(unknown.length ? unknown : only).join(", ")}; there are ` +
        files.map((file) => file.replace(".ipynb", "")).join(", "),
      EXIT.usage,
    );
  }
  return chosen;
};

/** Gives the partial notebook a name that cannot be taken for a whole one; null where the runner wrote none. */
const keepPartial = async (target: string, partial: string, file: string): Promise<string | null> => {
  if (!existsSync(target)) return null;
  const kept = `notebooks/${file.replace(/\.ipynb$/, ".failed.ipynb")}`;
  await rename(target, join(partial, kept));
  return kept;
};

const placeOf = ({ cell }: NotebookFailure): string => (cell > 0 ? `in cell ${cell}` : "before the first cell");

const failureOf = (
  failure: NotebookFailure & { notebook: string },
  record: RunRecord,
  folder: ResultsFolder,
): Failure => {
  const { notebook, cell, ename, evalue } = failure;
  const kept = record.notebooks.find(({ status }) => status === "failed")?.file;
  const previous = folder.previousStarted
    ? ` The results of the run of ${folder.previousStarted.slice(0, 16).replace("T", " ")} UTC are in ${join(folder.path, "previous")}.`
    : "";
  if (record.status === "interrupted") {
    return new Failure(
      `interrupted ${placeOf(failure)} of notebook ${notebook}; no report was written.${previous}`,
      EXIT.interrupted,
    );
  }
  const place = cell > 0 ? `notebook ${notebook} failed in cell ${cell}` : `notebook ${notebook} did not start`;
  return new Failure(
    `${place}: ${ename}: ${printable(evalue).trim()}.` +
      (kept ? ` The notebook as far as it ran, with the traceback: ${join(folder.path, kept)}.` : "") +
      ` No report was written.${previous}`,
  );
};
