import { createHash } from "node:crypto";
import type { Notebook } from "../notebook-file.js";
import { metricTable, type ResultRecord, withoutBounds } from "../notebooks/outputs.js";
import { formatSeconds } from "../notebooks/progress.js";
import type { Mode, RunRecord } from "../notebooks/record.js";
import { counted, formatColumn, isNumeric, ranNotebooks, skippedLines, timeOf } from "../notebooks/summary.js";
import { anchorOf, renderNotebooks } from "./cells.js";
import { clientBundle } from "./client-bundle.js";
import { escapeHtml } from "./sanitize.js";
import { STYLES } from "./styles.js";

/**
 * The report of a run as one HTML page that opens from disk without network: summary first, then the notebooks.
 * Its content security policy lets only its own script run and nothing be fetched.
 */
export const buildReport = async (record: RunRecord, notebooks: readonly Notebook[]): Promise<string> => {
  const script = await clientBundle();
  const { sections, specs } = renderNotebooks(notebooks);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>diffrepairer: results</title>
<style>${STYLES}</style>
</head>
<body>
<main>
${renderSummary(record)}
${sections.join("\n")}
</main>
<script type="application/json" id="specs">${JSON.stringify(specs).replace(/</g, "\\u003c")}</script>
<script>${script}</script>
</body>
</html>
`;
};

const MODES: Readonly<Record<Mode, string>> = {
  trial: "networks trained for one epoch, to see that everything runs; their numbers mean nothing",
  quick: "training shortened to minutes on two cores",
  full: "training as long as the paper's",
};

const renderSummary = (record: RunRecord): string => {
  const measured = metricTable(record.results);
  const metrics = measured && withoutBounds(measured);
  const facts: Array<readonly [string, string]> = [
    ["run", `${day(record.started)} UTC, ${formatSeconds(record.seconds)}`],
    ["mode", `${record.mode}: ${MODES[record.mode]}`],
    ["seed", String(record.seed)],
    ...Object.entries(record.environment),
    ["licence", "of the code: Apache-2.0; of the data: as named above and in the notebooks"],
  ];
  return `<h1>Repairing degraded transcriptomes: results</h1>
<p class="lead">${counted(ranNotebooks(record), "notebook")} run through the TypeScript kernel, ${counted(record.figures.length, "figure")}.
Figures answer to the pointer; each can be saved from its menu.</p>
${metrics ? `<h2>Measures on the test cells</h2>\n${table(metrics.columns, metrics.rows)}\n${note(measured)}` : ""}
<h2>What was run</h2>
<nav>${table(
    ["Notebook", "Code cells", "Time", "Peak memory"],
    record.notebooks.map((notebook) => [
      notebook.status === "skipped"
        ? notebook.title
        : new Html(`<a href="#${anchorOf(notebook.name)}">${escapeHtml(notebook.title)}</a>`),
      notebook.cells,
      timeOf(notebook),
      notebook.peakBytes === null ? "" : `${(notebook.peakBytes / 2 ** 30).toFixed(2)} GiB`,
    ]),
  )}</nav>
${skippedLines(record)
  .map((line) => `<p class="note">${escapeHtml(line)}</p>`)
  .join("\n")}
<h2>Provenance</h2>
${table(["", ""], facts)}`;
};

const note = ({ notebook }: ResultRecord): string =>
  `<p class="note">Intervals: in <a href="#${anchorOf(notebook)}">the notebook</a> and in results.json.</p>`;

const day = (iso: string): string => iso.slice(0, 16).replace("T", " ");

const table = (columns: readonly string[], rows: readonly (readonly unknown[])[]): string => {
  const numeric = columns.map((_, k) => isNumeric(rows.map((row) => row[k])));
  const mark = (k: number): string => (numeric[k] ? ' class="number"' : "");
  const head = columns.some(Boolean)
    ? `<thead><tr>${columns.map((column, k) => `<th${mark(k)}>${escapeHtml(column)}</th>`).join("")}</tr></thead>`
    : "";
  const texts = columns.map((_, k) => formatColumn(rows.map((row) => row[k])));
  const cell = (value: unknown, text = ""): string => (value instanceof Html ? value.html : escapeHtml(text));
  const body = rows
    .map((row, r) => `<tr>${columns.map((_, k) => `<td${mark(k)}>${cell(row[k], texts[k]?.[r])}</td>`).join("")}</tr>`)
    .join("\n");
  return `<div class="scroll"><table>${head}<tbody>${body}</tbody></table></div>`;
};

/** HTML that this file made; values of results are always escaped. */
class Html {
  constructor(readonly html: string) {}
}
