import { mkdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as engine from "../../lib/engine/index.js";
import { writeAtomically } from "../../lib/io/atomic.js";
import {
  BUDGETS,
  type BudgetName,
  prepare,
  type RepairTask,
  ResultTable,
  validationError,
} from "../../lib/repair/index.js";
import { loadLabelledCells } from "../evaluate/labelled-cells.js";
import { grouped } from "../evaluate/result-tables.js";
import { EXIT, Failure } from "../failure.js";
import { appendJsonLine, mendJsonLines } from "../json-lines.js";
import { chosenNames } from "../names.js";
import type { Terminal } from "../terminal.js";
import { SEARCH_SPACES, settingsToTry, type SearchSpace, type Settings } from "./search-space.js";

/** What `diffrepairer tune` is told. */
export interface TuneOptions {
  /** Data sets by name, or h5ad files. */
  readonly set: readonly string[];
  readonly labels: string;
  /** Ids, or "all". */
  readonly methods: readonly string[];
  /** Settings tried of each method, its defaults among them. */
  readonly trials: number;
  readonly genes: number;
  readonly budget: string;
  readonly seed: number;
  readonly out: string;
  readonly signal?: AbortSignal;
}

/** A finished trial: one line of trials.jsonl. */
export interface Trial {
  readonly set: string;
  readonly method: string;
  /** Number among the method's settings; 0 is its defaults. */
  readonly trial: number;
  readonly settings: Settings;
  readonly genes: number;
  readonly budget: string;
  readonly seed: number;
  readonly data_sha256: string;
  /** Mean squared error of the z-scored validation cells under the mixture of severities; null where they did not come out as numbers. */
  readonly validation_mse: number | null;
  readonly seconds: number;
}

/**
 * `diffrepairer tune`: tries the same number of settings of every method on the validation cells, and names the best of each over all
 * sets. Test cells are not looked at. A finished trial is kept.
 */
export const tuneCommand = async (
  options: TuneOptions,
  terminal: Terminal,
  spaces: Readonly<Record<string, SearchSpace>> = SEARCH_SPACES,
): Promise<void> => {
  const { set: sets, labels, trials: count, genes, budget, seed, out, signal } = options;
  const methods = chosenNames("method with settings", options.methods, Object.keys(spaces));
  chosenNames("budget", [budget], Object.keys(BUDGETS));
  if (count < 1) throw new Failure("--trials: at least one is needed, the defaults", EXIT.usage);
  const onLine = (line: string) => terminal.write(`${line}\n`);
  await engine.backend({ onNotice: onLine });
  mkdirSync(out, { recursive: true });
  const log = join(out, "trials.jsonl");
  const trials = mendJsonLines<Trial>(log);
  for (const set of sets) {
    const { name, adata, sha256 } = await loadLabelledCells(set, labels);
    const setting = { set: name, genes, budget, seed, data_sha256: sha256 };
    let task: RepairTask | undefined;
    for (const method of methods) {
      for (const [trial, settings] of settingsToTry(method, spaces[method]!, count, seed).entries()) {
        const wanted = { ...setting, method, trial, settings };
        if (trials.some((done) => isSame(done, wanted))) continue;
        task ??= prepare(adata, { nTopGenes: genes, seed });
        const checkpoint = join(out, "checkpoints", `${name}.${method}.${trial}`);
        const training = { budget: budget as BudgetName, seed, signal, checkpoint };
        const result = await tried(spaces[method]!, task, settings, training).catch((error: unknown) => {
          if (!signal?.aborted) throw error;
          throw new Failure("interrupted; the same command goes on from here", EXIT.interrupted);
        });
        const finished: Trial = { ...wanted, ...result };
        appendJsonLine(log, finished);
        trials.push(finished);
        onLine(
          `${name} ${method} ${trial}: ${shown(finished.validation_mse)} (${finished.seconds} s) ${text(settings)}`,
        );
      }
    }
  }
  const table = bestTable(trials);
  await mkdir(join(out, "tables"), { recursive: true });
  for (const [file, content] of [
    ["best.csv", table.toCsv()],
    ["best.md", table.toMarkdown()],
  ] as const) {
    await writeAtomically(join(out, "tables", file), (partial) => writeFile(partial, content));
  }
  onLine(`\n${table.toString()}\n\n${trials.length} trials in ${log}`);
};

const isSame = (done: Trial, wanted: Omit<Trial, "validation_mse" | "seconds">): boolean =>
  Object.entries(wanted).every(([key, value]) => JSON.stringify(done[key as keyof Trial]) === JSON.stringify(value));

const tried = async (
  { fit }: SearchSpace,
  task: RepairTask,
  settings: Settings,
  training: object,
): Promise<Pick<Trial, "validation_mse" | "seconds">> => {
  const start = performance.now();
  const model = await fit(task, settings, training);
  try {
    const error = await validationError(model, task);
    const seconds = Math.round((performance.now() - start) / 10) / 100;
    return { validation_mse: Number.isFinite(error) ? error : null, seconds };
  } finally {
    model.dispose?.();
  }
};

/**
 * The best settings of every method: those of least validation error relative to the defaults', on average over the sets on which all
 * its settings were tried.
 */
export const bestTable = (trials: readonly Trial[]): ResultTable => {
  const rows = grouped(trials, ({ method }) => method).map((ofMethod) => {
    const settings = grouped(ofMethod, ({ trial }) => String(trial));
    const defaults = new Map(settings[0]!.map(({ set, validation_mse }) => [set, validation_mse]));
    const relative = (of: readonly Trial[]) =>
      of.reduce((sum, { set, validation_mse }) => sum + (validation_mse ?? NaN) / (defaults.get(set) ?? NaN), 0) /
      of.length;
    const complete = settings.filter((of) => of.length === defaults.size);
    const best = complete.reduce((a, b) => (relative(b) < relative(a) ? b : a));
    const errors = (of: readonly Trial[]) =>
      of.map(({ set, validation_mse }) => `${set} ${shown(validation_mse)}`).join(", ");
    const [{ method, trial, settings: chosen }] = best as [Trial];
    return [
      method,
      complete.length,
      errors(settings[0]!),
      errors(best),
      relative(best),
      trial === 0 ? "defaults" : text(chosen),
    ];
  });
  const columns = ["method", "trials", "validation MSE of the defaults", "of the best", "relative", "best settings"];
  return new ResultTable("best settings", columns, rows);
};

const shown = (error: number | null): string => error?.toFixed(4) ?? "no numbers";

const text = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ") || "defaults";
