import { join } from "node:path";
import { type AnnData, type Column, type Frame, io as files, type Matrix } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { float32, type Results, unknownCase } from "../results.js";

type Reader = (path: string, fixture: FixtureCase, onNotice: (message: string) => void) => Promise<AnnData>;

const READERS: Record<string, Reader> = {
  h5ad: (path, _, onNotice) => files.readH5ad(path, { onNotice }),
  "10x_mtx": (path, _, onNotice) => files.read10xMtx(path, { onNotice }),
  "10x_h5": (path, _, onNotice) => files.read10xH5(path, { onNotice }),
  loom: (path, _, onNotice) => files.readLoom(path, { onNotice }),
  delimited: (path, { parameters }, onNotice) =>
    files.readCsv(path, {
      delimiter: parameters["delimiter"] as string | undefined,
      genesInRows: parameters["orientation"] === "genes_in_rows",
      onNotice,
    }),
};

/** Files of every format with their contents, and malformed files, which are refused or read with a notice. */
export async function io(fixture: FixtureCase): Promise<Results> {
  const { path, format } = fixture.inputs["input"]!;
  const reader = READERS[format!] ?? unknownCase(fixture);
  const notices: string[] = [];
  const read = () => reader(join(fixture.folder, path!), fixture, (notice) => notices.push(notice));
  if ("outcome" in fixture.expected) return { outcome: await outcome(fixture, read, notices) };
  const adata = await read();
  if (notices.length > 0) throw new Error(`a notice about a file in order: ${notices.join("; ")}`);
  return Object.fromEntries(Object.keys(fixture.expected).map((name) => [name, valueOf(adata, name)]));
}

/** "error" and "error_or_warning" are both met by an error that names the file, the latter also by such a notice. */
async function outcome(fixture: FixtureCase, read: () => Promise<AnnData>, notices: string[]): Promise<unknown> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof files.FileError) || !error.message.includes(fixture.name)) throw error;
    return fixture.expected["outcome"]!.value;
  }
  return notices.some((notice) => notice.includes(fixture.name)) ? "error_or_warning" : "read without a word";
}

function valueOf(adata: AnnData, name: string): unknown {
  const [field, key] = name.split(".") as [string, string | undefined];
  switch (name) {
    case "shape":
      return [...adata.shape];
    case "obs_names":
      return adata.obsNames;
    case "var_names":
      return adata.varNames;
    case "raw.var_names":
      return adata.raw!.var.index;
    case "gene_ids":
      return adata.var.strings("gene_ids");
    case "obs":
    case "var":
      return columns(adata[name]);
    case "uns":
      return plain(adata.uns);
  }
  if (field === "obs") return adata.obs.strings(key!);
  return float32(matrixOf(adata, field, key).toDense().data);
}

function matrixOf(adata: AnnData, field: string, key?: string): Matrix {
  if (field === "X") return adata.X;
  if (field === "raw") return adata.raw!.X;
  return (adata[field as "layers" | "obsm" | "varm" | "obsp"] as Record<string, Matrix>)[key!]!;
}

function columns(frame: Frame): Record<string, unknown> {
  return Object.fromEntries(frame.columns.map((name) => [name, describe(frame.get(name), frame.strings(name))]));
}

function describe(column: Column, texts: (string | null)[]): Record<string, unknown> {
  const numbers = (list: (string | null)[]) => list.map((text) => (text === null ? null : Number(text)));
  switch (column.kind) {
    case "numeric":
      return { kind: column.values instanceof Int32Array ? "int" : "float", values: numbers(texts) };
    case "boolean":
      return { kind: "bool", values: texts.map((text) => (text === null ? null : text === "true")) };
    case "string":
      return { kind: "string", values: texts };
    case "categorical": {
      const { codes, categories, ordered = false, numeric } = column;
      const typed = numeric ? numbers : (list: (string | null)[]) => list;
      return { kind: "categorical", values: typed(texts), categories: typed(categories), ordered, codes };
    }
  }
}

function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
