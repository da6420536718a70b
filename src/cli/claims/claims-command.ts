import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomically } from "../../lib/io/atomic.js";
import { ResultTable } from "../../lib/repair/index.js";
import { readCells, readRecords } from "../evaluate/result-log.js";
import { grouped } from "../evaluate/result-tables.js";
import type { Terminal } from "../terminal.js";
import { writeTable } from "../write-table.js";
import { readClaims } from "./claim.js";
import { Judge, type JudgedClaim } from "./judge-claim.js";

/** What `diffrepairer claims` is told. */
export interface ClaimsOptions {
  /** The method that DiffRepairer's claims are tested on. */
  readonly model: string;
  /** Where to write. Default: `claims` beside the results. */
  readonly out?: string;
}

/** What claims come to. */
export interface Ledger {
  readonly table: ResultTable;
  /** How many claims have each verdict, as a sentence. */
  readonly counts: string;
}

/**
 * `diffrepairer claims`: every claim of the paper beside what our results say of it, as Markdown, HTML, CSV and JSON.
 *
 * @param path - a results.jsonl, its cells' files beside it.
 */
export const claimsCommand = async (path: string, options: ClaimsOptions, terminal: Terminal): Promise<Ledger> => {
  const folder = dirname(path);
  const records = readRecords(path);
  const judge = new Judge(records, (record) => readCells(folder, record));
  const judged = readClaims(options.model).map((claim) => judge.judge(claim));
  const out = options.out ?? join(folder, "claims");
  await mkdir(out, { recursive: true });
  const table = claimsTable(judged);
  await writeTable(out, "claims", table);
  await writeFileAtomically(join(out, "claims.html"), table.toHtml());
  await writeFileAtomically(join(out, "claims.json"), `${JSON.stringify(judged, null, 2)}\n`);
  const counts = countVerdicts(judged);
  terminal.write(`${table.toString()}\n\n${counts}; ledger in ${out}\n`);
  return { table, counts };
};

const countVerdicts = (judged: readonly JudgedClaim[]): string => {
  const counts = grouped(judged, ({ verdict }) => verdict).map((claims) => `${claims.length} ${claims[0]!.verdict}`);
  return `${judged.length} claims: ${counts.join(", ")}`;
};

/** Claims as a table: where, what, how measured, ours, verdict, why. */
export const claimsTable = (judged: readonly JudgedClaim[]): ResultTable =>
  new ResultTable(
    "claims",
    ["where", "claim", "measure", "ours", "verdict", "why"],
    judged.map(({ where, text, measure, ours, verdict, why }) => [where, text, measure, ours, verdict, why]),
  );
