import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as engine from "../../lib/engine/index.js";
import {
  BUDGETS,
  type BudgetName,
  evaluate,
  fitDegradedInput,
  prepare,
  type RepairModel,
  type RepairTask,
  ResultTable,
  withoutTest,
} from "../../lib/repair/index.js";
import { metricsOf } from "../evaluate/record.js";
import { loadLabelledCells } from "../evaluate/labelled-cells.js";
import { grouped } from "../evaluate/result-tables.js";
import { EXIT, Failure } from "../failure.js";
import { appendJsonLine, mendJsonLines, readJsonLines } from "../json-lines.js";
import { chosenNames } from "../names.js";
import type { Terminal } from "../terminal.js";
import { writeTable } from "../write-table.js";
import { gainOf } from "./gain.js";
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
  /** Of the validation cells under the mixture of severities, by the names of `evaluate`; null where there is none. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** What the settings are chosen by: {@link gainOf}. */
  readonly gain: number;
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
  mendJsonLines(log);
  const trials = readJsonLines<Trial>(log);
  for (const set of sets) {
    const { name, adata, sha256 } = await loadLabelledCells(set, labels);
    const setting = { set: name, genes, budget, seed, data_sha256: sha256 };
    let ground: Ground | undefined;
    for (const method of methods) {
      for (const [trial, settings] of settingsToTry(method, spaces[method]!, count, seed).entries()) {
        const wanted = { ...setting, method, trial, settings };
        if (trials.some((done) => isSame(done, wanted))) continue;
        ground ??= await groundOf(prepare(adata, { nTopGenes: genes, seed }));
        const checkpoint = join(out, "checkpoints", `${name}.${method}.${trial}`);
        const training = { budget: budget as BudgetName, seed, signal, checkpoint };
        const result = await tried(spaces[method]!, ground, settings, training).catch((error: unknown) => {
          if (!signal?.aborted) throw error;
          throw new Failure("interrupted; the same command goes on from here", EXIT.interrupted);
        });
        const finished: Trial = { ...wanted, ...result };
        appendJsonLine(log, finished);
        trials.push(finished);
        onLine(`${name} ${method} ${trial}: ${shown(finished)} (${finished.seconds} s) ${text(settings)}`);
      }
    }
  }
  const table = bestTable(trials);
  const tables = join(out, "tables");
  mkdirSync(tables, { recursive: true });
  await writeTable(tables, "best", table);
  onLine(`\n${table.toString()}\n\n${trials.length} trials in ${log}`);
};

type Wanted = Omit<Trial, "metrics" | "gain" | "seconds">;

const isSame = (done: Trial, wanted: Wanted): boolean =>
  Object.entries(wanted).every(([key, value]) => JSON.stringify(done[key as keyof Trial]) === JSON.stringify(value));

/** A task whose validation cells stand in the place of the test cells, and what the degraded ones of these measure. */
interface Ground {
  readonly task: RepairTask;
  readonly degraded: Trial["metrics"];
}

const groundOf = async (task: RepairTask): Promise<Ground> => {
  const { validation, degraded } = task;
  const onValidation: RepairTask = {
    ...task,
    test: validation,
    degraded: { ...degraded, test: degraded.validation },
    degrade: (_, damage) => task.degrade("validation", damage),
  };
  return { task: onValidation, degraded: await measured(await fitDegradedInput(task), onValidation) };
};

const measured = async (model: RepairModel, task: RepairTask): Promise<Trial["metrics"]> =>
  metricsOf(await evaluate(model, task, { draws: 0 })).metrics;

const tried = async (
  { fit }: SearchSpace,
  { task, degraded }: Ground,
  settings: Settings,
  training: object,
): Promise<Pick<Trial, "metrics" | "gain" | "seconds">> => {
  const start = performance.now();
  const model = await fit(withoutTest(task), settings, training);
  try {
    const metrics = await measured(model, task);
    const seconds = Math.round((performance.now() - start) / 10) / 100;
    return { metrics, gain: gainOf(metrics, degraded), seconds };
  } finally {
    model.dispose?.();
  }
};

/** The best settings of every method: those of the largest gain on average over the sets, among those tried on all sets. */
export const bestTable = (trials: readonly Trial[]): ResultTable => {
  const rows = grouped(trials, ({ method }) => method).map((ofMethod) => {
    const settings = grouped(ofMethod, ({ trial }) => String(trial));
    const sets = new Set(ofMethod.map(({ set }) => set)).size;
    const mean = (of: readonly Trial[]) => of.reduce((sum, { gain }) => sum + gain, 0) / of.length;
    const complete = settings.filter((of) => of.length === sets);
    if (complete.length === 0) return [ofMethod[0]!.method, 0, null, null, "–", "–"];
    const best = complete.reduce((a, b) => (mean(b) > mean(a) ? b : a));
    const defaults = complete.find(([first]) => first!.trial === 0);
    const bySet = best.map((trial) => `${trial.set}: ${shown(trial)}`).join("; ");
    const [{ method, settings: chosen }] = best as [Trial];
    return [method, complete.length, defaults ? mean(defaults) : null, mean(best), bySet, text(chosen)];
  });
  const columns = ["method", "trials", "gain of the defaults", "gain of the best", "by set", "best settings"];
  return new ResultTable("best settings", columns, rows);
};

const shown = ({ gain, metrics }: Trial): string =>
  `gain ${gain.toFixed(3)}, MSE ${metrics["mse"]?.toFixed(3) ?? "–"}, DEG ${metrics["deg"]?.toFixed(1) ?? "–"}`;

const text = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ") || "defaults";
