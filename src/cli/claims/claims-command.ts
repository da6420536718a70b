import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAtomically } from "../../lib/io/atomic.js";
import { ResultTable } from "../../lib/repair/index.js";
import { readCells, readRecords } from "../evaluate/result-log.js";
import type { Terminal } from "../terminal.js";
import { readClaims } from "./claim.js";
import { Judge, type JudgedClaim } from "./judge-claim.js";

/** What `diffrepairer claims` is told. */
export interface ClaimsOptions {
  /** The method that DiffRepairer's claims are tested on. */
  readonly model: string;
  /** Where to write. Default: `claims` beside the results. */
  readonly out?: string;
}

/**
 * `diffrepairer claims`: every claim of the paper beside what our results say of it, as Markdown, HTML, CSV and JSON.
 *
 * @param path - a results.jsonl, its cells' files beside it.
 */
export const claimsCommand = async (path: string, options: ClaimsOptions, terminal: Terminal): Promise<ResultTable> => {
  const folder = dirname(path);
  const records = readRecords(path);
  const judge = new Judge(records, (record) => readCells(folder, record));
  const judged = readClaims(options.model).map((claim) => judge.judge(claim));
  const out = options.out ?? join(folder, "claims");
  await mkdir(out, { recursive: true });
  const write = (name: string, text: string) => writeAtomically(join(out, name), (partial) => writeFile(partial, text));
  const table = claimsTable(judged);
  await write("claims.md", table.toMarkdown());
  await write("claims.html", table.toHtml());
  await write("claims.csv", table.toCsv());
  await write("claims.json", `${JSON.stringify(judged, null, 2)}\n`);
  const verdicts = new Map<string, number>();
  for (const { verdict } of judged) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  const counts = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
  terminal.write(`${table.toString()}\n\n${judged.length} claims: ${counts}; ledger in ${out}\n`);
  return table;
};

/** Claims as a table: where, what, how measured, ours, verdict, why. */
export const claimsTable = (judged: readonly JudgedClaim[]): ResultTable =>
  new ResultTable(
    "claims",
    ["where", "claim", "measure", "ours", "verdict", "why"],
    judged.map(({ where, text, measure, ours, verdict, why }) => [where, text, measure, ours, verdict, why]),
  );
