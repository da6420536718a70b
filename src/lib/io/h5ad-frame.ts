import type { Column } from "../anndata/column.js";
import { Frame } from "../anndata/frame.js";
import { FileError } from "./file-error.js";
import { damaged, type H5adSource, unknownEncoding } from "./h5ad-source.js";
import {
  attribute,
  type Dataset,
  type Entity,
  type Group,
  isDataset,
  isGroup,
  readNumbers,
  readStrings,
  readValues,
} from "./hdf5.js";

/** A table: a group of columns (anndata 0.7 and later), or a compound dataset (0.6). */
export function readFrame(source: H5adSource, entity: Entity, element: string, legacy?: Group): Frame {
  if (isDataset(entity)) return readCompoundFrame(source, entity, element, legacy);
  if (!isGroup(entity)) throw unknownEncoding(source, entity, element);
  const indexName = String(attribute(entity, "_index") ?? "_index");
  const index = entity.get(indexName);
  if (!index) {
    throw new FileError(source.path, `${element}/${indexName}`, "is missing", "Write the file again with anndata");
  }
  const frame = new Frame(readNames(source, index, `${element}/${indexName}`).names);
  const order = attribute(entity, "column-order");
  const categories = entity.get("__categories");
  const names = Array.isArray(order) ? order.map(String) : entity.names().filter((name) => !name.startsWith("__"));
  for (const name of names) {
    const member = entity.get(name);
    if (name === indexName) continue;
    if (!member) {
      source.notice(`${source.path}: ${element}/${name} was left out: column-order names it, but it is not there`);
      continue;
    }
    const values = readColumn(source, member, `${element}/${name}`, isGroup(categories) ? categories : undefined);
    damaged(source, `${element}/${name}`, () => frame.set(name, values));
  }
  return frame;
}

/** The names of a table's rows, or categories; numbers and booleans become their texts. */
function readNames(source: H5adSource, entity: Entity, element: string): { names: string[]; numeric: boolean } {
  const dataset = isGroup(entity) ? entity.get("values") : entity;
  if (!isDataset(dataset)) throw unknownEncoding(source, entity, element);
  if (dataset.holds === "strings") return { names: texts(source, dataset, element), numeric: false };
  const values = readNumbers(source.path, dataset);
  const isBoolean = dataset.holds === "booleans";
  return {
    names: Array.from(values, (value) => (isBoolean ? (value ? "True" : "False") : String(value))),
    numeric: !isBoolean,
  };
}

/** A dataset's texts; what is not UTF-8 is told. */
export function texts(source: H5adSource, dataset: Dataset, element: string): string[] {
  return readStrings(source.path, dataset, (text) =>
    source.notice(`${source.path}: ${element}: "${text}" is not UTF-8 text; it was read as Latin-1`),
  );
}

/** A column of a table, or a categorical or nullable array in `uns`. */
export function readColumn(source: H5adSource, entity: Entity, element: string, categories?: Group): Column {
  if (isGroup(entity)) return readGroupColumn(source, entity, element);
  if (!isDataset(entity)) throw unknownEncoding(source, entity, element);
  const name = element.split("/").at(-1)!;
  const legacyCategories = categories && entity.hasAttribute("categories") ? categories.get(name) : undefined;
  if (isDataset(legacyCategories)) {
    const ordered = attribute(legacyCategories, "ordered") ? true : undefined;
    const categories = readNames(source, legacyCategories, element);
    return toCategorical(source, readNumbers(source.path, entity), categories, element, ordered);
  }
  switch (entity.holds) {
    case "strings":
      return { kind: "string", values: texts(source, entity, element) };
    case "booleans":
      return { kind: "boolean", values: new Uint8Array(readNumbers(source.path, entity)) };
    case "numbers":
      return { kind: "numeric", values: columnNumbers(readNumbers(source.path, entity)) };
    default:
      throw unknownEncoding(source, entity, element);
  }
}

/** The numbers of a column, whole ones as int32 where they fit. */
export function columnNumbers(values: ArrayLike<number>): Float64Array | Float32Array | Int32Array {
  if (values instanceof Float64Array) {
    // 64-bit whole numbers come as float64; those that fit become whole again.
    return values.length > 0 && values.every((value) => (value | 0) === value && !Object.is(value, -0))
      ? new Int32Array(values)
      : values;
  }
  if (values instanceof Float32Array || values instanceof Int32Array) return values;
  return values instanceof Uint32Array ? Float64Array.from(values) : Int32Array.from(values);
}

