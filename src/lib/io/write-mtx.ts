import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AnnData } from "../anndata/anndata.js";
import { type CsrMatrix } from "../anndata/csr.js";
import { toCsr } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { writeAtomically } from "./atomic.js";
import { FileError } from "./file-error.js";
import { floatText, writeText } from "./write-text.js";

/** Options of {@link writeMtx}. */
export interface WriteMtxOptions {
  /** Whether the three files are gzip, as Cell Ranger 3 writes them. Default: true. */
  gzip?: boolean;
}

const FILES = ["matrix.mtx", "barcodes.tsv", "features.tsv"];

/**
 * Writes X as a 10x folder of version 3: `matrix.mtx` (genes × cells), `barcodes.tsv` and `features.tsv` (`var.gene_ids` where there
 * is one, else the name; the name; `var.feature_types`, else "Gene Expression"). The folder is written beside its place and renamed when
 * whole; one that holds such files alone is replaced.
 *
 * @throws {@link FileError} where the folder holds something else, its parent is missing or not writable, or the disk is full.
 * @throws TypeError where a name has a tab or a line end, or a value is not finite.
 * @example
 * await io.writeMtx(adata, "filtered_feature_bc_matrix");
 */
export async function writeMtx(adata: AnnData, folder: string, options: WriteMtxOptions = {}): Promise<void> {
  const { gzip } = resolveOptions<Required<WriteMtxOptions>>("io.writeMtx", options, { gzip: true });
  const ids = adata.var.has("gene_ids") ? adata.var.strings("gene_ids") : adata.varNames;
  const types = adata.var.has("feature_types") ? adata.var.strings("feature_types") : undefined;
  const features = adata.varNames.map((name, j) => [ids[j] ?? name, name, types?.[j] ?? "Gene Expression"]);
  const contents = [matrixLines(toCsr(adata.X)), rows(adata.obsNames.map((name) => [name])), rows(features)];
  const existing = await readdir(folder).catch(() => undefined);
  const foreign = existing?.find((name) => !FILES.includes(name.replace(/\.gz$/, "")));
  if (foreign !== undefined) {
    throw new FileError(folder, foreign, "is not of a 10x matrix and would be lost", "Write to another folder");
  }
  const old = `${folder}.${process.pid}.old`;
  await writeAtomically(folder, async (partial) => {
    await mkdir(partial);
    for (const [at, name] of FILES.entries()) {
      await writeText(join(partial, gzip ? `${name}.gz` : name), contents[at]!, gzip);
    }
    // A folder with files in it cannot be renamed over: it steps aside.
    if (existing) await rename(folder, old);
  }).catch(async (error: unknown) => {
    await rename(old, folder).catch(() => undefined);
    throw error;
  });
  await rm(old, { recursive: true, force: true });
}

function* matrixLines(X: CsrMatrix): Generator<string> {
  const whole = X.data.every((value) => Number.isInteger(value));
  yield `%%MatrixMarket matrix coordinate ${whole ? "integer" : "real"} general\n`;
  yield `${X.shape[1]} ${X.shape[0]} ${X.nnz}\n`;
  for (let i = 0; i < X.shape[0]; i++) {
    let lines = "";
    for (let at = X.indptr[i]!; at < X.indptr[i + 1]!; at++) {
      const value = X.data[at]!;
      if (!Number.isFinite(value))
        throw new TypeError(`X holds ${value} in row ${i}: Matrix Market has no form for it`);
      lines += `${X.indices[at]! + 1} ${i + 1} ${whole ? value : floatText(value)}\n`;
    }
    yield lines;
  }
}

function* rows(list: readonly (readonly string[])[]): Generator<string> {
  for (const fields of list) {
    const bad = fields.find((field) => /[\t\r\n]/.test(field));
    if (bad !== undefined)
      throw new TypeError(`the name ${JSON.stringify(bad)} cannot be written: it has a tab or line end`);
    yield `${fields.join("\t")}\n`;
  }
}
