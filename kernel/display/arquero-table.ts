import type { MimeBundle } from "../protocol/messages.js";
import { hasMethods } from "./shape.js";
import { tableBundle } from "./table.js";

/** What is read of an arquero table. */
export interface ArqueroTableLike {
  numRows(): number;
  columnNames(): readonly string[];
  /** A cell; rows are counted as the table is filtered and ordered. */
  get(column: string, row: number): unknown;
}

/** Whether a value is an arquero table, told by its methods. */
export function isArqueroTable(value: object): value is ArqueroTableLike {
  return hasMethods(value, ["numRows", "numCols", "columnNames", "columnAt", "get", "indices", "reify", "scan"]);
}

/** A table of the rows that are left, in their order. */
export function arqueroTableBundle(table: ArqueroTableLike): MimeBundle {
  const columns = table.columnNames();
  return tableBundle({
    columns,
    rows: table.numRows(),
    cell: (row, column) => table.get(columns[column] ?? "", row),
  });
}
