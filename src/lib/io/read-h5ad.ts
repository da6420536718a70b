import { AnnData, type AnnDataParts } from "../anndata/anndata.js";
import { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import { isMatrix, toCsr } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { tellOddities } from "./check-values.js";
import { FileError, type Notice, warn } from "./file-error.js";
import { compoundColumns, readFrame } from "./h5ad-frame.js";
import { readDense, readMatrix } from "./h5ad-matrix.js";
import { type H5adSource, unknownEncoding } from "./h5ad-source.js";
import { readUns } from "./h5ad-uns.js";
import { type Group, isDataset, isGroup, readHdf5 } from "./hdf5.js";

const MATRICES = ["X", "layers", "raw", "raw.X", "obsp", "obsm"];

/** Options of {@link readH5ad}. */
export interface ReadH5adOptions {
  /** NaN and infinity in a matrix are an error, or kept. Default: "error". */
  nonFinite?: "error" | "keep";
  /** Told of what is odd: duplicate names, negative counts, parts left out. Default: Node's `process.emitWarning`. */
  onNotice?: Notice;
}

/**
 * Reads an h5ad file, written by anndata of any version from 0.6 on. Sparse matrices stay sparse (csc is turned into csr), numbers
 * become float32, elements of `uns` that are not known are left out with a notice.
 *
 * A file without X but with layers gets an all-zero sparse X.
 *
 * @throws {@link FileError} naming the element and what to do: not HDF5, truncated, sizes that disagree, indices out of
 * range, NaN or infinity.
 * @example
 * const adata = await io.readH5ad("pbmc.h5ad");
 */
export async function readH5ad(path: string, options: ReadH5adOptions = {}): Promise<AnnData> {
  const { nonFinite, onNotice } = resolveOptions<Required<ReadH5adOptions>>("io.readH5ad", options, {
    nonFinite: "error",
    onNotice: warn,
  });
  const source = { path, nonFinite, notice: onNotice };
  const adata = await readHdf5(path, (root) => readRoot(source, root), MATRICES);
  tellOddities(path, adata, onNotice);
  return adata;
}

function readRoot(source: H5adSource, root: Group): AnnData {
  const require = (name: string) => {
    const entity = root.get(name);
    if (entity) return entity;
    const problem = `the file has no ${name} (missing obs/var: is this an h5ad file?)`;
    throw new FileError(source.path, "", problem, "Give a file written by anndata");
  };
  const legacy = root.get("uns");
  const legacyCategories = isGroup(legacy) ? legacy : undefined;
  const obs = readFrame(source, require("obs"), "obs", legacyCategories);
  const features = readFrame(source, require("var"), "var", legacyCategories);
  const entries = <T>(field: string, read: (group: Group, name: string) => T): Record<string, T> => {
    const group = root.get(field);
    if (!isGroup(group)) return {};
    return Object.fromEntries(group.names().map((name) => [name, read(group, name)]));
  };
  const layers = entries("layers", (group, name) => readMatrix(source, group.get(name)!, `layers/${name}`));
  const X = root.get("X");
  const empty = () =>
    new CsrMatrix(
      [obs.length, features.length],
      new Float32Array(0),
      new Int32Array(0),
      new Int32Array(obs.length + 1),
    );
  const uns = readAllUns(source, root, obs.columns.concat(features.columns));
  const parts: AnnDataParts = {
    X: X ? readMatrix(source, X, "X") : empty(),
    obs,
    var: features,
    layers,
    obsm: readEmbeddings(source, root, "obsm"),
    varm: readEmbeddings(source, root, "varm"),
    obsp: {
      ...oldGraphs(uns, obs.length),
      ...entries("obsp", (group, name) => toCsr(readMatrix(source, group.get(name)!, `obsp/${name}`))),
    },
    varp: entries("varp", (group, name) => toCsr(readMatrix(source, group.get(name)!, `varp/${name}`))),
    uns,
    ...readRaw(source, root),
  };
  try {
    return new AnnData(parts);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const problem = `${cause.message}; its shape is ${parts.X.shape.join(" × ")}`;
    throw new FileError(source.path, "", problem, "The file is damaged: fetch or write it again", { cause });
  }
}

/** `obsm` or `varm`: dense arrays in a group, or (anndata 0.6) one compound dataset with an array a member. */
function readEmbeddings(source: H5adSource, root: Group, field: string): Record<string, DenseMatrix> {
  const entity = root.get(field);
  const found: Record<string, DenseMatrix> = {};
  if (isDataset(entity) && entity.holds === "compound") {
    for (const [name, values] of compoundColumns(source, entity, field)) {
      const rows = Array.from(values as ArrayLike<number | number[]>, (row) =>
        Array.isArray(row) ? row : [Number(row)],
      );
      found[name] = DenseMatrix.fromRows(rows);
    }
  } else if (isGroup(entity)) {
    for (const name of entity.names()) {
      const element = `${field}/${name}`;
      const member = entity.get(name)!;
      if (isGroup(member)) source.notice(`${source.path}: ${element} was left out: it is not a dense array`);
      else found[name] = readDense(source, member, element);
    }
  }
  return found;
}

function readAllUns(source: H5adSource, root: Group, columns: string[]): Record<string, unknown> {
  const entity = root.get("uns");
  if (!isGroup(entity)) return {};
  const uns = readUns(source, entity, "uns") as Record<string, unknown>;
  // anndata 0.6 keeps the categories of a column there; they have become the column's own.
  if (isDataset(root.get("obs"))) for (const name of columns) delete uns[`${name}_categories`];
  return uns;
}

/** Graphs of cells that scanpy kept in `uns.neighbors` before anndata 0.7 had `obsp`: taken from there, as anndata does. */
function oldGraphs(uns: Record<string, unknown>, cells: number): Record<string, CsrMatrix> {
  const graphs: Record<string, CsrMatrix> = {};
  const neighbors = uns["neighbors"] as Record<string, unknown> | undefined;
  for (const name of ["distances", "connectivities"]) {
    const matrix = neighbors?.[name];
    if (!isMatrix(matrix) || matrix.shape[0] !== cells || matrix.shape[1] !== cells) continue;
    graphs[name] = toCsr(matrix);
    delete neighbors![name];
  }
  return graphs;
}

function readRaw(source: H5adSource, root: Group): Pick<AnnDataParts, "raw"> {
  const group = root.get("raw");
  const X = isGroup(group) ? group.get("X") : root.get("raw.X");
  const features = isGroup(group) ? group.get("var") : root.get("raw.var");
  if (!X && !features) return {};
  if (!X || !features) throw unknownEncoding(source, (X ?? features)!, "raw");
  return { raw: { X: readMatrix(source, X, "raw/X"), var: readFrame(source, features, "raw/var") } };
}
