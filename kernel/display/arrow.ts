import type { MimeBundle } from "../protocol/messages.js";
import { hasMethods, propertyOf } from "./shape.js";
import { tableBundle } from "./table.js";
import { textOfItems } from "./text.js";

/** What is read of an Apache Arrow Table or RecordBatch. */
export interface ArrowTableLike {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: unknown }[] };
  readonly numRows: number;
  getChildAt(column: number): { get(row: number): unknown } | null;
}

/** Whether a value is an Apache Arrow Table or RecordBatch, told by its shape. */
export function isArrowTable(value: object): value is ArrowTableLike {
  const schema = propertyOf(value, "schema");
  return (
    typeof schema === "object" &&
    schema !== null &&
    Array.isArray(propertyOf(schema, "fields")) &&
    hasMethods(value, ["getChildAt", "getChild", "selectAt"])
  );
}

/** What is read of an Apache Arrow Vector. */
export interface ArrowVectorLike {
  readonly type: unknown;
  readonly length: number;
  get(row: number): unknown;
}

/** Whether a value is an Apache Arrow Vector, told by its shape. */
export function isArrowVector(value: object): value is ArrowVectorLike {
  const type = propertyOf(value, "type");
  const isTyped = typeof type === "object" && type !== null && typeof propertyOf(type, "typeId") === "number";
  return (
    isTyped && typeof propertyOf(value, "length") === "number" && hasMethods(value, ["get", "getChildAt", "toArray"])
  );
}

/** The type and the first values. */
export function arrowVectorBundle(vector: ArrowVectorLike): MimeBundle {
  const first = Array.from({ length: Math.min(vector.length, 101) }, (_, i) => vector.get(i));
  const text = `Vector<${String(vector.type)}>(${vector.length}) ${textOfItems(first, vector.length)}`;
  return { data: { "text/plain": text }, metadata: {} };
}

/** A table with the columns' types. */
export function arrowTableBundle(table: ArrowTableLike): MimeBundle {
  const { fields } = table.schema;
  const types = fields.map(({ type }) => String(type));
  const columns = fields.map((_, i) => table.getChildAt(i));
  return tableBundle({
    columns: fields.map(({ name }) => name),
    types,
    rows: table.numRows,
    cell: (row, column) => {
      const value = columns[column]?.get(row);
      const isTime = typeof value === "number" && /^(Timestamp|Date)/.test(types[column] ?? "");
      return isTime ? new Date(value).toISOString() : value;
    },
  });
}
