import { basename } from "node:path";
import { AnnData, Frame, hashMatrix } from "../../lib/anndata/index.js";
import * as datasets from "../../lib/datasets/index.js";
import * as io from "../../lib/io/index.js";
import { expressionValues } from "../../lib/repair/sample/expression-values.js";
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
  const { X, var: features, kind } = await chosenValues(set, read);
  const adata = new AnnData({
    X,
    // A name twice would make two cells of one.
    obs: new Frame(io.makeUnique(read.obsNames), { cell_type: read.obs.get(labels) }),
    var: features.copy(),
    uns: kind === "log1p" ? { log1p: { base: null } } : {},
  });
  adata.keepObs(adata.obs.strings("cell_type").map((type) => type !== null && type !== ""));
  const species = annotate(set, adata);
  const sha256 = hashMatrix(adata.X, [adata.varNames, adata.obsNames, adata.obs.strings("cell_type")]);
  return { name, adata, species, sha256 };
};

const loadByName = (set: string): Promise<AnnData> => {
  const usable = datasets.list().filter(({ kind, cellTypes }) => kind === "cells" && cellTypes.length > 0);
  if (!usable.some(({ name }) => name === set)) {
    const names = usable.map(({ name }) => name).join(", ");
    throw new Failure(`there is no labelled data set "${set}"; data sets: ${names}; or give an .h5ad file`, EXIT.usage);
  }
  return datasets.load(set);
};

/** Counts where there are any, else log1p values. */
const chosenValues = async (set: string, adata: AnnData) => {
  const values = await expressionValues(adata);
  if (values) return values;
  throw new Failure(
    `${set}: X, layers.counts and raw hold neither counts nor log1p values (0 to 20); z-scores cannot be repaired from`,
    EXIT.usage,
  );
};

/** Gives every gene its length, from the table of the species that knows more of them. */
const annotate = (set: string, adata: AnnData): datasets.Species => {
  try {
    return datasets.annotateBySpecies(adata);
  } catch (error) {
    throw new Failure(`${set}: ${(error as Error).message}`, EXIT.usage);
  }
};
