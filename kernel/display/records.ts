import { types } from "node:util";
import type { MimeBundle } from "../protocol/messages.js";
import { propertyOf } from "./shape.js";
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

/** Whether a value is a list of records, told by its first element. */
export function isRecordList(value: unknown): value is readonly object[] {
  if (!Array.isArray(value) || types.isProxy(value)) return false;
  const first: unknown = Object.getOwnPropertyDescriptor(value, 0)?.value;
  return typeof first === "object" && first !== null && Object.getPrototypeOf(first) === Object.prototype;
}

/** A table of a list of records, whose columns are the keys of the first; of a long one only what is shown is read. */
export function recordListBundle(rows: readonly object[]): MimeBundle {
  const columns = Object.keys(rows[0] ?? {});
  return tableBundle({
    columns,
    rows: rows.length,
    cell: (row, column) => {
      const record: unknown = rows[row];
      return typeof record === "object" && record !== null ? propertyOf(record, columns[column] ?? "") : record;
    },
  });
}
