import type { MimeBundle } from "../protocol/messages.js";
import { tableBundle } from "./table.js";

/** What is read of a danfo.js DataFrame or Series. */
export interface DataFrameLike {
  readonly columns: readonly unknown[];
  readonly index: readonly unknown[];
  /** Rows of a DataFrame, or the values of a Series. */
  readonly values: readonly unknown[];
  toString(): string;
}

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

/** A table, and the text that the frame prints. */
export function dataFrameBundle(frame: DataFrameLike): MimeBundle {
  const { columns, index, values } = frame;
  const { data, metadata } = tableBundle({
    columns: columns.map(String),
    rows: values.length,
    label: (row) => index[row],
    cell: (row, column) => {
      const cells = values[row];
      return Array.isArray(cells) ? cells[column] : cells;
    },
  });
  return { data: { ...data, "text/plain": frame.toString() }, metadata };
}
