import { createHash } from "node:crypto";
import { basename } from "node:path";
import { AnnData, Frame, type Matrix } from "../../lib/anndata/index.js";
import * as datasets from "../../lib/datasets/index.js";
import * as io from "../../lib/io/index.js";
import { looksLikeCounts } from "../../lib/stats/counts.js";
import { EXIT, Failure } from "../failure.js";

/** Cells with types, ready for a repair task. */
export interface LabelledCells {
  readonly name: string;
  /** Counts, or log1p values with `uns.log1p`; every cell has a type in `obs.cell_type`, every gene a length. */
  readonly adata: AnnData;
  readonly species: datasets.Species;
  /** Of the values, the gene names and the labels. */
  readonly sha256: string;
}

/** Whether they hold log1p values instead of counts. */
export const holdsLogs = ({ adata }: LabelledCells): boolean => adata.uns["log1p"] !== undefined;

/** Whether a set is an h5ad file. */
export const isFile = (set: string): boolean => /\.h5ad$/i.test(set);

/** The name of a set: of a file without folder and ending. */
export const nameOfSet = (set: string): string => (isFile(set) ? basename(set).replace(/\.h5ad$/i, "") : set);

/**
 * Loads the cells that have a label, of a data set by name or of an h5ad file. Quality control is the data's own.
 *
 * @param labels - column of `obs` with the cell types.
 * @throws {Failure} for an unknown set, a missing column, or values that are neither counts nor their logarithms.
 */
export const loadLabelledCells = async (set: string, labels: string): Promise<LabelledCells> => {
  const name = nameOfSet(set);
  const read = isFile(set) ? await io.readH5ad(set) : await loadByName(set);
  if (!read.obs.has(labels)) {
    const columns = read.obs.columns.join(", ") || "none";
    throw new Failure(`${set}: obs has no column "${labels}"; columns: ${columns}; name one with --labels`, EXIT.usage);
  }
  const { X, var: features, isLog } = chosenValues(set, read);
  const adata = new AnnData({
    X,
    // A name twice would make two cells of one.
    obs: new Frame(io.makeUnique(read.obsNames), { cell_type: read.obs.get(labels) }),
    var: features.copy(),
    uns: isLog ? { log1p: { base: null } } : {},
  });
  adata.keepObs(adata.obs.strings("cell_type").map((type) => type !== null && type !== ""));
  const species = annotate(set, adata);
  return { name, adata, species, sha256: hashOf(adata) };
};

const loadByName = (set: string): Promise<AnnData> => {
  const usable = datasets.list().filter(({ kind, cellTypes }) => kind === "cells" && cellTypes.length > 0);
  if (!usable.some(({ name }) => name === set)) {
    const names = usable.map(({ name }) => name).join(", ");
    throw new Failure(`there is no labelled data set "${set}"; data sets: ${names}; or give an .h5ad file`, EXIT.usage);
  }
  return datasets.load(set);
};

/** Counts where there are any, in X, layers.counts or raw, else log1p values in X. */
const chosenValues = (set: string, { X, layers, raw, var: features }: AnnData) => {
  const candidates: [Matrix | undefined, Frame][] = [
    [X, features],
    [layers["counts"], features],
    [raw?.X, raw?.var ?? features],
  ];
  for (const [matrix, genes] of candidates) {
    if (matrix && looksLikeCounts(matrix)) return { X: matrix, var: genes, isLog: false };
  }
  for (const [matrix, genes] of [candidates[0]!, candidates[2]!]) {
    if (matrix && !matrix.data.some((value) => !(value >= 0 && value < 20)))
      return { X: matrix, var: genes, isLog: true };
  }
  throw new Failure(
    `${set}: X, layers.counts and raw hold neither counts nor log1p values (0 to 20); z-scores cannot be repaired from`,
    EXIT.usage,
  );
};

/** Gives every gene its length, from the table of the species that knows more of them. */
const annotate = (set: string, adata: AnnData): datasets.Species => {
  const found = (["human", "mouse"] as const).map((species) => {
    const genes = new AnnData({ X: adata.X.selectRows([]), obs: new Frame([]), var: adata.var.copy() });
    try {
      datasets.annotateGenes(genes, { species });
    } catch {
      return { species, count: 0 };
    }
    return { species, count: (genes.uns["gene_annotation"] as datasets.GeneAnnotation).found };
  });
  const best = found[0]!.count >= found[1]!.count ? found[0]! : found[1]!;
  if (best.count === 0) {
    const names = adata.varNames.slice(0, 3).join(", ");
    throw new Failure(`${set}: none of the genes (${names}, …) is in the tables of human and mouse genes`, EXIT.usage);
  }
  datasets.annotateGenes(adata, { species: best.species });
  return best.species;
};

const hashOf = (adata: AnnData): string => {
  const hash = createHash("sha256");
  const { X } = adata;
  const arrays = X.kind === "dense" ? [X.data] : [X.data, X.indices, X.indptr];
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  const words = [adata.varNames, adata.obsNames, adata.obs.strings("cell_type")];
  return hash.update(JSON.stringify(words)).digest("hex");
};
