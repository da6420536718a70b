import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../lib/io/atomic.js";
import { type RepairMethod, ResultTable } from "../../lib/repair/index.js";
import { claimsCommand, type Ledger } from "../claims/claims-command.js";
import { type Compared, compareCommand } from "../compare/compare-command.js";
import { FEWEST_TEST_CELLS } from "../compare/compare-records.js";
import { runEvaluation } from "../evaluate/evaluate-command.js";
import type { RunRecord } from "../evaluate/record.js";
import { paperTable } from "../evaluate/result-tables.js";
import { Failure } from "../failure.js";
import { TUNED_METHODS } from "../tune/tuned-methods.js";
import { formatSeconds } from "../notebooks/progress.js";
import type { Terminal } from "../terminal.js";
import { writeTable } from "../write-table.js";
import { advantageTables } from "./advantage-tables.js";
import { canBeHad, PAPER_SETS, type PaperSet } from "./paper-sets.js";
import { paperValuesTable } from "./paper-values.js";
import { reproductionPage } from "./reproduction-page.js";

/** What `diffrepairer reproduce` is told. */
export interface ReproduceOptions {
  /** Several seeds where there are enough cells for a verdict. */
  readonly full: boolean;
  readonly genes: number;
  readonly budget: string;
  /** Resamples of the test cells. */
  readonly draws: number;
  readonly out: string;
  readonly signal?: AbortSignal;
}

const BASELINE = "diffrepairer";
const SEVERITY = "mixture";
const PAGE = "reproduction.html";

/** A terminal that shows nothing: what single steps print is in the page. */
const QUIET: Terminal = { isTTY: false, write: () => true };

/**
 * `diffrepairer reproduce`: every method on every set of the paper that can be had, comparisons with intervals, and a verdict on each of
 * the paper's claims; as tables, and as one page. What is finished is kept, so that the same command goes on after an interruption.
 */
export const reproduceCommand = async (
  options: ReproduceOptions,
  terminal: Terminal,
  sets: readonly PaperSet[] = PAPER_SETS,
  methods: Readonly<Record<string, RepairMethod>> = TUNED_METHODS,
): Promise<void> => {
  const { full, genes, budget, draws, out, signal } = options;
  const start = performance.now();
  mkdirSync(out, { recursive: true });
  const [there, missing] = [sets.filter(canBeHad), sets.filter((set) => !canBeHad(set))];
  for (const { name, title } of missing)
    terminal.write(`${title} (${name}) is missing: it is neither at hand nor can it be fetched\n`);
  const failed: string[] = [];
  let records: readonly RunRecord[] = [];
  for (const { name, fullSeeds } of there) {
    const asked = { set: [name], labels: "cell_type", methods: ["all"], severity: [SEVERITY] };
    const evaluation = { ...asked, seeds: full ? fullSeeds : 1, genes, budget, draws, out, ...(signal && { signal }) };
    const result = await runEvaluation(evaluation, terminal, methods);
    failed.push(...result.failed.map(({ run, message }) => `${run}: ${message}`));
    records = result.log.records;
  }
  const results = join(out, "results.jsonl");
  const compared = await compareCommand(results, { baseline: BASELINE }, QUIET);
  const claims = await claimsCommand(results, { model: "diffrepairer-paper" }, QUIET);
  const values = paperValuesTable(records, there);
  await writeTable(join(out, "tables"), "the-paper-beside-ours", values);
  await writeFileAtomically(join(out, PAGE), page(records, { there, missing, failed, compared, values, claims }));
  terminal.write(`\n${paperTable(records, SEVERITY).toString()}\n\n${claims.counts}\n`);
  terminal.write(
    `${records.length} runs; all of it in ${join(out, PAGE)}, ${formatSeconds((performance.now() - start) / 1000)}\n`,
  );
  if (failed.length > 0) throw new Failure(`${failed.length} runs failed: ${failed.join("; ")}`);
};

interface Found {
  readonly there: readonly PaperSet[];
  readonly missing: readonly PaperSet[];
  readonly failed: readonly string[];
  readonly compared: Compared;
  readonly values: ResultTable;
  readonly claims: Ledger;
}

const page = (records: readonly RunRecord[], { there, missing, failed, compared, values, claims }: Found): string => {
  const tables = there.map(({ name, title }) => {
    const { columns, rows } = paperTable(
      records.filter((run) => run.set === name),
      SEVERITY,
    );
    return new ResultTable(
      title,
      columns.slice(1),
      rows.map((row) => row.slice(1)),
    );
  });
  return reproductionPage(
    "The DiffRepairer paper, reproduced",
    "Xiao et al., Biology 2025, 14, 1652. Damage is simulated, test cells only; docs/protocol.md defines every measure.",
    [
      {
        title: "Data",
        text: "What the paper used, and what could be had.",
        tables: [setsTable(records, there, missing)],
      },
      {
        title: "The paper's numbers beside ours",
        text: "The paper's own tables name no data set, so each of its numbers stands beside ours on every set. Methods of the same name are ours, built from the text.",
        tables: [values],
      },
      {
        title: "All methods",
        text: "Means over seeds, mixed severities. Clean cells are the ceiling; separation above theirs is blur, not merit.",
        tables,
      },
      {
        title: "DiffRepairer against each method",
        text: `Differences with 95 % intervals, DiffRepairer minus the method: + it is better, − it is worse, = not told apart; no sign on sets with fewer than ${FEWEST_TEST_CELLS} test cells.`,
        tables: advantageTables(compared.comparison, there),
        figures: compared.figures,
      },
      { title: "Claims", text: claims.counts, tables: [claims.table] },
      {
        title: "How it was made",
        text: failed.length === 0 ? "Every run ended." : `Runs that failed: ${failed.join("; ")}.`,
        tables: [provenance(records)],
      },
    ],
  );
};

const setsTable = (
  records: readonly RunRecord[],
  there: readonly PaperSet[],
  missing: readonly PaperSet[],
): ResultTable => {
  const rows = [...there, ...missing].map((set) => {
    const runs = records.filter((run) => run.set === set.name);
    const [first] = runs;
    return [
      ...[set.title, set.name, missing.includes(set) ? `missing (${set.difference})` : set.difference],
      ...[first?.cells.train ?? null, first?.cells.test ?? null, first?.genes_used ?? null],
      new Set(runs.map(({ seed }) => seed)).size,
    ];
  });
  const columns = ["the paper's", "ours", "what can be had", "training cells", "test cells", "genes", "seeds"];
  return new ResultTable("data sets", columns, rows);
};

const provenance = (records: readonly RunRecord[]): ResultTable => {
  const rows = new Map<string, (string | number | null)[]>();
  for (const { set, versions, backend, data_sha256: sha256, budget, genes } of records) {
    const engine = `${backend.name}, ${backend.device}, ${backend.threads} threads`;
    const row = [
      set,
      sha256,
      genes,
      budget,
      engine,
      Object.entries(versions)
        .map(([name, one]) => `${name} ${one}`)
        .join(", "),
    ];
    rows.set(JSON.stringify(row), row);
  }
  return new ResultTable(
    "provenance",
    ["set", "SHA-256", "genes asked for", "budget", "engine", "versions"],
    [...rows.values()],
  );
};
