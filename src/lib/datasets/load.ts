import { dirname } from "node:path";
import type { AnnData } from "../anndata/anndata.js";
import { categorical, type Column } from "../anndata/column.js";
import { concat } from "../anndata/concat.js";
import type { DenseMatrix } from "../anndata/dense.js";
import { toCsr } from "../anndata/matrix.js";
import { Frame } from "../anndata/frame.js";
import { FileError } from "../io/file-error.js";
import { makeUnique } from "../io/make-unique.js";
import { read10xMtx } from "../io/read-10x-mtx.js";
import { readCsv } from "../io/read-csv.js";
import { type DataSetInfo, info } from "./catalogue.js";
import { localFile } from "./local-file.js";
import { pbmc3k } from "./pbmc3k.js";
import { pbmc68kReduced } from "./pbmc68k-reduced.js";
import { readTableFile } from "./table.js";

/** Protein and hashtag counts beside a matrix: file, where they go in `obsm`, and their names' place in `uns`. */
const ASSAYS: readonly [file: RegExp, obsm: string, uns: string][] = [
  [/(protein|adt_\w+)\.csv\.gz$/, "protein_expression", "protein_names"],
  [/hto_counts\.csv\.gz$/, "hashtag_counts", "hashtag_names"],
];

/**
 * Loads a data set of cells or bulk samples from the data folder (`DIFFREPAIRER_DATA`, else `../shared/data` beside the package), every file's
 * SHA-256 compared first; "pbmc3k" and "pbmc68k_reduced" are fetched where they are not there. The matrix is sparse and as published ({@link DataSetInfo.values}
 * says what it holds); labels are in `obs` (`cell_type`, …), proteins in `obsm.protein_expression` with `uns.protein_names`, bulk
 * samples have `obs.preservation` and `obs.pair`, and `uns.source` says where all comes from. Cells that share a name are numbered, as
 * `io.makeUnique` does.
 *
 * @throws RangeError for a name that is not known, or a set of tables.
 * @throws FileError where a file is missing or another; the message says where it comes from.
 * @example
 * const brain = await datasets.load("zeisel2015_mouse_brain");
 */
export async function load(name: string): Promise<AnnData> {
  const set = info(name);
  if (name === "pbmc3k") return pbmc3k();
  if (name === "pbmc68k_reduced") return pbmc68kReduced();
  if (set.kind === "tables") {
    const files = set.files.map(([file]) => file.split("/").at(-1)).join(", ");
    throw new RangeError(`"${name}" holds tables: read them by datasets.table("${name}", file); files: ${files}`);
  }
  const adata = set.kind === "cells" ? await loadCells(set) : await loadBulk(set);
  const [cells, genes] = set.shape!;
  if (adata.nObs !== cells || adata.nVars !== genes) {
    const problem = `is ${adata.shape.join(" × ")}; "${name}" is ${cells} × ${genes}`;
    throw new FileError(set.files[0]![0], "", problem, "Fetch the files again");
  }
  const { title, licence, citation, accession, values } = set;
  adata.uns["source"] = { name, title, values, licence, citation, ...(accession && { accession }) };
  return adata;
}

async function loadCells(set: DataSetInfo): Promise<AnnData> {
  const paths = new Map<string, string>();
  for (const [file] of set.files) paths.set(file, await localFile(set, file));
  const find = (pattern: RegExp) => [...paths].find(([file]) => pattern.test(file))?.[1];
  const matrix = find(/matrix\.mtx\.gz$/)!;
  const prefix = /([^/\\]*)matrix\.mtx\.gz$/.exec(matrix)![1]!;
  // No notice of oddities: by its checksum the file is the one known, and names that come twice are told apart below.
  const adata = await read10xMtx(dirname(matrix), { prefix, onNotice: () => undefined });
  const labels = find(/labels\.tsv\.gz$/);
  if (labels) {
    const table = await readTableFile(labels);
    expectCells(labels, table.index, adata);
    for (const column of table.columns) adata.obs.set(column, asLabels(table.get(column)));
  }
  for (const [pattern, key, names] of ASSAYS) {
    const path = find(pattern);
    if (path === undefined) continue;
    const assay = await readCsv(path);
    expectCells(path, assay.obsNames, adata);
    adata.obsm[key] = assay.X as DenseMatrix;
    adata.uns[names] = [...assay.varNames];
  }
  const { obs } = adata;
  adata.obs = new Frame(makeUnique(obs.index), Object.fromEntries(obs.columns.map((name) => [name, obs.get(name)])));
  return adata;
}

/** Texts as categories, the missing ones without. */
function asLabels(column: Column): Column {
  return column.kind === "string" ? categorical(column.values.map((text) => text || null)) : column;
}

function expectCells(path: string, names: readonly string[], adata: AnnData): void {
  const different = names.findIndex((name, i) => name !== adata.obsNames[i]);
  if (names.length === adata.nObs && different < 0) return;
  const problem = `names other cells than the matrix (${names.length}, the first at row ${Math.max(0, different) + 1})`;
  throw new FileError(path, "", problem, "Fetch the files again, together");
}

/** Two tables of genes × samples whose columns are pairs: the preserved tissue and the fresh one. */
async function loadBulk(set: DataSetInfo): Promise<AnnData> {
  const read = async (name: string) => {
    const path = await localFile(set, `${set.name}/${name}_counts.csv.gz`);
    const adata = await readCsv(path, { genesInRows: true });
    adata.X = toCsr(adata.X);
    adata.obs.set("pair", { kind: "numeric", values: Int32Array.from(adata.obsNames, (_, i) => i + 1) });
    return adata;
  };
  const fresh = set.files.some(([file]) => file.includes("rnalater")) ? "rnalater" : "fresh_frozen";
  const [preserved, other] = [await read("ffpe"), await read(fresh)];
  return concat({ ffpe: preserved, [fresh]: other }, { label: "preservation", indexUnique: "-" });
}
