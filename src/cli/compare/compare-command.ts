import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { renderVegaLite } from "../../../kernel/index.js";
import { criticalDifference, forestPlot, type Figure } from "../../../figures/index.js";
import { writeFileAtomically } from "../../lib/io/atomic.js";
import { METHODS, ResultTable, type RepairMethod } from "../../lib/repair/index.js";
import { CLEAN } from "../evaluate/clean-cells.js";
import { readCells, readRecords } from "../evaluate/result-log.js";
import { EXIT, Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";
import { writeTable } from "../write-table.js";
import { compareRecords, type Comparison, type Difference } from "./compare-records.js";
import { directionOf, isOfCells, nameOf, PAPER_METRICS } from "./metrics.js";
import { FEWEST_BLOCKS, rankMethods, type Ranking } from "./rank-methods.js";

/** What `diffrepairer compare` is told. */
export interface CompareOptions {
  /** The method that the others are compared with. */
  readonly baseline: string;
  /** Where to write. Default: `comparison` beside the results. */
  readonly out?: string;
}

/** Metrics that are drawn as forest plots: of cells, and of all cells together. */
const DRAWN = ["mse", "pearson", "deg", "overall"];

/** What a comparison found, and its figures. */
export interface Compared {
  readonly comparison: Comparison;
  readonly figures: readonly { readonly name: string; readonly caption: string; readonly svg: string }[];
}

/**
 * `diffrepairer compare`: paired tests of a baseline with every other method, ranks over all sets and severities, as tables and
 * figures.
 *
 * @param path - a results.jsonl, its cells' files beside it.
 */
export const compareCommand = async (path: string, options: CompareOptions, terminal: Terminal): Promise<Compared> => {
  const { baseline } = options;
  const all = readRecords(path).filter(({ method }) => method !== CLEAN);
  const methods = new Map(all.map(({ method, label }) => [method, label]));
  if (!methods.has(baseline)) {
    const there = [...methods.keys()].join(", ");
    throw new Failure(`${path} has no method "${baseline}"; it has ${there}; name one with --baseline`, EXIT.usage);
  }
  const records = all.filter(({ method }) => isTold(method) === isTold(baseline));
  const folder = dirname(path);
  const out = options.out ?? join(folder, "comparison");
  const comparison = compareRecords(records, baseline, (record) => readCells(folder, record));
  const rankings = PAPER_METRICS.flatMap((metric) => rankMethods(records, metric) ?? []);
  const tables = tablesOf(comparison, rankings);
  await mkdir(out, { recursive: true });
  for (const table of tables) {
    terminal.write(`\n${table.name}\n${table.rows.length > 0 ? table.toString() : "(nothing to compare)"}\n`);
    await writeTable(out, table.name.split(":")[0]!.replaceAll(" ", "-"), table);
  }
  const label = methods.get(baseline)!;
  const figures: Compared["figures"][number][] = [];
  for (const [name, figure] of figuresOf(comparison, rankings, label)) {
    const { svg, png } = await renderVegaLite(figure);
    await writeFileAtomically(join(out, `${name}.vl.json`), JSON.stringify(figure));
    await writeFileAtomically(join(out, `${name}.svg`), svg);
    await writeFileAtomically(join(out, `${name}.png`), png);
    figures.push({ name, caption: figure.description, svg });
  }
  terminal.write(`\ntables and figures in ${out}\n`);
  return { comparison, figures };
};

/** A method that is told the severities is compared with its like alone. */
const isTold = (method: string): boolean => (METHODS as Readonly<Record<string, RepairMethod>>)[method]?.told ?? false;

const tablesOf = ({ cells, sets, seeds }: Comparison, rankings: readonly Ranking[]): ResultTable[] => {
  const key = ({ set, severity, metric, label }: Difference) => [set, severity, metric, label];
  const difference = ({ difference: value, low, high }: Difference) => [value, low, high].map(finite);
  const keys = ["set", "severity", "metric", "compared with"];
  const interval = ["difference", "difference low", "difference high"];
  const d = (name: string) => [name, `${name} low`, `${name} high`];
  return [
    new ResultTable(
      "by cell: paired differences, baseline minus method; Holm over all rows",
      [...keys, "cells", ...interval, "types drawn: low", "types drawn: high"].concat(
        ["Wilcoxon p", "Holm p", "t test p", "t Holm p"],
        d("d paired"),
        d("d pooled"),
        "baseline is",
      ),
      cells.map((row) => [
        ...[...key(row), row.n, ...difference(row), finite(row.byType.low), finite(row.byType.high)],
        ...[row.wilcoxonP, row.wilcoxonHolm, row.tP, row.tHolm].map(shortP),
        ...[row.dPaired, row.dPooled].flatMap(({ value, low, high }) => [value, low, high].map(finite)),
        row.verdict,
      ]),
    ),
    new ResultTable(
      "all cells: paired bootstrap of test cells within type and the spread over seeds, baseline minus method",
      [...keys, ...interval, "baseline is"],
      sets.map((row) => [...key(row), ...difference(row), row.verdict]),
    ),
    new ResultTable(
      "over seeds: baseline minus method, corrected for overlapping training cells",
      [...keys, "seeds", ...interval, "sd", "baseline is"],
      seeds.map((row) => [...key(row), row.seeds, ...difference(row), finite(row.sd), row.verdict]),
    ),
    new ResultTable(
      `ranks: mean over set and severity, ${FEWEST_BLOCKS} of them at least, 1 is best; Friedman's p, Nemenyi's critical difference at 5 %`,
      ["metric", "blocks", "method", "mean rank", "Friedman p", "critical difference"],
      rankings.flatMap(({ metric, blocks, methods, pValue, criticalDifference: reach }) =>
        methods.map(({ label, rank }) => [metric, blocks, label, rank, shortP(pValue), reach]),
      ),
    ),
  ];
};

const figuresOf = (
  { cells, sets }: Comparison,
  rankings: readonly Ranking[],
  baseline: string,
): (readonly [string, Figure])[] => {
  const ranks = rankings.map((ranking) => {
    // The label, not the id, tells figures the colour.
    const methods = ranking.methods.map(({ label, rank }) => ({ method: label, rank }));
    const drawn = criticalDifference({ ...ranking, methods }, { metric: nameOf(ranking.metric) });
    return [`critical-difference-${ranking.metric}`, drawn] as const;
  });
  const forests = DRAWN.flatMap((metric) => {
    const rows = [...cells, ...sets]
      .filter((row) => row.metric === metric && Number.isFinite(row.difference))
      .map((row) => ({ ...row, panel: `${row.set}, ${row.severity}`, method: row.label }));
    if (rows.length === 0) return [];
    const intervals = `95% intervals ${isOfCells(metric) ? "of the paired t test" : "of the paired bootstrap"} over test cells`;
    const options = { baseline, metric: nameOf(metric), lowerIsBetter: directionOf(metric) < 0, intervals };
    return [[`forest-${metric}`, forestPlot(rows, options)] as const];
  });
  return [...ranks, ...forests];
};

/** p values in few digits, as text so that small ones are not shown as 0. */
const shortP = (p: number): string | null =>
  Number.isNaN(p) ? null : p < 1e-300 ? "< 1e-300" : p < 1e-3 ? p.toExponential(1) : p.toFixed(3);

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
