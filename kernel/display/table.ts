import { inspect } from "node:util";
import type { MimeBundle } from "../protocol/messages.js";
import { shortNumber } from "./number.js";

/** A table to show, of any library: what is read of it is read only where it is shown. */
export interface Table {
  readonly columns: readonly string[];
  /** Type of each column, shown beneath its name. */
  readonly types?: readonly string[];
  readonly rows: number;
  /** What stands before a row. Default: its number. */
  label?(row: number): unknown;
  cell(row: number, column: number): unknown;
}

const MAX_ROWS = 20;
const EDGE_ROWS = 10;
const MAX_COLUMNS = 30;
const MAX_CELL = 80;
const TEXT_WIDTH = 120;

/** A table as HTML and as text: of many rows the first and last ten, of many columns the first. */
export function tableBundle(table: Table): MimeBundle {
  const names = table.columns.slice(0, MAX_COLUMNS);
  const hidden = table.columns.length - names.length;
  const more = hidden > 0 ? ["…"] : [];
  const head = [["", ...names, ...more]];
  if (table.types) head.push(["", ...table.types.slice(0, MAX_COLUMNS), ...more]);
  const body = shownRows(table.rows).map((row) => {
    if (row === undefined) return ["…", ...names.map(() => "…"), ...more];
    return [textOfCell(table.label?.(row) ?? row), ...names.map((_, i) => textOfCell(table.cell(row, i))), ...more];
  });
  const size = `${table.rows} × ${table.columns.length}`;
  return { data: { "text/html": toHtml(head, body, size), "text/plain": toText(head, body, size) }, metadata: {} };
}

/** The numbers of the rows that are shown; undefined where some are left out. */
function shownRows(count: number): (number | undefined)[] {
  if (count <= MAX_ROWS) return Array.from({ length: count }, (_, i) => i);
  const edge = Array.from({ length: EDGE_ROWS }, (_, i) => i);
  return [...edge, undefined, ...edge.map((i) => count - EDGE_ROWS + i)];
}

function toHtml(head: readonly string[][], body: readonly string[][], size: string): string {
  const line = (tag: "th" | "td", [label = "", ...cells]: readonly string[]): string =>
    `<tr><th>${escapeHtml(label)}</th>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return [
    `<table><thead>${head.map((row) => line("th", row)).join("")}</thead>`,
    `<tbody>${body.map((row) => line("td", row)).join("")}</tbody></table>`,
    `<p>${size}</p>`,
  ].join("");
}

/** The columns in line, as many as go into a line of text. */
function toText(head: readonly string[][], body: readonly string[][], size: string): string {
  const rows = [...head, ...body];
  const widths = (head[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  let used = 0;
  let count = widths.findIndex((width) => (used += width + 2) > TEXT_WIDTH);
  if (count < 0) count = widths.length;
  const more = count < widths.length ? "  …" : "";
  const line = (row: readonly string[]): string => {
    const cells = row.slice(0, count).map((cell, i) => cell.padStart(widths[i] ?? 0));
    return `${cells.join("  ")}${more}`.trimEnd();
  };
  return [...rows.map(line), size].join("\n");
}

/** A value in one line. */
function textOfCell(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number") return shortNumber(value);
  const text =
    typeof value === "object" && value !== null
      ? inspect(value, { depth: 0, breakLength: Infinity, maxArrayLength: 5, maxStringLength: MAX_CELL })
      : String(value);
  const line = text.replace(/\s+/g, " ");
  return line.length > MAX_CELL ? `${line.slice(0, MAX_CELL - 1)}…` : line;
}

/** A text as HTML shows it. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
