import type { Dataset, Group } from "h5wasm/node";
import { categorical, type Column, columnStrings } from "../anndata/column.js";
import { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import { Frame } from "../anndata/frame.js";
import type { Matrix } from "../anndata/matrix.js";
import { BOOLEAN_MEMBER } from "./hdf5-booleans.js";

type NumberArray = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array;

function encode(target: Dataset | Group, type: string, version: string): void {
  target.create_attribute("encoding-type", type, null, "S");
  target.create_attribute("encoding-version", version, null, "S");
}

function group(parent: Group, name: string, type: string, version: string): Group {
  const made = parent.create_group(name);
  encode(made, type, version);
  return made;
}

/** Writes a matrix as csr_matrix or as a dense array. */
export function writeMatrix(parent: Group, name: string, matrix: Matrix): void {
  if (matrix.kind === "dense") {
    encode(parent.create_dataset({ name, data: matrix.data, shape: [...matrix.shape] }), "array", "0.2.0");
    return;
  }
  const made = group(parent, name, "csr_matrix", "0.1.0");
  made.create_attribute("shape", BigInt64Array.from(matrix.shape, BigInt));
  made.create_dataset({ name: "data", data: matrix.data });
  made.create_dataset({ name: "indices", data: matrix.indices });
  made.create_dataset({ name: "indptr", data: matrix.indptr });
}

/**
 * Writes a table as dataframe.
 *
 * @param place - where it stands, for messages.
 * @throws TypeError for a column whose name has no form in h5ad.
 */
export function writeFrame(parent: Group, name: string, frame: Frame, place = name): void {
  for (const column of frame.columns) {
    checkName(column, `${place}/${column}`);
    if (column === "_index") {
      throw new TypeError(
        `${place}/_index cannot be written: the row names have this name in the file; rename the column`,
      );
    }
  }
  const made = group(parent, name, "dataframe", "0.2.0");
  made.create_attribute("_index", "_index", null, "S");
  const { columns } = frame;
  // h5wasm cannot write an empty list of texts; anndata reads an empty list of numbers as well, and writes one itself.
  if (columns.length > 0) made.create_attribute("column-order", columns, null, "S");
  else made.create_attribute("column-order", new Float64Array(0));
  writeStrings(made, "_index", [...frame.index]);
  for (const column of columns) writeColumn(made, column, frame.get(column));
}

/** Writes a column; texts of which some are missing become categorical, since older anndata know no missing texts. */
export function writeColumn(parent: Group, name: string, column: Column): void {
  switch (column.kind) {
    case "numeric":
      return writeNumbers(parent, name, column.values);
    case "boolean": {
      if (!column.missing) return writeBooleans(parent, name, column.values);
      const made = group(parent, name, "nullable-boolean", "0.1.0");
      writeBooleans(made, "values", column.values);
      return writeBooleans(made, "mask", column.missing);
    }
    case "string": {
      const texts = columnStrings(column);
      if (texts.every((text) => text !== null)) return writeStrings(parent, name, texts);
      return writeColumn(parent, name, categorical(texts));
    }
    case "categorical": {
      const made = group(parent, name, "categorical", "0.2.0");
      made.create_attribute("ordered", column.ordered ? 1 : 0);
      writeStrings(made, "categories", column.categories);
      const fits = column.categories.length < 128;
      writeNumbers(made, "codes", fits ? Int8Array.from(column.codes) : column.codes);
    }
  }
}

function writeNumbers(parent: Group, name: string, data: NumberArray): void {
  encode(parent.create_dataset({ name, data }), "array", "0.2.0");
}

function writeStrings(parent: Group, name: string, data: string[]): void {
  checkTexts(data);
  encode(parent.create_dataset({ name, data, shape: [data.length], dtype: "S" }), "string-array", "0.2.0");
}

function checkTexts(texts: string[]): void {
  const cut = texts.find((text) => text.includes("\0"));
  if (cut === undefined) return;
  const rule = "texts in an h5ad file end at the first character \\0";
  throw new TypeError(`${JSON.stringify(cut)} cannot be written: ${rule}; remove it`);
}

function writeBooleans(parent: Group, name: string, values: ArrayLike<number>, shape = [values.length]): void {
  const data = new Map([[BOOLEAN_MEMBER, Int8Array.from(values, (value) => (value ? 1 : 0))]]);
  encode(parent.create_dataset({ name, data, shape }), shape.length === 0 ? "numeric-scalar" : "array", "0.2.0");
}

/**
 * Writes a value of `uns`: text, number, boolean, lists of one of these, typed arrays, tables, matrices, and records of them.
 * What is null or undefined is left out.
 *
 * @throws TypeError for anything else, naming the place.
 */
export function writeUns(parent: Group, name: string, value: unknown, place: string): void {
  if (value === null || value === undefined) return;
  checkName(name, place);
  if (typeof value === "string") {
    checkTexts([value]);
    encode(parent.create_dataset({ name, data: value, shape: [], dtype: "S" }), "string", "0.2.0");
  } else if (typeof value === "number") {
    const dtype = Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31 ? "<i" : "<d";
    encode(parent.create_dataset({ name, data: value, shape: [], dtype }), "numeric-scalar", "0.2.0");
  } else if (typeof value === "boolean") {
    writeBooleans(parent, name, [Number(value)], []);
  } else if (value instanceof CsrMatrix || value instanceof DenseMatrix) {
    writeMatrix(parent, name, value);
  } else if (value instanceof Frame) {
    writeFrame(parent, name, value, place);
  } else if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    writeNumbers(parent, name, value as NumberArray);
  } else if (Array.isArray(value)) {
    writeList(parent, name, value, place);
  } else if (isColumn(value)) {
    writeColumn(parent, name, value);
  } else if (isRecord(value)) {
    const made = group(parent, name, "dict", "0.1.0");
    for (const [key, member] of Object.entries(value)) writeUns(made, key, member, `${place}/${key}`);
  } else {
    throw new TypeError(`${place} cannot be written: it is a ${typeof value}; make it text, numbers or a record`);
  }
}

