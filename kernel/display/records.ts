import type { MimeBundle } from "../protocol/messages.js";
import { tableBundle } from "./table.js";
import { textOf } from "./text.js";

/** Options of a table of records. */
export interface TableOptions {
  /** Names of the columns, in order. Default: every key of the rows. */
  readonly columns?: readonly string[];
}

/** A table of rows that are objects or arrays. */
export function recordsBundle(rows: Iterable<object>, { columns }: TableOptions): MimeBundle {
  if (typeof rows !== "object" || rows === null || !(Symbol.iterator in rows)) {
    throw new TypeError(`display.table takes rows, such as [{ a: 1 }, { a: 2 }]; got ${textOf(rows)}`);
  }
  const list = [...rows] as Record<string, unknown>[];
  const wrong = list.find((row) => typeof row !== "object" || row === null);
  if (wrong !== undefined)
    throw new TypeError(`display.table takes rows that are objects or arrays; got ${textOf(wrong)}`);
  const names = columns ?? [...new Set(list.flatMap((row) => Object.keys(row)))];
  return tableBundle({
    columns: names,
    rows: list.length,
    cell: (row, column) => list[row]?.[names[column] ?? ""],
  });
}
