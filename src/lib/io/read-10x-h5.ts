import { AnnData } from "../anndata/anndata.js";
import type { ColumnValues } from "../anndata/column.js";
import { Frame } from "../anndata/frame.js";
import { resolveOptions } from "../options.js";
import { checkFinite, tellOddities } from "./check-values.js";
import { compressedRows } from "./compressed.js";
import { FileError, type Notice, warn } from "./file-error.js";
import { type Dataset, type Group, isDataset, isGroup, readHdf5, readNumbers, readStrings } from "./hdf5.js";
import { makeUnique } from "./make-unique.js";

/** Options of {@link read10xH5}. */
export interface Read10xH5Options {
  /** The genome whose genes are read; needed where a version 2 file has several. Default: the only one (2), all (3). */
  genome?: string;
  /** Leaves out features that are not "Gene Expression" (antibodies, guides; version 3). Default: true, as scanpy. */
  gexOnly?: boolean;
  /** Told of what is odd, e.g. negative counts. Default: Node's `process.emitWarning`. */
  onNotice?: Notice;
}

/**
 * Reads the HDF5 file of Cell Ranger, version 2 (a group a genome) or 3 (one group, `matrix`), sparse. Genes are named by
 * symbol, made unique ("A", "A-1"); `var.gene_ids` holds the Ensembl ids and, in version 3, `var.feature_types` and `var.genome`
 * what they say.
 *
 * @throws {@link FileError} naming the element and what to do.
 * @example
 * const adata = await io.read10xH5("filtered_feature_bc_matrix.h5");
 */
export async function read10xH5(path: string, options: Read10xH5Options = {}): Promise<AnnData> {
  const { genome, gexOnly, onNotice } = resolveOptions<Read10xH5Options>("io.read10xH5", options, {
    genome: undefined,
    gexOnly: true,
    onNotice: warn,
  });
  const notice = onNotice!;
  const adata = await readHdf5(path, (root) => readRoot(path, root, genome, notice), ["matrix"]);
  const kept = keptGenes(path, adata, genome, gexOnly!);
  if (kept) adata.keepVar(kept);
  tellOddities(path, adata, notice);
  return adata;
}

function readRoot(path: string, root: Group, genome: string | undefined, notice: Notice): AnnData {
  const group = root.has("matrix") ? root.get("matrix") : genomeGroup(path, root, genome);
  if (!isGroup(group)) throw notTenx(path, "matrix");
  const part = (parent: Group, ...names: string[]): Dataset => {
    for (const name of names) {
      const dataset = parent.get(name);
      if (isDataset(dataset)) return dataset;
    }
    throw notTenx(path, `${parent.path}/${names[0]}`);
  };
  const texts = (dataset: Dataset) =>
    readStrings(path, dataset, (text) =>
      notice(`${path}: ${dataset.path}: "${text}" is not UTF-8 text; it was read as Latin-1`),
    );
  const [genes, cells, ...others] = readNumbers(path, part(group, "shape"));
  if (genes === undefined || cells === undefined || others.length > 0) throw notTenx(path, `${group.path}/shape`);
  // Genes × cells by columns is cells × genes by rows.
  const X = compressedRows(
    path,
    group.path,
    [cells, genes],
    {
      data: readNumbers(path, part(group, "data")),
      indices: readNumbers(path, part(group, "indices")),
      indptr: readNumbers(path, part(group, "indptr")),
    },
    ["cell", "gene"],
  );
  checkFinite(path, `${group.path}/data`, X.data);
  const features = group.get("features");
  const table = isGroup(features) ? features : group;
  const columns: Record<string, ColumnValues> = { gene_ids: texts(part(table, "id", "genes")) };
  if (isGroup(features)) {
    if (features.has("feature_type")) columns["feature_types"] = texts(part(features, "feature_type"));
    if (features.has("genome")) columns["genome"] = texts(part(features, "genome"));
  }
  const symbols = texts(part(table, "name", "gene_names"));
  const barcodes = texts(part(group, "barcodes"));
  try {
    return new AnnData({ X, obs: new Frame(barcodes), var: new Frame(makeUnique(symbols), columns) });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new FileError(path, group.path, cause.message, "The file is damaged: fetch it again", { cause });
  }
}

/** Version 2: the group of a genome. */
function genomeGroup(path: string, root: Group, genome: string | undefined) {
  const genomes = root.names();
  if (genome === undefined && genomes.length === 1) return root.get(genomes[0]!);
  if (genome !== undefined && genomes.includes(genome)) return root.get(genome);
  if (genomes.length === 0) throw notTenx(path, "matrix");
  const problem =
    genome === undefined
      ? `has several groups: ${genomes.join(", ")}`
      : `has no genome "${genome}": ${genomes.join(", ")}`;
  throw new FileError(path, "", problem, "Name the genome to read as { genome }");
}

function notTenx(path: string, element: string): FileError {
  return new FileError(
    path,
    element,
    "is missing: is this a file of Cell Ranger?",
    "Give its filtered or raw matrix .h5",
  );
}

/** A mask of the genes wanted; undefined where all are. */
function keptGenes(path: string, adata: AnnData, genome: string | undefined, gexOnly: boolean): Uint8Array | undefined {
  const has = (name: string) => adata.var.has(name);
  const kept = new Uint8Array(adata.nVars).fill(1);
  if (gexOnly && has("feature_types")) {
    adata.var.strings("feature_types").forEach((type, j) => type !== "Gene Expression" && (kept[j] = 0));
  }
  if (genome !== undefined && has("genome")) {
    const genomes = adata.var.strings("genome");
    if (!genomes.includes(genome)) {
      const known = [...new Set(genomes)].join(", ");
      throw new FileError(path, "matrix/features/genome", `has no genome "${genome}": ${known}`, "Name one of them");
    }
    genomes.forEach((name, j) => name !== genome && (kept[j] = 0));
  }
  return kept.includes(0) ? kept : undefined;
}
