import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { AnnData } from "../anndata/anndata.js";
import type { ColumnValues } from "../anndata/column.js";
import { Frame } from "../anndata/frame.js";
import { resolveOptions } from "../options.js";
import { tellOddities } from "./check-values.js";
import { FileError, type Notice, warn } from "./file-error.js";
import { makeUnique } from "./make-unique.js";
import { parseMatrixMarket } from "./matrix-market.js";
import { readBytes, readTsv, tellOpenEnd } from "./text-file.js";

/** Options of {@link read10xMtx}. */
export interface Read10xMtxOptions {
  /** Told of what is odd, e.g. negative counts. Default: Node's `process.emitWarning`. */
  onNotice?: Notice;
  /** What stands before the names of the files ("GSM123_" of "GSM123_matrix.mtx.gz"). Default: "". */
  prefix?: string;
  /** Leaves out features that are not "Gene Expression" (antibodies, guides; version 3). Default: true, as scanpy. */
  gexOnly?: boolean;
}

/**
 * Reads a 10x folder: `matrix.mtx`, `barcodes.tsv` and `genes.tsv` (version 2) or `features.tsv` (version 3), each plain or
 * gzip. Genes are named by symbol, made unique as scanpy does ("A", "A-1"); `var.gene_ids` holds the Ensembl ids and, in version
 * 3, `var.feature_types` the kind of feature.
 *
 * @throws {@link FileError} naming the file and the line.
 * @example
 * const adata = await io.read10xMtx("filtered_gene_bc_matrices/hg19");
 */
export async function read10xMtx(folder: string, options: Read10xMtxOptions = {}): Promise<AnnData> {
  const { onNotice, prefix, gexOnly } = resolveOptions<Required<Read10xMtxOptions>>("io.read10xMtx", options, {
    onNotice: warn,
    prefix: "",
    gexOnly: true,
  });
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw new FileError(folder, "", `cannot be listed (${cause.code})`, "Give the folder of a 10x matrix", { cause });
  });
  const find = (...stems: string[]) => {
    const found = stems
      .flatMap((stem) => [`${prefix}${stem}.gz`, `${prefix}${stem}`])
      .find((name) => names.includes(name));
    if (found) return join(folder, found);
    const problem = `there is no ${stems.map((stem) => prefix + stem).join(" or ")} (plain or .gz)`;
    throw new FileError(folder, "", problem, "A 10x folder has matrix.mtx, barcodes.tsv and genes.tsv or features.tsv");
  };
  const paths = {
    matrix: find("matrix.mtx"),
    barcodes: find("barcodes.tsv"),
    genes: find("features.tsv", "genes.tsv"),
  };
  const [barcodes, genes, bytes] = await Promise.all([
    readTsv(paths.barcodes),
    readTsv(paths.genes),
    readBytes(paths.matrix),
  ]);
  const X = parseMatrixMarket(paths.matrix, bytes);
  tellOpenEnd(paths.matrix, bytes, onNotice);
  const expectLines = (path: string, lines: number, expected: number, what: string) => {
    if (lines === expected) return;
    const problem = `the header gives ${expected} ${what}, ${path} has ${lines} lines`;
    throw new FileError(paths.matrix, "", problem, "The files are of different runs: fetch them together");
  };
  const ragged = genes.findIndex((fields) => fields.length !== genes[0]!.length);
  if (ragged >= 0) {
    const problem = `has ${genes[ragged]!.length} fields, line 1 has ${genes[0]!.length}`;
    throw new FileError(paths.genes, `line ${ragged + 1}`, problem, "The file may be cut off: fetch it again");
  }
  expectLines(paths.genes, genes.length, X.shape[1], "rows (genes, features)");
  expectLines(paths.barcodes, barcodes.length, X.shape[0], "columns (cells, barcodes)");
  const columns: Record<string, ColumnValues> = { gene_ids: genes.map(([id]) => id!) };
  if (genes[0]?.[2] !== undefined) columns["feature_types"] = genes.map((fields) => fields[2] ?? null);
  const symbols = makeUnique(genes.map(([id, symbol]) => symbol ?? id!));
  const obs = new Frame(barcodes.map(([barcode]) => barcode!));
  const adata = new AnnData({ X, obs, var: new Frame(symbols, columns) });
  if (gexOnly && adata.var.has("feature_types")) {
    const kept = adata.var.strings("feature_types").map((type) => type === null || type === "Gene Expression");
    if (kept.includes(false)) adata.keepVar(kept);
  }
  tellOddities(folder, adata, onNotice);
  return adata;
}
