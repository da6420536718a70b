import { join } from "node:path";
import { backendReport } from "../../lib/engine/index.js";
import {
  type BudgetName,
  evaluate,
  paperDamage,
  prepare,
  type RepairMethod,
  type RepairModel,
  type RepairTask,
  type TrainingOptions,
  withoutTest,
} from "../../lib/repair/index.js";
import type { SeverityName } from "../../lib/degrade/index.js";
import { VERSION } from "../package-root.js";
import { CLEAN, cleanCells } from "./clean-cells.js";
import type { LabelledCells } from "./labelled-cells.js";
import { watchPeakMemory } from "./peak-memory.js";
import { cellsOf, metricsOf, runName, type RunRecord, type RunSettings } from "./record.js";
import type { ResultLog } from "./result-log.js";

/** What is to be run on a set. */
export interface SetPlan {
  readonly cells: LabelledCells;
  /** Methods by id; {@link CLEAN} needs no entry. */
  readonly methods: Readonly<Record<string, RepairMethod>>;
  readonly ids: readonly string[];
  readonly severities: readonly SeverityName[];
  readonly seed: number;
  readonly settings: RunSettings;
  readonly knownMarkers: readonly string[];
  readonly signal?: AbortSignal;
  /** Told what happens, a line each. */
  readonly onLine: (line: string) => void;
}

/** A method that could not be run. */
export interface FailedMethod {
  readonly run: string;
  readonly message: string;
}

/**
 * Runs methods on one draw of a set (split, damage and initial weights come from the seed) and logs every evaluation. A
 * method is fitted once, on the training cells under the mixture of severities, and evaluated under each severity.
 *
 * @returns the methods that failed; the others go on.
 */
export const evaluateSet = async (log: ResultLog, plan: SetPlan): Promise<FailedMethod[]> => {
  const { cells, ids, severities, seed, settings, signal, onLine } = plan;
  const missing = ids
    .map((method) => ({
      method,
      severities: severities.filter((severity) => !log.has({ set: cells.name, method, severity, seed })),
    }))
    .filter((run) => run.severities.length > 0);
  if (missing.length === 0) return [];
  const task = prepare(cells.adata, { nTopGenes: settings.genes, severity: "mixture", seed });
  const failed: FailedMethod[] = [];
  for (const { method, severities: wanted } of missing) {
    signal?.throwIfAborted();
    const peak = watchPeakMemory();
    const start = performance.now();
    let model: RepairModel | undefined;
    try {
      model = await fitted(plan, task, method, log.folder);
      const fit = (performance.now() - start) / 1000;
      onLine(`${cells.name}, seed ${seed}: ${model.label} fitted in ${fit.toFixed(1)} s`);
      for (const severity of wanted) await evaluated(log, plan, task, { method, model, severity, fit, peak });
    } catch (error) {
      if (signal?.aborted) throw error;
      const { message } = error as Error;
      const run = runName({ set: cells.name, method, severity: wanted.join("+"), seed });
      failed.push({ run, message });
      onLine(`${run} failed: ${message}`);
    } finally {
      model?.dispose?.();
    }
  }
  return failed;
};

const fitted = async (
  { cells, methods, seed, settings, signal, onLine }: SetPlan,
  task: RepairTask,
  method: string,
  folder: string,
): Promise<RepairModel> => {
  if (method === CLEAN) return cleanCells(task);
  let told = performance.now();
  const training: TrainingOptions = {
    budget: settings.budget as BudgetName,
    seed,
    signal,
    checkpoint: join(folder, "checkpoints", `${cells.name}.${seed}`),
    onProgress: ({ method: name, epoch, epochs, loss, validationLoss }) => {
      if (validationLoss === undefined || performance.now() - told < 10_000) return;
      told = performance.now();
      const losses = `loss ${loss.toFixed(3)}, validation ${validationLoss.toFixed(3)}`;
      onLine(`  ${name}: epoch ${epoch} of at most ${epochs}, ${losses}`);
    },
  };
  return methods[method]!.fit(withoutTest(task), training);
};

interface FittedRun {
  readonly method: string;
  readonly model: RepairModel;
  readonly severity: SeverityName;
  /** Seconds that fitting took. */
  readonly fit: number;
  readonly peak: () => number | null;
}

const evaluated = async (
  log: ResultLog,
  { cells, methods, seed, settings, knownMarkers, onLine }: SetPlan,
  task: RepairTask,
  { method, model, severity, fit, peak }: FittedRun,
): Promise<void> => {
  const start = performance.now();
  const damage = paperDamage(severity);
  const evaluation = await evaluate(model, task, { damage, knownMarkers, draws: settings.draws, seed });
  const seconds = (performance.now() - start) / 1000;
  const { name, device, threads, tfjs, tensorflow } = await backendReport();
  const key = { set: cells.name, method, severity, seed };
  const record: RunRecord = {
    ...key,
    ...settings,
    label: method === CLEAN ? model.label : methods[method]!.label,
    transductive: methods[method]?.transductive ?? false,
    genes_used: task.genes.length,
    cells: { train: task.train.nObs, validation: task.validation.nObs, test: task.test.nObs },
    types: evaluation.biology?.types ?? [],
    parameters: model.parameters,
    ...metricsOf(evaluation),
    seconds: { fit: round(fit), evaluate: round(seconds) },
    peak_mb: peak(),
    backend: { name, device, threads },
    versions: { diffrepairer: VERSION, node: process.versions.node, tfjs, tensorflow },
    data_sha256: cells.sha256,
    cells_file: `cells/${runName(key)}.json`,
  };
  await log.add(record, cellsOf(evaluation, task.test.obsNames, task.test.obs.strings("cell_type")));
  const { mse, pearson, overall } = record.metrics;
  const shown = [mse, pearson].map((value) => value?.toFixed(3) ?? "–").join(", r ");
  onLine(`  ${severity}: MSE ${shown}, overall ${overall?.toFixed(1) ?? "–"} (${seconds.toFixed(1)} s)`);
};

const round = (seconds: number): number => Math.round(seconds * 100) / 100;
