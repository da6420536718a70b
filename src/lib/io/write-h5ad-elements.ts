import { type Column, columnStrings } from "../anndata/column.js";
import { Frame } from "../anndata/frame.js";
import { isMatrix, type Matrix } from "../anndata/matrix.js";
import type { NumberArray } from "./hdf5/encode.js";
import type { GroupWriter } from "./hdf5/writer.js";

export const ARRAY = encoding("array", "0.2.0");
const TEXTS = encoding("string-array", "0.2.0");
const SCALAR = encoding("numeric-scalar", "0.2.0");

function encoding(type: string, version: string) {
  return { "encoding-type": type, "encoding-version": version };
}

function group(
  parent: GroupWriter,
  name: string,
  type: string,
  version: string,
  fill: (made: GroupWriter) => void,
): void {
  parent.group(name, (made) => {
    for (const [key, value] of Object.entries(encoding(type, version))) made.attribute(key, value);
    fill(made);
  });
}

/** A group of an encoding that can be filled until its parent is finished. */
export function openEncoded(parent: GroupWriter, name: string, type: string, version: string): GroupWriter {
  const made = parent.open(name);
  for (const [key, value] of Object.entries(encoding(type, version))) made.attribute(key, value);
  return made;
}

/** Writes a matrix as csr_matrix, csc_matrix or a dense array. */
export function writeMatrix(parent: GroupWriter, name: string, matrix: Matrix): void {
  if (matrix.kind === "dense") return parent.numbers(name, matrix.data, ARRAY, [...matrix.shape]);
  group(parent, name, `${matrix.kind}_matrix`, "0.1.0", (made) => {
    made.attribute("shape", matrix.shape);
    made.numbers("data", matrix.data, ARRAY);
    made.numbers("indices", matrix.indices, ARRAY);
    made.numbers("indptr", matrix.indptr, ARRAY);
  });
}

/**
 * Writes a table as dataframe.
 *
 * @param place - where it stands, for messages.
 * @throws TypeError for a column whose name has no form in h5ad.
 */
export function writeFrame(parent: GroupWriter, name: string, frame: Frame, place = name): void {
  for (const column of frame.columns) {
    checkName(column, `${place}/${column}`);
    if (column === "_index") {
      throw new TypeError(
        `${place}/_index cannot be written: the row names have this name in the file; rename the column`,
      );
    }
  }
  group(parent, name, "dataframe", "0.2.0", (made) => {
    made.attribute("_index", "_index").attribute("column-order", frame.columns);
    writeStrings(made, "_index", frame.index);
    for (const column of frame.columns) writeColumn(made, column, frame.get(column));
  });
}

/** Writes a column. */
export function writeColumn(parent: GroupWriter, name: string, column: Column): void {
  switch (column.kind) {
    case "numeric": {
      const { values, missing } = column;
      if (!missing) return parent.numbers(name, values, ARRAY);
      // Missing fractions are NaN: only whole numbers have a mask in h5ad.
      if (!(values instanceof Int32Array)) {
        return parent.numbers(
          name,
          values.map((value, i) => (missing[i] ? NaN : value)),
          ARRAY,
        );
      }
      return group(parent, name, "nullable-integer", "0.1.0", (made) => {
        made.numbers("values", values, ARRAY);
        made.booleans("mask", missing, ARRAY);
      });
    }
    case "boolean": {
      const { values, missing } = column;
      if (!missing) return parent.booleans(name, values, ARRAY);
      return group(parent, name, "nullable-boolean", "0.1.0", (made) => {
        made.booleans("values", values, ARRAY);
        made.booleans("mask", missing, ARRAY);
      });
    }
    case "string": {
      const texts = columnStrings(column);
      if (!texts.includes(null)) return writeStrings(parent, name, texts as string[]);
      return group(parent, name, "nullable-string-array", "0.1.0", (made) => {
        const filled = texts.map((text) => text ?? "");
        writeStrings(made, "values", filled);
        made.booleans(
          "mask",
          texts.map((text) => Number(text === null)),
          ARRAY,
        );
      });
    }
    case "categorical":
      return group(parent, name, "categorical", "0.2.0", (made) => {
        made.attribute("ordered", column.ordered ?? false);
        if (column.numeric) made.numbers("categories", numberArray(column.categories.map(Number)), ARRAY);
        else writeStrings(made, "categories", column.categories);
        made.numbers("codes", column.categories.length < 128 ? Int8Array.from(column.codes) : column.codes, ARRAY);
      });
  }
}

function numberArray(numbers: number[]): NumberArray {
  return numbers.every(Number.isSafeInteger) ? BigInt64Array.from(numbers, BigInt) : Float64Array.from(numbers);
}

function writeStrings(parent: GroupWriter, name: string, data: readonly string[]): void {
  checkTexts(data);
  parent.texts(name, data, TEXTS);
}

function checkTexts(texts: readonly string[]): void {
  const cut = texts.find((text) => text.includes("\0"));
  if (cut === undefined) return;
  const rule = "texts in an h5ad file end at the first character \\0";
  throw new TypeError(`${JSON.stringify(cut)} cannot be written: ${rule}; remove it`);
}

