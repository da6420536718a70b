import { existsSync } from "node:fs";
import { join } from "node:path";
import { AnnData } from "../anndata/anndata.js";
import { categorical } from "../anndata/column.js";
import { Frame } from "../anndata/frame.js";
import { FileError } from "../io/file-error.js";
import { makeUnique } from "../io/make-unique.js";
import { read10xMtx } from "../io/read-10x-mtx.js";
import { readH5ad } from "../io/read-h5ad.js";
import { dataFolder } from "./cache.js";
import { fetch, type FetchOptions } from "./fetch.js";
import { REGISTRY } from "./registry.js";
import { readTable } from "./tables.js";

const SHAPE = [2700, 32738];

/**
 * PBMC3k: raw counts of 2,700 blood cells × 32,738 genes (10x Genomics, hg19), sparse. Genes are named by symbol, made unique;
 * `var.gene_ids` holds their Ensembl ids, `obs.cell_type` the eight published types (missing for the 62 cells that the published analysis
 * filters out), `uns.source` origin and licence.
 *
 * Looked for in the data folder ({@link dataFolder}: `pbmc3k/`, a 10x folder or `pbmc.h5ad`), then in the cache, then fetched
 * ({@link fetch}).
 *
 * @throws FileError where a file is damaged, {@link DownloadError} where it cannot be fetched.
 * @example
 * const adata = await datasets.pbmc3k();
 */
export async function pbmc3k(options: FetchOptions = {}): Promise<AnnData> {
  const path = localCopy() ?? (await fetch("pbmc3k", options));
  const read = path.endsWith(".h5ad") ? await readH5ad(path) : await read10xMtx(path);
  if (read.nObs !== SHAPE[0] || read.nVars !== SHAPE[1]) {
    const problem = `is ${read.shape.join(" × ")}; PBMC3k's raw counts are ${SHAPE.join(" × ")}`;
    throw new FileError(path, "", problem, "Take the file away, and the data set is fetched");
  }
  const names = makeUnique(
    read.var.has("gene_symbols") ? (read.var.strings("gene_symbols") as string[]) : read.varNames,
  );
  const { title, licence, citation } = REGISTRY.pbmc3k;
  return new AnnData({
    X: read.X,
    obs: new Frame(read.obsNames, { cell_type: publishedTypes(read.obsNames) }),
    var: new Frame(names, { gene_ids: read.var.strings("gene_ids") }),
    uns: { source: { name: "pbmc3k", title, licence, citation, path } },
  });
}

function localCopy(): string | undefined {
  const data = dataFolder();
  if (data === undefined) return undefined;
  const folder = join(data, "pbmc3k");
  if (existsSync(join(folder, "matrix.mtx.gz")) || existsSync(join(folder, "matrix.mtx"))) return folder;
  const file = join(folder, "pbmc.h5ad");
  return existsSync(file) ? file : undefined;
}

function publishedTypes(barcodes: readonly string[]) {
  const typeOf = new Map(readTable("pbmc3k-labels").map(([barcode, type]) => [barcode, type || null]));
  return categorical(barcodes.map((barcode) => typeOf.get(barcode) ?? null));
}
