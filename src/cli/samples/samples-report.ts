import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../lib/io/atomic.js";
import { P_VALUE_WARNING, ResultTable } from "../../lib/repair/index.js";
import { EXIT, Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";
import { writeTable } from "../write-table.js";

/** The report of all samples, in their results folder. */
export const REPORT_FILE = "report.md";

/** What is read of a report that `repair --json` wrote. */
interface Report {
  readonly input: string;
  readonly refused?: string;
  readonly values?: { readonly kind: string; readonly cells: number; readonly genes: number };
  readonly match?: { readonly share: number };
  readonly severity?: { readonly median: number };
  readonly confidence?: number | null;
  readonly unlike?: { readonly share: number };
  readonly warnings?: readonly string[];
}

const COLUMNS = ["sample", "cells", "genes", "values", "of the model's genes %", "lost %", "confidence r", "unlike %"];

/**
 * `diffrepairer samples-report`: makes one report, as text and as a table, of what `repair --json` told of every sample.
 *
 * @param folder - with a folder `reports`, a JSON file a sample.
 */
export const samplesReportCommand = async (folder: string, terminal: Terminal): Promise<void> => {
  const reports = readReports(folder);
  const percent = (share: number | undefined) => (share === undefined ? "" : (100 * share).toFixed(1));
  const rows = reports.map(([name, { values, match, severity, confidence, unlike, refused }]) => [
    ...[name, values?.cells ?? "", values?.genes ?? "", refused === undefined ? values!.kind : "refused"],
    ...[percent(match?.share), percent(severity?.median), confidence?.toFixed(2) ?? "", percent(unlike?.share)],
  ]);
  const table = new ResultTable("samples", COLUMNS, rows);
  const refused = reports.filter(([, report]) => report.refused !== undefined);
  const notes = reports.flatMap(([name, report]) =>
    report.refused === undefined
      ? (report.warnings ?? []).map((warning) => `- ${name}: ${warning}`)
      : [`- **${name} was refused**: ${report.refused}`],
  );
  const text = [
    "# Repaired samples",
    `${reports.length - refused.length} samples repaired, ${refused.length} refused.`,
    table.toMarkdown().trimEnd(),
    "lost: median share of a cell's seen genes that damage took, estimated or told. confidence: median correlation with the clean cell to be " +
      "expected. unlike: cells unlike the model's training cells.",
    ...(notes.length > 0 ? ["## Warnings", notes.join("\n")] : []),
    P_VALUE_WARNING,
  ];
  await writeTable(folder, "samples", table);
  await writeFileAtomically(join(folder, REPORT_FILE), `${text.join("\n\n")}\n`);
  terminal.write(`${join(folder, REPORT_FILE)}\n`);
};

const readReports = (folder: string): [name: string, report: Report][] => {
  const reports = join(folder, "reports");
  const names = readdirSync(reports).filter((name) => name.endsWith(".json"));
  if (names.length === 0) throw new Failure(`${reports} holds no report of repair --json`, EXIT.usage);
  return names.toSorted().map((name) => {
    const report = JSON.parse(readFileSync(join(reports, name), "utf8")) as Report;
    return [name.slice(0, -".json".length), report];
  });
};