/**
 * Writes a value of `uns`: text, number, boolean, null, lists of one kind, typed arrays, columns, tables, matrices, and records of them.
 * What is undefined is left out.
 *
 * @throws TypeError for anything else, naming the place.
 */
export function writeUns(parent: GroupWriter, name: string, value: unknown, place: string): void {
  if (value === null || value === undefined) return;
  checkName(name, place);
  if (typeof value === "string") {
    checkTexts([value]);
    parent.texts(name, [value], encoding("string", "0.2.0"), []);
  } else if (typeof value === "number") {
    parent.numbers(name, numberArray([value]), SCALAR, []);
  } else if (typeof value === "boolean") {
    parent.booleans(name, [Number(value)], SCALAR, []);
  } else if (isMatrix(value)) {
    writeMatrix(parent, name, value);
  } else if (value instanceof Frame) {
    writeFrame(parent, name, value, place);
  } else if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    parent.numbers(name, value as NumberArray, ARRAY);
  } else if (Array.isArray(value)) {
    writeList(parent, name, value, place);
  } else if (isColumn(value)) {
    writeColumn(parent, name, value);
  } else if (isRecord(value) && isTable(name, value)) {
    for (const column of Object.values(value)) if (Array.isArray(column)) checkTexts(column as string[]);
    parent.records(name, value, encoding("rec-array", "0.2.0"));
  } else if (isRecord(value)) {
    group(parent, name, "dict", "0.1.0", (made) => {
      for (const [key, member] of Object.entries(value)) writeUns(made, key, member, `${place}/${key}`);
    });
  } else {
    throw new TypeError(`${place} cannot be written: it is a ${typeof value}; make it text, numbers or a record`);
  }
}

function writeList(parent: GroupWriter, name: string, list: unknown[], place: string): void {
  if (list.every((item) => typeof item === "number")) {
    parent.numbers(name, Float64Array.from(list), ARRAY);
  } else if (list.every((item) => typeof item === "string")) {
    writeStrings(parent, name, list);
  } else if (list.every((item) => typeof item === "boolean")) {
    parent.booleans(name, list.map(Number), ARRAY);
  } else {
    throw new TypeError(`${place} cannot be written: a list in uns holds numbers, texts or booleans, all of one kind`);
  }
}

/** What scanpy keeps as a structured array, a member a group: the results of `rank_genes_groups`. */
const STRUCTURED = ["names", "scores", "pvals", "pvals_adj", "log_pvals", "log_pvals_adj", "logfoldchanges"];

/**
 * Whether a record is to become a structured array: lists of one length under one of scanpy's names, or with names of their own
 * that a group cannot have ("CD4+/CD25 T Reg").
 */
function isTable(
  name: string,
  value: Record<string, unknown>,
): value is Record<string, NumberArray | readonly string[]> {
  const columns = Object.entries(value);
  if (columns.length === 0 || !(STRUCTURED.includes(name) || columns.some(([key]) => key.includes("/")))) return false;
  const length = (columns[0]![1] as ArrayLike<unknown> | null)?.length;
  return columns.every(
    ([key, column]) =>
      key !== "" &&
      !key.includes("\0") &&
      ((ArrayBuffer.isView(column) && !(column instanceof DataView)) ||
        (Array.isArray(column) && column.every((text) => typeof text === "string"))) &&
      (column as ArrayLike<unknown>).length === length,
  );
}

// What a categorical or nullable array of `uns` is read as.
function isColumn(value: unknown): value is Column {
  if (!isRecord(value)) return false;
  const { kind, values, codes, categories } = value;
  if (kind === "categorical") return codes instanceof Int32Array && Array.isArray(categories);
  return kind === "numeric" || kind === "boolean"
    ? ArrayBuffer.isView(values)
    : kind === "string" && Array.isArray(values);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function checkName(name: string, place: string): void {
  if (name !== "" && name !== "." && !/[/\0]/.test(name)) return;
  const rule = 'a name in an h5ad file has at least one character, no "/", and is not "."';
  throw new TypeError(`${place} cannot be written: ${rule}; rename it`);
}

/**
 * Writes a group of matrices: `layers`, `obsm`, `varm`, `obsp`, `varp`.
 *
 * @throws TypeError for a matrix whose name has no form in h5ad.
 */
export function writeEntries(parent: GroupWriter, name: string, entries: Record<string, Matrix>): void {
  group(parent, name, "dict", "0.1.0", (made) => {
    for (const [key, matrix] of Object.entries(entries)) {
      checkName(key, `${name}/${key}`);
      writeMatrix(made, key, matrix);
    }
  });
}

/** Marks the file as anndata's. */
export function writeRoot(root: GroupWriter): void {
  for (const [key, value] of Object.entries(encoding("anndata", "0.1.0"))) root.attribute(key, value);
}

/** Writes `raw`. */
export function writeRaw(root: GroupWriter, raw: { X: Matrix; var: Frame }): void {
  group(root, "raw", "raw", "0.1.0", (made) => {
    writeMatrix(made, "X", raw.X);
    writeFrame(made, "var", raw.var, "raw/var");
    writeEntries(made, "varm", {});
  });
}