function readGroupColumn(source: H5adSource, group: Group, element: string): Column {
  const encoding = attribute(group, "encoding-type");
  const part = (name: string) => {
    const dataset = group.get(name);
    if (!isDataset(dataset)) throw unknownEncoding(source, group, element);
    return dataset;
  };
  const readMask = (length: number) => {
    const mask = new Uint8Array(readNumbers(source.path, part("mask")));
    if (mask.length === length) return mask;
    const problem = `its mask has length ${mask.length}, its values ${length}`;
    throw new FileError(source.path, element, problem, "The file is damaged: fetch or write it again");
  };
  switch (encoding) {
    case "categorical": {
      const categories = group.get("categories");
      if (!categories) throw unknownEncoding(source, group, element);
      const names = readNames(source, categories, `${element}/categories`);
      const ordered = attribute(group, "ordered") ? true : undefined;
      return toCategorical(source, readNumbers(source.path, part("codes")), names, element, ordered);
    }
    case "nullable-integer": {
      const numbers = columnNumbers(readNumbers(source.path, part("values")));
      const missing = readMask(numbers.length);
      if (numbers instanceof Int32Array) return { kind: "numeric", values: numbers, missing };
      return { kind: "numeric", values: Float64Array.from(numbers, (value, i) => (missing[i] ? NaN : value)) };
    }
    case "nullable-boolean": {
      const values = new Uint8Array(readNumbers(source.path, part("values")));
      return { kind: "boolean", values, missing: readMask(values.length) };
    }
    case "nullable-string-array": {
      const values = texts(source, part("values"), element);
      const missing = readMask(values.length);
      return { kind: "string", values: values.map((text, i) => (missing[i] ? null : text)) };
    }
    default:
      throw unknownEncoding(source, group, element);
  }
}

function toCategorical(
  source: H5adSource,
  numbers: ArrayLike<number>,
  { names, numeric }: { names: string[]; numeric: boolean },
  element: string,
  ordered?: true,
): Column {
  const codes = numbers instanceof Int32Array ? numbers : new Int32Array(numbers);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code >= -1 && code < names.length && code === numbers[i]) continue;
    const problem = `the category code ${numbers[i]} in row ${i} is out of range: there are ${names.length} categories`;
    throw new FileError(source.path, element, problem, "The file is damaged: fetch or write it again");
  }
  return { kind: "categorical", codes, categories: names, ...(ordered && { ordered }), ...(numeric && { numeric }) };
}

/** anndata 0.6: one compound dataset; a whole-number column `x` with `uns/x_categories` is categorical. */
function readCompoundFrame(source: H5adSource, dataset: Dataset, element: string, legacy?: Group): Frame {
  const members = compoundColumns(source, dataset, element);
  const indexName = ["index", "_index"].find((name) => members.has(name)) ?? [...members.keys()][0];
  const index = indexName === undefined ? undefined : members.get(indexName);
  if (!Array.isArray(index)) throw unknownEncoding(source, dataset, element);
  const frame = new Frame(index.map(String));
  for (const [name, values] of members) {
    if (name === indexName) continue;
    const place = `${element}/${name}`;
    const categories = legacy?.get(`${name}_categories`);
    if (isDataset(categories) && ArrayBuffer.isView(values)) {
      const names = readNames(source, categories, `uns/${name}_categories`);
      frame.set(name, toCategorical(source, values, names, place));
    } else if (Array.isArray(values[0])) {
      source.notice(`${source.path}: ${place} was left out: it holds several values a row`);
    } else {
      frame.set(name, values as string[] | boolean[] | Float64Array);
    }
  }
  return frame;
}

/** The columns of a compound dataset, by name: numbers as typed arrays, others as lists. */
export function compoundColumns(source: H5adSource, dataset: Dataset, element: string): Map<string, MemberValues> {
  if (dataset.type.kind !== "compound") throw unknownEncoding(source, dataset, element);
  const rows = readValues(source.path, dataset) as (number | string | boolean | number[])[][];
  return new Map(
    dataset.type.members.map(({ name, type }, at): [string, MemberValues] => {
      const values = rows.map((row) => row[at]!);
      if (type.kind === "float") {
        return [name, type.size === 4 ? Float32Array.from(values as number[]) : Float64Array.from(values as number[])];
      }
      if (type.kind === "integer") return [name, columnNumbers(Float64Array.from(values as number[]))];
      return [name, values as string[]];
    }),
  );
}

/** Values of a member of a compound: numbers, texts, booleans, or a list of numbers a row. */
export type MemberValues = Float64Array | Float32Array | Int32Array | string[] | boolean[] | number[][];
