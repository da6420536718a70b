import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import type { AnnData, Frame, Matrix } from "../../src/lib/anndata/index.js";
import { readH5ad, writeH5ad } from "../../src/lib/io/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { readJson } from "./read-json.js";

interface Column {
  kind: string;
  values: unknown[];
  categories?: string[];
  ordered?: boolean;
}

type Rows = number[][];

interface Content {
  X: Rows;
  obs_names: string[];
  var_names: string[];
  obs: Record<string, Column>;
  var: Record<string, Column>;
  layers?: Record<string, Rows>;
  obsm?: Record<string, Rows>;
  varm?: Record<string, Rows>;
  obsp?: Record<string, Rows>;
  raw?: { X: Rows; var_names: string[] };
  uns: Record<string, unknown>;
}

const expected = readJson<{ current: Content; legacy: Content }>("h5ad/expected.json");

describe.each(["current", "legacy"] as const)("an h5ad file of the %s layout", (layout) => {
  let path: string;
  beforeEach(() => {
    path = join(temporaryFolder(), `${layout}.h5ad`);
    writeFileSync(path, gunzipSync(readFileSync(new URL(`h5ad/${layout}.h5ad.gz`, import.meta.url))));
  });
  const read = async (from: string) => {
    const notices: string[] = [];
    const adata = await readH5ad(from, { onNotice: (notice) => notices.push(notice) });
    expect(notices).toEqual([]);
    return adata;
  };

  it("is read as anndata reads it", async () => {
    expectContent(await read(path), expected[layout]);
  });

  it("is the same after it was written by us", async () => {
    await writeH5ad(await read(path), path);
    const content = structuredClone(expected[layout]);
    // Null has no form that older anndata read; it is left out.
    if (layout === "current") content.uns["log1p"] = {};
    expectContent(await read(path), content);
  });
});

/** Values are stored, not computed: they agree exactly, but for float64 matrices, which become float32. */
function expectContent(adata: AnnData, content: Content): void {
  expect(adata.obsNames).toEqual(content.obs_names);
  expect(adata.varNames).toEqual(content.var_names);
  expectMatrix(adata.X, content.X);
  expect(adata.X.kind).toBe("csr");
  expectFrame(adata.obs, content.obs);
  expectFrame(adata.var, content.var);
  for (const field of ["layers", "obsm", "varm", "obsp"] as const) {
    const matrices: Record<string, Matrix> = adata[field];
    expect(Object.keys(matrices).sort()).toEqual(Object.keys(content[field] ?? {}).sort());
    for (const [name, matrix] of Object.entries(matrices)) expectMatrix(matrix, content[field]![name]!);
  }
  expect(adata.raw?.var.index).toEqual(content.raw?.var_names);
  if (adata.raw) expectMatrix(adata.raw.X, content.raw!.X);
  expect(plain(adata.uns)).toEqual(content.uns);
}

function expectMatrix(matrix: Matrix, rows: Rows): void {
  expect([...matrix.shape]).toEqual([rows.length, rows[0]!.length]);
  expect([...matrix.toDense().data]).toEqual(rows.flat().map(Math.fround));
}

function expectFrame(frame: Frame, columns: Record<string, Column>): void {
  expect(frame.columns).toEqual(Object.keys(columns));
  for (const [name, { kind, values, categories, ordered }] of Object.entries(columns)) {
    const column = frame.get(name);
    expect(column.kind, name).toBe(kind);
    if (kind === "numeric") expect([...frame.numbers(name)]).toEqual(values.map((value) => value ?? NaN));
    else expect(frame.strings(name)).toEqual(values.map((value) => (value === null ? null : String(value))));
    if (column.kind !== "categorical") continue;
    expect(column.categories).toEqual(categories);
    expect(column.ordered ?? false).toBe(ordered);
  }
}

function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
