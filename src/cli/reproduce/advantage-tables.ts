import { ResultTable } from "../../lib/repair/index.js";
import type { Comparison, Difference, Verdict } from "../compare/compare-records.js";
import { isOfCells, nameOf, PAPER_METRICS } from "../compare/metrics.js";
import { grouped } from "../evaluate/result-tables.js";
import type { PaperSet } from "./paper-sets.js";

const SIGNS: Readonly<Record<Verdict, string>> = {
  better: "+",
  worse: "−",
  "no difference": "=",
  "too few cells": "",
};

/** A table a set: a row for each method, and for each measure how far the baseline is from it, with its interval and verdict. */
export const advantageTables = ({ cells, sets }: Comparison, shown: readonly PaperSet[]): ResultTable[] =>
  shown.flatMap(({ name, title }) => {
    const rows = [...cells, ...sets].filter(({ set, metric }) => set === name && PAPER_METRICS.includes(metric));
    const methods = grouped(rows, ({ method }) => method).map((ofMethod) => {
      const text = (metric: string) => textOf(ofMethod.find((row) => row.metric === metric));
      return [ofMethod[0]!.label, ...PAPER_METRICS.map(text)];
    });
    return methods.length === 0 ? [] : [new ResultTable(title, ["method", ...PAPER_METRICS.map(nameOf)], methods)];
  });

const textOf = (row: Difference | undefined): string | null => {
  if (!row || !Number.isFinite(row.difference)) return null;
  const digits = isOfCells(row.metric) ? 3 : 1;
  const [value, low, high] = [row.difference, row.low, row.high].map((number) => number.toFixed(digits));
  return `${value} [${low}, ${high}] ${SIGNS[row.verdict]}`.trim();
};
