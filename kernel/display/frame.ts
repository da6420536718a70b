import type { MimeBundle } from "../protocol/messages.js";
import { hasMethods, propertyOf } from "./shape.js";
import { tableBundle } from "./table.js";

/** A column, of which what is there depends on its kind. */
interface ColumnLike {
  readonly kind: string;
  readonly values?: ArrayLike<unknown>;
  readonly missing?: ArrayLike<number>;
  readonly codes?: ArrayLike<number>;
  readonly categories?: readonly string[];
}

/** What is read of the table of cells or of genes of an AnnData. */
export interface FrameLike {
  readonly index: readonly string[];
  readonly columns: readonly string[];
  get(name: string): ColumnLike;
}

/** Whether a value is such a table, told by its shape. */
export function isFrame(value: object): value is FrameLike {
  return Array.isArray(propertyOf(value, "index")) && hasMethods(value, ["get", "has", "set", "numbers", "strings"]);
}

/** A table with the names of the rows and the columns' kinds. */
export function frameBundle(frame: FrameLike): MimeBundle {
  const columns = frame.columns.map((name) => frame.get(name));
  return tableBundle({
    columns: frame.columns,
    types: columns.map(({ kind }) => kind),
    rows: frame.index.length,
    label: (row) => frame.index[row],
    cell: (row, column) => valueOf(columns[column], row),
  });
}

function valueOf(column: ColumnLike | undefined, row: number): unknown {
  if (!column || column.missing?.[row] === 1) return undefined;
  if (column.codes) return column.categories?.[column.codes[row] ?? -1];
  const value = column.values?.[row] ?? undefined;
  return column.kind === "boolean" ? value === 1 : value;
}
