import type { MimeBundle } from "../protocol/messages.js";

/** What is read of a danfo.js DataFrame or Series. */
export interface DataFrameLike {
  readonly columns: readonly unknown[];
  readonly index: readonly unknown[];
  /** Rows of a DataFrame, or the values of a Series. */
  readonly values: readonly unknown[];
  toString(): string;
}

const MAX_ROWS = 20;
const EDGE_ROWS = 10;
const MAX_COLUMNS = 30;

/** Whether a value is a danfo.js DataFrame or Series, told by its shape, so that danfo.js itself is not needed. */
export function isDataFrame(value: object): value is DataFrameLike {
  return (
    "$dataIncolumnFormat" in value &&
    "print" in value &&
    "columns" in value &&
    Array.isArray(value.columns) &&
    "values" in value &&
    Array.isArray(value.values) &&
    "index" in value &&
    Array.isArray(value.index)
  );
}

/** A table as HTML, of at most 20 rows and 30 columns, and as the text that the frame prints. */
export function dataFrameBundle(frame: DataFrameLike): MimeBundle {
  return { data: { "text/html": toHtml(frame), "text/plain": frame.toString() }, metadata: {} };
}

function toHtml({ columns, index, values }: DataFrameLike): string {
  const names = columns.slice(0, MAX_COLUMNS);
  const hiddenColumns = columns.length - names.length;
  const shown = [...values.keys()].filter(
    (i) => values.length <= MAX_ROWS || i < EDGE_ROWS || i >= values.length - EDGE_ROWS,
  );
  const cells = (row: unknown): unknown[] => (Array.isArray(row) ? row.slice(0, MAX_COLUMNS) : [row]);
  const more = hiddenColumns > 0 ? ["…"] : [];
  const line = (tag: "th" | "td", label: unknown, entries: readonly unknown[]): string =>
    `<tr><th>${escape(label)}</th>${[...entries, ...more].map((entry) => `<${tag}>${escape(entry)}</${tag}>`).join("")}</tr>`;
  const rows: string[] = [];
  let previous = -1;
  for (const i of shown) {
    if (i !== previous + 1)
      rows.push(
        line(
          "td",
          "…",
          names.map(() => "…"),
        ),
      );
    rows.push(line("td", index[i], cells(values[i])));
    previous = i;
  }
  return [
    `<table><thead>${line("th", "", names)}</thead>`,
    `<tbody>${rows.join("")}</tbody></table>`,
    `<p>${values.length} × ${columns.length}</p>`,
  ].join("");
}

/** A value as HTML text; numbers with six significant digits, as pandas shows them. */
function escape(value: unknown): string {
  const shown = typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
  return String(shown).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
