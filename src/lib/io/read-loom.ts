import { AnnData } from "../anndata/anndata.js";
import { type Column, columnStrings } from "../anndata/column.js";
import { CscMatrix } from "../anndata/csc.js";
import type { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import { Frame } from "../anndata/frame.js";
import { resolveOptions } from "../options.js";
import { checkFinite, tellOddities } from "./check-values.js";
import { toFloat32 } from "./compressed.js";
import { FileError, type Notice, warn } from "./file-error.js";
import { columnNumbers } from "./h5ad-frame.js";
import {
  type Dataset,
  type Entity,
  type Group,
  isDataset,
  isGroup,
  readHdf5,
  readNumbers,
  readStrings,
} from "./hdf5.js";

/** Options of {@link readLoom}. */
export interface ReadLoomOptions {
  /** The column attribute that names the cells. Default: "CellID"; without it they are "0", "1", …. */
  obsNames?: string;
  /** The row attribute that names the genes. Default: "Gene". */
  varNames?: string;
  /** Told of what is odd: duplicate names, parts left out. Default: Node's `process.emitWarning`. */
  onNotice?: Notice;
}

/** About how many values are dense in memory at a time. */
const BLOCK = 1 << 20;

/**
 * Reads a loom file (linnarssonlab, versions 1 to 3): its matrix of genes × cells and its layers become sparse cells × genes, a few
 * genes at a time; attributes of rows and columns become `var` and `obs`, those with two dimensions `varm` and `obsm`.
 *
 * @throws {@link FileError} naming the element and what to do.
 * @example
 * const adata = await io.readLoom("cells.loom");
 */
export async function readLoom(path: string, options: ReadLoomOptions = {}): Promise<AnnData> {
  const { obsNames, varNames, onNotice } = resolveOptions<Required<ReadLoomOptions>>("io.readLoom", options, {
    obsNames: "CellID",
    varNames: "Gene",
    onNotice: warn,
  });
  const adata = await readHdf5(path, (root) => readRoot(path, root, obsNames, varNames, onNotice));
  tellOddities(path, adata, onNotice);
  return adata;
}

function readRoot(path: string, root: Group, obsNames: string, varNames: string, notice: Notice): AnnData {
  const matrix = root.get("matrix");
  if (!isDataset(matrix)) {
    throw new FileError(path, "matrix", "is missing: is this a loom file?", "Give a file written by loompy or loomR");
  }
  const X = readTransposed(path, matrix);
  const [cells, genes] = X.shape;
  const obs = readAttributes(path, root.get("col_attrs"), cells, obsNames, notice);
  const features = readAttributes(path, root.get("row_attrs"), genes, varNames, notice);
  const layers: Record<string, CsrMatrix> = {};
  const group = root.get("layers");
  if (isGroup(group)) {
    for (const name of group.names()) {
      const layer = group.get(name);
      if (isDataset(layer)) layers[name] = readTransposed(path, layer);
    }
  }
  try {
    return new AnnData({ X, obs: obs.frame, obsm: obs.arrays, var: features.frame, varm: features.arrays, layers });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new FileError(path, "", cause.message, "The file is damaged: fetch or write it again", { cause });
  }
}

/** A dense dataset of genes × cells as sparse cells × genes. */
function readTransposed(path: string, dataset: Dataset): CsrMatrix {
  const { shape } = dataset;
  if (shape?.length !== 2 || dataset.holds !== "numbers") {
    throw new FileError(path, dataset.path, "is no matrix of numbers", "Write the file again with loompy");
  }
  const [genes, cells] = shape as [number, number];
  const step = Math.max(1, Math.floor(BLOCK / Math.max(1, cells)));
  const indptr = new Int32Array(genes + 1);
  const parts: { data: Float32Array; indices: Int32Array }[] = [];
  let total = 0;
  for (let start = 0; start < genes; start += step) {
    const block = toFloat32(readNumbers(path, dataset, start, Math.min(step, genes - start)));
    checkFinite(path, dataset.path, block);
    let stored = 0;
    for (let at = 0; at < block.length; at++) if (block[at] !== 0) stored++;
    const part = { data: new Float32Array(stored), indices: new Int32Array(stored) };
    let to = 0;
    for (let at = 0, gene = start; at < block.length; gene++) {
      for (let cell = 0; cell < cells; cell++, at++) {
        if (block[at] === 0) continue;
        part.data[to] = block[at]!;
        part.indices[to++] = cell;
      }
      indptr[gene + 1] = total + to;
    }
    total += stored;
    parts.push(part);
  }
  const data = new Float32Array(total);
  const indices = new Int32Array(total);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    indices.set(part.indices, at);
    at += part.data.length;
  }
  return new CscMatrix([cells, genes], data, indices, indptr).toCsr();
}

/** Attributes of rows or columns: a table of those with a value each, and arrays of those with several. */
function readAttributes(path: string, group: Entity | undefined, length: number, namesFrom: string, notice: Notice) {
  const columns: Record<string, Column> = {};
  const arrays: Record<string, DenseMatrix> = {};
  let index = Array.from({ length }, (_, i) => String(i));
  const members = isGroup(group) ? group : undefined;
  for (const name of members?.names() ?? []) {
    const dataset = members!.get(name);
    if (!isDataset(dataset) || dataset.holds === "compound" || dataset.holds === "other") {
      notice(`${path}: ${members!.path}/${name} was left out: it is no array of numbers or texts`);
      continue;
    }
    const { shape } = dataset;
    if (shape?.[0] !== length || shape.length > 2) {
      const problem = `has shape ${shape?.join(" × ") ?? "none"}; the matrix has ${length}`;
      throw new FileError(path, dataset.path, problem, "The file is damaged: fetch or write it again");
    }
    if (shape.length === 2 && shape[1] !== 1) {
      if (dataset.holds === "numbers") {
        arrays[name] = new DenseMatrix(shape as [number, number], toFloat32(readNumbers(path, dataset)));
      } else notice(`${path}: ${dataset.path} was left out: it holds several texts a row`);
      continue;
    }
    const column = readAttribute(path, dataset, notice);
    if (name === namesFrom) index = columnStrings(column).map((text) => text ?? "");
    else columns[name] = column;
  }
  return { frame: new Frame(index, columns), arrays };
}

function readAttribute(path: string, dataset: Dataset, notice: Notice): Column {
  if (dataset.holds === "strings") {
    const values = readStrings(path, dataset, (text) =>
      notice(`${path}: ${dataset.path}: "${text}" is not UTF-8 text; it was read as Latin-1`),
    );
    return { kind: "string", values };
  }
  const numbers = readNumbers(path, dataset);
  if (dataset.holds === "booleans") return { kind: "boolean", values: new Uint8Array(numbers) };
  return { kind: "numeric", values: columnNumbers(numbers) };
}
