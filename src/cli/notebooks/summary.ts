import { join } from "node:path";
import { metricTable, type ResultRecord, withoutBounds } from "./outputs.js";
import { formatSeconds } from "./progress.js";
import type { RunRecord } from "./record.js";

/** A single value as text: numbers with four significant digits. */
export const formatValue = (value: unknown): string => {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

/** The values of a column as text: numbers of ordinary size with three decimals throughout. */
export const formatColumn = (values: readonly unknown[]): string[] => {
  const numbers = values.filter((value): value is number => typeof value === "number");
  const ordinary = numbers.every((value) => value === 0 || (Math.abs(value) >= 0.001 && Math.abs(value) < 10_000));
  const fixed = ordinary && !numbers.every(Number.isInteger);
  return values.map((value) => (fixed && typeof value === "number" ? value.toFixed(3) : formatValue(value)));
};

/** Whether the values of a column are numbers, some perhaps missing. */
export const isNumeric = (values: readonly unknown[]): boolean =>
  values.some((value) => typeof value === "number") &&
  values.every((value) => typeof value === "number" || value === null);

/** Lines of a table with aligned columns; columns of numbers are aligned right. */
export const textTable = (columns: readonly string[], rows: readonly (readonly unknown[])[]): string[] => {
  const texts = columns.map((_, k) => formatColumn(rows.map((row) => row[k])));
  const widths = columns.map((column, k) => Math.max(column.length, ...(texts[k] ?? []).map((cell) => cell.length)));
  const right = columns.map((_, k) => isNumeric(rows.map((row) => row[k])));
  const line = (row: readonly string[]) =>
    row
      .map((cell, k) => (right[k] ? cell.padStart(widths[k] as number) : cell.padEnd(widths[k] as number)))
      .join("  ")
      .trimEnd();
  return [
    line(columns),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...rows.map((_, r) => line(texts.map((column) => column[r] as string))),
  ];
};

/** A number with its noun: 1 notebook, 3 notebooks. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Why a notebook was skipped. */
export const reasonToSkip = (missing: readonly string[]): string =>
  `it needs ${missing.join(" and ")}, not in the data folder (DIFFREPAIRER_DATA) and not to be fetched`;

/** How long a notebook took, or that it was skipped. */
export const timeOf = ({ status, seconds }: RunRecord["notebooks"][number]): string =>
  status === "skipped" ? "skipped" : seconds === null ? "" : formatSeconds(seconds);

/** A line for each notebook that was skipped, with the reason. */
export const skippedLines = (record: RunRecord): string[] =>
  record.notebooks.flatMap(({ name, missing }) => (missing ? [`${name} was skipped: ${reasonToSkip(missing)}.`] : []));

/** The notebooks that a complete run ran. */
export const ranNotebooks = (record: RunRecord): number =>
  record.notebooks.filter(({ status }) => status === "complete").length;

/** What a finished run says at its end. */
export const summary = (record: RunRecord, folder: string): string => {
  const measured = metricTable(record.results);
  const metrics = measured && withoutBounds(measured);
  const notebooks = record.notebooks.filter(({ status }) => status !== "not run");
  return [
    ...(metrics ? ["", title(metrics), ...textTable(metrics.columns, metrics.rows)] : []),
    "",
    ...textTable(
      ["notebook", "cells", "time", "peak memory"],
      notebooks.map((notebook) => [
        notebook.name,
        notebook.cells,
        timeOf(notebook),
        notebook.peakBytes === null ? "" : `${(notebook.peakBytes / 2 ** 30).toFixed(2)} GiB`,
      ]),
    ),
    ...skippedLines(record),
    "",
    `${counted(ranNotebooks(record), "notebook")}, ${counted(record.figures.length, "figure")}, ` +
      `${formatSeconds(record.seconds)}; ` +
      `mode ${record.mode}, seed ${record.seed}, backend ${record.environment.backend ?? "unknown"}`,
    `Open ${join(folder, "report.html")}`,
    "",
  ].join("\n");
};

const title = ({ name, notebook }: ResultRecord): string => `${name} (${notebook})`;
