import { join } from "node:path";
import { backendReport } from "../../lib/engine/index.js";
import {
  type BudgetName,
  type Damage,
  Downstream,
  evaluate,
  type RepairMethod,
  type RepairModel,
  type RepairTask,
  type TrainingData,
  type TrainingOptions,
  withoutTest,
} from "../../lib/repair/index.js";
import { Failure } from "../failure.js";
import type { Settings } from "../tune/search-space.js";
import { VERSION } from "../package-root.js";
import { CLEAN, cleanCells } from "./clean-cells.js";
import { courseOf } from "./courses.js";
import type { LabelledCells } from "./labelled-cells.js";
import { watchPeakMemory } from "./peak-memory.js";
import {
  cellsFile,
  cellsOf,
  downstreamMetrics,
  metricsOf,
  type RunKey,
  runName,
  type RunRecord,
  type RunSettings,
} from "./record.js";
import type { ResultLog } from "./result-log.js";

/** What a fitted method is evaluated on. */
export interface Condition {
  /** Its name in records, as severity. */
  readonly name: string;
  /** Damage of test and validation cells. */
  readonly damage: Damage;
  /** The task with part of its test cells. Default: all. */
  readonly part?: (task: RepairTask) => RepairTask;
}

/** What is to be run on a set. */
export interface SetPlan {
  readonly cells: LabelledCells;
  /** Makes the task; called where a run is missing. */
  readonly task: () => RepairTask;
  /** What methods learn from. Default: the task without its test cells. */
  readonly training?: (task: RepairTask) => TrainingData;
  /** Which study the runs belong to, as what, and with which settings of the methods. Default: none. */
  readonly study?: Pick<RunKey, "study" | "variant"> & { readonly options?: Settings };
  /** Methods by id; {@link CLEAN} needs no entry. */
  readonly methods: Readonly<Record<string, RepairMethod>>;
  readonly ids: readonly string[];
  readonly conditions: readonly Condition[];
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

/** @throws {Failure} that names the methods that failed, where there are any. */
export const refuseFailed = (failed: readonly FailedMethod[]): void => {
  if (failed.length === 0) return;
  const list = failed.map(({ run, message }) => `${run} (${message})`).join("; ");
  throw new Failure(`${failed.length} runs failed: ${list}; the same command runs them again`);
};

/**
 * Runs methods on one draw of a set (split, damage and initial weights come from the seed) and logs every evaluation. A
 * method is fitted once and evaluated under each condition.
 *
 * @returns the methods that failed; the others go on.
 */
export const evaluateSet = async (log: ResultLog, plan: SetPlan): Promise<FailedMethod[]> => {
  const { cells, ids, conditions, seed, settings, signal, onLine } = plan;
  const missing = ids
    .map((method) => ({
      method,
      conditions: conditions.filter(({ name }) => !log.has(keyOf(plan, method, name))),
    }))
    .filter((run) => run.conditions.length > 0);
  if (missing.length === 0) return [];
  const task = plan.task();
  const data = plan.training?.(task) ?? withoutTest(task);
  const downstream = settings.downstream ? new Downstream(task, { course: courseOf(cells.name) }) : undefined;
  const failed: FailedMethod[] = [];
  for (const { method, conditions: wanted } of missing) {
    signal?.throwIfAborted();
    const peak = watchPeakMemory();
    const start = performance.now();
    let model: RepairModel | undefined;
    try {
      model = method === CLEAN ? cleanCells(task) : await fitted(plan, data, method, log.folder);
      const fit = (performance.now() - start) / 1000;
      onLine(`${cells.name}, seed ${seed}: ${model.label} fitted in ${fit.toFixed(1)} s`);
      for (const condition of wanted) {
        await evaluated(log, plan, task, { method, model, condition, fit, peak, downstream });
      }
    } catch (error) {
      if (signal?.aborted) throw error;
      const { message } = error as Error;
      const run = runName(keyOf(plan, method, wanted.map(({ name }) => name).join("+")));
      failed.push({ run, message });
      onLine(`${run} failed: ${message}`);
    } finally {
      model?.dispose?.();
    }
  }
  return failed;
};

const keyOf = ({ cells, seed, study: of }: SetPlan, method: string, severity: string): RunKey => ({
  ...{ set: cells.name, method, severity, seed },
  ...(of && { study: of.study, variant: of.variant }),
});

const fitted = async (
  { cells, methods, seed, settings, study, signal, onLine }: SetPlan,
  data: TrainingData,
  method: string,
  folder: string,
): Promise<RepairModel> => {
  let told = performance.now();
  const training: TrainingOptions = {
    budget: settings.budget as BudgetName,
    seed,
    signal,
    checkpoint: join(
      ...[folder, "checkpoints", `${cells.name}.${seed}`],
      ...(study ? [encodeURIComponent(`${study.study}.${study.variant}`)] : []),
    ),
    onProgress: ({ method: name, epoch, epochs, loss, validationLoss }) => {
      if (validationLoss === undefined || performance.now() - told < 10_000) return;
      told = performance.now();
      const losses = `loss ${loss.toFixed(3)}, validation ${validationLoss.toFixed(3)}`;
      onLine(`  ${name}: epoch ${epoch} of at most ${epochs}, ${losses}`);
    },
  };
  return methods[method]!.fit(data, training);
};

interface FittedRun {
  readonly method: string;
  readonly model: RepairModel;
  readonly condition: Condition;
  /** Seconds that fitting took. */
  readonly fit: number;
  readonly peak: () => number | null;
  readonly downstream: Downstream | undefined;
}

const evaluated = async (
  log: ResultLog,
  plan: SetPlan,
  whole: RepairTask,
  { method, model, condition, fit, peak, downstream }: FittedRun,
): Promise<void> => {
  const { cells, methods, seed, settings, knownMarkers, onLine } = plan;
  const { name: severity, damage, part = (task) => task } = condition;
  const task = part(whole);
  const start = performance.now();
  const evaluation = await evaluate(model, task, { damage, knownMarkers, draws: settings.draws, seed });
  const measures = await downstream?.measure(model, damage);
  const seconds = (performance.now() - start) / 1000;
  const { name, device, threads, tfjs, tensorflow } = await backendReport();
  const key = keyOf(plan, method, severity);
  const { metrics, intervals } = metricsOf(evaluation);
  const record: RunRecord = {
    ...key,
    ...settings,
    label: method === CLEAN ? model.label : methods[method]!.label,
    transductive: methods[method]?.transductive ?? false,
    genes_used: task.genes.length,
    cells: { train: task.train.nObs, validation: task.validation.nObs, test: task.test.nObs },
    types: evaluation.biology?.types ?? [],
    parameters: model.parameters,
    ...(plan.study?.options && { options: plan.study.options }),
    metrics: { ...metrics, ...(measures && downstreamMetrics(measures)) },
    intervals,
    seconds: { fit: round(fit), evaluate: round(seconds) },
    peak_mb: peak(),
    backend: { name, device, threads },
    versions: { diffrepairer: VERSION, node: process.versions.node, tfjs, tensorflow },
    data_sha256: cells.sha256,
    cells_file: cellsFile(key),
  };
  await log.add(record, cellsOf(evaluation, task.test.obsNames, task.test.obs.strings("cell_type")));
  const { mse, pearson, overall } = record.metrics;
  const shown = [mse, pearson].map((value) => value?.toFixed(3) ?? "–").join(", r ");
  onLine(`  ${severity}: MSE ${shown}, overall ${overall?.toFixed(1) ?? "–"} (${seconds.toFixed(1)} s)`);
};

const round = (seconds: number): number => Math.round(seconds * 100) / 100;
