import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../../lib/io/atomic.js";
import { ResultTable } from "../../lib/repair/index.js";
import { correctedInterval } from "../../lib/stats/index.js";
import { writeTable } from "../write-table.js";
import type { RunRecord } from "./record.js";

/** Columns of the paper's two tables, and the spread, by metric. */
const SHOWN = {
  MSE: "mse",
  Pearson: "pearson",
  "PR-AUC": "prauc",
  F1: "f1",
  separation: "separation",
  DEG: "deg",
  marker: "marker",
  overall: "overall",
  "variance ratio": "variance_ratio",
  "false markers %": "false_marker_rate",
} as const;

/** What downstream analyses measure, by metric. */
const DOWNSTREAM = {
  ARI: "cluster_ari",
  NMI: "cluster_nmi",
  "type accuracy": "classifier_accuracy",
  "type F1": "classifier_f1",
  "marker precision": "marker_precision",
  "marker recall": "marker_recall",
  pseudotime: "pseudotime",
  "gene correlations": "correlation_structure",
  "false correlations %": "false_correlations",
  "null p < .05 %": "null_rate",
  "null genes (Welch)": "null_genes_welch",
  "null genes (Wilcoxon)": "null_genes_wilcoxon",
} as const;

/** One row a run with all its metrics. */
export const runsTable = (records: readonly RunRecord[]): ResultTable => {
  const metrics = [...new Set(records.flatMap((record) => Object.keys(record.metrics)))];
  const rows = records.map((record) => {
    const { set, method, severity, seed, study, variant, seconds, peak_mb, parameters } = record;
    const values = metrics.map((name) => record.metrics[name] ?? null);
    const key = [set, method, severity, seed, ...(study === undefined ? [] : [study, variant!])];
    return [...key, ...values, parameters, seconds.fit, seconds.evaluate, peak_mb];
  });
  const isOfStudies = records.some(({ study }) => study !== undefined);
  const keys = ["set", "method", "severity", "seed", ...(isOfStudies ? ["study", "variant"] : [])];
  return new ResultTable("runs", [...keys, ...metrics, "parameters", "fit_s", "evaluate_s", "peak_mb"], rows);
};

/**
 * Every metric of a method on a set under a severity, over the seeds: mean, sd, and an interval that allows for overlapping training
 * cells ({@link correctedInterval}); of a single seed the interval over its test cells.
 */
export const summaryTable = (records: readonly RunRecord[]): ResultTable => {
  const columns = ["set", "severity", "method", "metric", "seeds", "mean", "sd", "low", "high", "interval over"];
  const rows = grouped(records, ({ set, severity, method }) => `${set} ${severity} ${method}`).flatMap((runs) => {
    const [first] = runs as [RunRecord];
    const { train, test } = first.cells;
    return Object.keys(first.metrics).flatMap((metric) => {
      const values = runs.map((run) => run.metrics[metric] ?? NaN).filter((value) => !Number.isNaN(value));
      if (values.length === 0) return [];
      const { mean, sd, low, high } = correctedInterval(values, test / train);
      const key = [first.set, first.severity, first.method, metric, values.length, mean];
      if (values.length > 1) return [[...key, sd, low, high, "seeds"]];
      const [lower, upper] = first.intervals[metric] ?? [null, null];
      return [[...key, null, lower, upper, lower === null ? null : "cells"]];
    });
  });
  return new ResultTable("summary", columns, rows);
};

/** The paper's measures of every method on every set under a severity: means over the seeds. */
export const paperTable = (records: readonly RunRecord[], severity: string): ResultTable =>
  meansTable("metrics", SHOWN, records, severity);

/** The downstream measures of every method on every set under a severity: means over the seeds. */
export const downstreamTable = (records: readonly RunRecord[], severity: string): ResultTable =>
  meansTable("downstream analyses", DOWNSTREAM, records, severity);

const meansTable = (
  name: string,
  shown: Readonly<Record<string, string>>,
  records: readonly RunRecord[],
  severity: string,
): ResultTable => {
  const of = records.filter((record) => record.severity === severity);
  const rows = grouped(of, ({ set, method }) => `${set} ${method}`).map((runs) => {
    const [{ set, label, transductive }] = runs as [RunRecord];
    const means = Object.values(shown).map((metric) => meanMetric(runs, metric));
    return [set, transductive ? `${label} (transductive)` : label, ...means];
  });
  return new ResultTable(`${name} under ${severity} damage`, ["set", "method", ...Object.keys(shown)], rows);
};

/** A metric's mean over the runs that have it; null where none has. */
export const meanMetric = (runs: readonly RunRecord[], metric: string): number | null => {
  const values = runs.flatMap((run) => run.metrics[metric] ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
};

/** Writes all tables of a results folder. */
export const writeTables = async (folder: string, records: readonly RunRecord[]): Promise<void> => {
  const path = join(folder, "tables");
  await mkdir(path, { recursive: true });
  await writeFileAtomically(join(path, "runs.csv"), runsTable(records).toCsv());
  await writeFileAtomically(join(path, "summary.csv"), summaryTable(records).toCsv());
  for (const severity of new Set(records.map((record) => record.severity))) {
    await writeTable(path, `metrics-${severity}`, paperTable(records, severity));
    if (!records.some(({ downstream }) => downstream)) continue;
    await writeTable(path, `downstream-${severity}`, downstreamTable(records, severity));
  }
};

/** The records with the same key together, in the order of first appearance. */
export const grouped = <Item>(items: readonly Item[], key: (item: Item) => string): Item[][] => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
};
