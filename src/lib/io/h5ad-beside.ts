import type { AnnData } from "../anndata/anndata.js";
import type { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Frame } from "../anndata/frame.js";
import { isMatrix, toCsr } from "../anndata/matrix.js";
import { compoundColumns } from "./h5ad-frame.js";
import { readDense, readMatrix } from "./h5ad-matrix.js";
import type { H5adSource } from "./h5ad-source.js";
import { readUns } from "./h5ad-uns.js";
import { type Entity, type Group, isDataset, isGroup } from "./hdf5.js";

/** What an h5ad file holds beside the tables and the matrices of cells × genes. */
export type Beside = Pick<AnnData, "obsm" | "varm" | "obsp" | "varp" | "uns">;

/** Reads embeddings, graphs and `uns`. */
export function readBeside(
  source: H5adSource,
  root: Group,
  { obs, var: features }: { readonly obs: Frame; readonly var: Frame },
): Beside {
  const uns = readAllUns(source, root, obs.columns.concat(features.columns));
  const graphs = (field: string) =>
    readEntries(root, field, (entity, element) => toCsr(readMatrix(source, entity, element)));
  return {
    obsm: readEmbeddings(source, root, "obsm"),
    varm: readEmbeddings(source, root, "varm"),
    obsp: { ...oldGraphs(uns, obs.length), ...graphs("obsp") },
    varp: graphs("varp"),
    uns,
  };
}

/** Reads the members of a group by name; none where there is no such group. */
export function readEntries<T>(
  root: Group,
  field: string,
  read: (entity: Entity, element: string) => T,
): Record<string, T> {
  const group = root.get(field);
  if (!isGroup(group)) return {};
  return Object.fromEntries(group.names().map((name) => [name, read(group.get(name)!, `${field}/${name}`)]));
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

/** What `raw` consists of, where there is one; anndata 0.6 had it beside the others. */
export function rawParts(root: Group): { X: Entity | undefined; features: Entity | undefined } {
  const group = root.get("raw");
  return isGroup(group)
    ? { X: group.get("X"), features: group.get("var") }
    : { X: root.get("raw.X"), features: root.get("raw.var") };
}