function writeList(parent: Group, name: string, list: unknown[], place: string): void {
  if (list.every((item) => typeof item === "number")) {
    writeNumbers(parent, name, Float64Array.from(list));
  } else if (list.every((item) => typeof item === "string")) {
    writeStrings(parent, name, list);
  } else if (list.every((item) => typeof item === "boolean")) {
    writeBooleans(parent, name, list.map(Number));
  } else {
    throw new TypeError(`${place} cannot be written: a list in uns holds numbers, texts or booleans, all of one kind`);
  }
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

function checkName(name: string, place: string): void {
  if (name !== "" && name !== "." && !/[/\0]/.test(name)) return;
  const rule = 'a name in an h5ad file has at least one character, no "/", and is not "."';
  throw new TypeError(`${place} cannot be written: ${rule}; rename it`);
}

/**
 * Writes a group of matrices: `layers`, `obsm`, `varm`, `obsp`.
 *
 * @throws TypeError for a matrix whose name has no form in h5ad.
 */
export function writeEntries(parent: Group, name: string, entries: Record<string, Matrix>): void {
  const made = group(parent, name, "dict", "0.1.0");
  for (const [key, matrix] of Object.entries(entries)) {
    checkName(key, `${name}/${key}`);
    writeMatrix(made, key, matrix);
  }
}

/** Marks the file as anndata's. */
export function writeRoot(root: Group): void {
  encode(root, "anndata", "0.1.0");
}

/** Writes `raw`. */
export function writeRaw(root: Group, raw: { X: Matrix; var: Frame }): void {
  const made = group(root, "raw", "raw", "0.1.0");
  writeMatrix(made, "X", raw.X);
  writeFrame(made, "var", raw.var, "raw/var");
  writeEntries(made, "varm", {});
}
