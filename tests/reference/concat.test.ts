import { describe, expect, it } from "vitest";
import {
  AnnData,
  categorical,
  type Column,
  concat,
  type ConcatOptions,
  CsrMatrix,
  DenseMatrix,
  Frame,
  type Matrix,
  toCsc,
} from "../../src/lib/anndata/index.js";
import { readJson } from "./read-json.js";

interface ColumnJson {
  kind: string;
  values: (string | number | boolean | null)[];
  categories?: string[];
  ordered?: boolean;
}

type Rows = (number | null)[][];

interface Content {
  storage: "csr" | "csc" | "dense";
  X: Rows;
  obs_names: string[];
  var_names: string[];
  obs: Record<string, ColumnJson>;
  var: Record<string, ColumnJson>;
  layers: Record<string, Rows>;
  obsm: Record<string, Rows>;
  varm: Record<string, Rows>;
}

interface Case {
  options: {
    join: "inner" | "outer";
    label?: string;
    keys?: string[];
    index_unique?: string;
    merge?: "same";
    fill_value?: number;
  };
  parts: Content[];
  expected: Content;
}

const { cases } = readJson<{ cases: Case[] }>("concat.json");

describe("concat makes what anndata makes", () => {
  it.each(
    cases.map((content) => ({
      ...content,
      title: JSON.stringify(content.options),
      of: content.parts.map(({ storage }) => storage),
    })),
  )("$title of $of", ({ options, parts, expected }) => {
    const { index_unique: indexUnique, fill_value: fillValue, ...others } = options;
    const ours: ConcatOptions = { ...others, indexUnique, fillValue };
    const given = Object.fromEntries(Object.entries(ours).filter(([, value]) => value !== undefined));
    const joined = concat(parts.map(toAnnData), given);
    expect(describeData(joined)).toEqual(expected);
  });
});

function toAnnData(content: Content): AnnData {
  const store = (rows: Rows): Matrix => {
    const dense = matrix(rows);
    return { csr: CsrMatrix.fromDense(dense), csc: toCsc(dense), dense }[content.storage];
  };
  const all = <T>(matrices: Record<string, Rows>, make: (rows: Rows) => T) =>
    Object.fromEntries(Object.entries(matrices).map(([name, rows]) => [name, make(rows)]));
  return new AnnData({
    X: store(content.X),
    obs: frame(content.obs_names, content.obs),
    var: frame(content.var_names, content.var),
    layers: all(content.layers, store),
    obsm: all(content.obsm, matrix),
    varm: all(content.varm, matrix),
  });
}

function matrix(rows: Rows): DenseMatrix {
  return DenseMatrix.fromRows(rows.map((row) => row.map((value) => value ?? NaN)));
}

function frame(names: string[], columns: Record<string, ColumnJson>): Frame {
  return new Frame(
    names,
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, toColumn(column)])),
  );
}

function toColumn({ kind, values, categories, ordered }: ColumnJson): Column {
  const missing = Uint8Array.from(values, (value) => Number(value === null));
  switch (kind) {
    case "categorical":
      return { ...categorical(values as string[], categories), ...(ordered && { ordered }) };
    case "boolean":
      return { kind, values: Uint8Array.from(values, Number) };
    case "whole":
      return { kind: "numeric", values: Int32Array.from(values, Number), ...(missing.includes(1) && { missing }) };
    case "numeric":
      return { kind, values: Float64Array.from(values, (value) => (value === null ? NaN : Number(value))) };
    default:
      return { kind: "string", values: values as string[] };
  }
}

function describeData(adata: AnnData): Content {
  const all = (matrices: Record<string, Matrix>) =>
    Object.fromEntries(Object.entries(matrices).map(([name, values]) => [name, rowsOf(values)]));
  const columns = (table: Frame) => Object.fromEntries(table.columns.map((name) => [name, columnOf(table, name)]));
  return {
    storage: adata.X.kind,
    X: rowsOf(adata.X),
    obs_names: [...adata.obsNames],
    var_names: [...adata.varNames],
    obs: columns(adata.obs),
    var: columns(adata.var),
    layers: all(adata.layers),
    obsm: all(adata.obsm),
    varm: all(adata.varm),
  };
}

function rowsOf(values: Matrix): Rows {
  if (values.kind !== "dense") values.check();
  const dense = values.toDense();
  return Array.from({ length: dense.shape[0] }, (_, i) =>
    Array.from(dense.row(i), (x) => (Number.isNaN(x) ? null : x)),
  );
}

function columnOf(table: Frame, name: string): ColumnJson {
  const column = table.get(name);
  const texts = table.strings(name);
  switch (column.kind) {
    case "categorical":
      return { kind: "categorical", values: texts, categories: column.categories, ordered: column.ordered ?? false };
    case "boolean":
      return { kind: "boolean", values: texts.map((text) => (text === null ? null : text === "true")) };
    case "numeric": {
      const kind = column.values instanceof Int32Array ? "whole" : "numeric";
      return { kind, values: texts.map((text) => (text === null ? null : Number(text))) };
    }
    default:
      return { kind: "string", values: texts };
  }
}
