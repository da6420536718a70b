import type { CscMatrix } from "../anndata/csc.js";
import type { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Frame } from "../anndata/frame.js";
import type { RowMatrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { checkFinite } from "./check-values.js";
import { compressedRows } from "./compressed.js";
import { FileError, type Notice, warn } from "./file-error.js";
import { readFrame } from "./h5ad-frame.js";
import { denseDataset, narrow, readMatrix, sparseParts } from "./h5ad-matrix.js";
import type { H5adSource } from "./h5ad-source.js";
import { type Entity, type Group, guard, isGroup, openHdf5, readNumbers } from "./hdf5.js";

/** Options of {@link openH5ad}. */
export interface OpenH5adOptions {
  /** Which matrix is read: "X", "raw/X", or "layers/" and a name. Default: "X". */
  matrix?: string;
  /** NaN and infinity in a chunk are an error, or kept. Default: "error". */
  nonFinite?: "error" | "keep";
  /** Told of what is odd. Default: Node's `process.emitWarning`. */
  onNotice?: Notice;
}

/** Some cells in a row, and where they stand in the file. */
export interface CellChunk {
  /** The first cell's position. */
  start: number;
  /** Cells of the chunk × genes. */
  X: RowMatrix;
}

/**
 * Opens an h5ad file without reading its matrix: cells come in chunks, and memory is bound by the chunk (and the file's own
 * compressed chunks), not by the file. A matrix by columns (csc) is read whole.
 *
 * @throws {@link FileError} as `readH5ad`.
 * @example
 * const file = await io.openH5ad("atlas.h5ad");
 * for await (const { X } of file.chunks(1000)) total += X.rowSums().reduce((sum, count) => sum + count);
 * file.close();
 */
export async function openH5ad(path: string, options: OpenH5adOptions = {}): Promise<BackedH5ad> {
  const { matrix, nonFinite, onNotice } = resolveOptions<Required<OpenH5adOptions>>("io.openH5ad", options, {
    matrix: "X",
    nonFinite: "error",
    onNotice: warn,
  });
  const file = await openHdf5(path);
  try {
    return guard(path, "", () => {
      const source: H5adSource = { path, nonFinite, notice: onNotice };
      const entity = find(path, file.root, matrix);
      const genes = matrix.startsWith("raw/") ? "raw/var" : "var";
      const uns = file.root.get("uns");
      const legacy = isGroup(uns) ? uns : undefined;
      const obs = readFrame(source, find(path, file.root, "obs"), "obs", legacy);
      const features = readFrame(source, find(path, file.root, genes), genes, legacy);
      return new BackedH5ad(obs, features, openRows(source, entity, matrix, [obs.length, features.length]), file);
    });
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Rows `start` to `end` (not included) of a matrix. */
type ReadRows = (start: number, end: number) => RowMatrix;

/** An open h5ad file; see {@link openH5ad}. */
export class BackedH5ad {
  /** One row a cell, in memory. */
  readonly obs: Frame;
  /** One row a gene, in memory. */
  readonly var: Frame;
  readonly #read: ReadRows;
  readonly #file: { close(): void };
  #closed = false;

  /** Use {@link openH5ad}. */
  constructor(obs: Frame, features: Frame, read: ReadRows, file: { close(): void }) {
    this.obs = obs;
    this.var = features;
    this.#read = read;
    this.#file = file;
  }

  /** Cells, genes. */
  get shape(): readonly [number, number] {
    return [this.obs.length, this.var.length];
  }

  /**
   * Cells `start` to `end` (not included).
   *
   * @throws RangeError where they are not in the file, or it was closed.
   */
  rows(start: number, end: number): RowMatrix {
    const cells = this.obs.length;
    if (this.#closed) throw new RangeError("the file was closed: open it again");
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= cells)) {
      throw new RangeError(`cells ${start} to ${end} are not within 0 to ${cells}`);
    }
    return this.#read(start, end);
  }

  /** All cells in order, at most `size` at a time. */
  async *chunks(size: number): AsyncGenerator<CellChunk, void> {
    if (!(Number.isInteger(size) && size > 0))
      throw new RangeError(`a chunk of ${size} cells: give a whole number from 1 on`);
    for (let start = 0; start < this.obs.length; start += size) {
      yield { start, X: this.rows(start, Math.min(start + size, this.obs.length)) };
    }
  }

  /** Closes the file; `obs` and `var` stay. */
  close(): void {
    if (!this.#closed) this.#file.close();
    this.#closed = true;
  }
}

function find(path: string, root: Group, place: string): Entity {
  let entity: Entity | undefined = root;
  for (const name of place.split("/")) entity = isGroup(entity) ? entity.get(name) : undefined;
  if (entity) return entity;
  throw new FileError(path, place, "is missing", "Give a file written by anndata, and the name of a matrix in it");
}

function openRows(source: H5adSource, entity: Entity, element: string, expected: [number, number]): ReadRows {
  const read = isGroup(entity) ? sparseRows(source, entity, element) : denseRows(source, entity, element);
  const [rows, columns] = read.shape;
  if (rows !== expected[0] || columns !== expected[1]) {
    const problem = `its shape is ${rows} × ${columns}; obs has length ${expected[0]} and var ${expected[1]}`;
    throw new FileError(source.path, element, problem, "The file is damaged: fetch or write it again");
  }
  return (start, end) => {
    const matrix = read.rows(start, end);
    if (source.nonFinite === "error") checkFinite(source.path, element, matrix.data);
    return matrix;
  };
}

function denseRows(source: H5adSource, entity: Entity, element: string) {
  const dataset = denseDataset(source, entity, element);
  const [rows = 1, columns = 1] = dataset.shape ?? [];
  return {
    shape: [rows, columns] as const,
    rows: (start: number, end: number) =>
      new DenseMatrix(
        [end - start, columns],
        narrow(source, element, readNumbers(source.path, dataset, start, end - start)),
      ),
  };
}

function sparseRows(source: H5adSource, group: Group, element: string) {
  const { format, shape, part } = sparseParts(source, group, element);
  if (format === "csc") {
    const whole = (readMatrix(source, group, element) as CscMatrix).toCsr();
    return { shape, rows: (start: number, end: number) => sliceRows(whole, start, end) };
  }
  const [data, indices] = [part("data"), part("indices")];
  const indptr = readNumbers(source.path, part("indptr"));
  const length = data.shape?.[0];
  if (
    indptr.length !== shape[0] + 1 ||
    indptr[0] !== 0 ||
    indptr[shape[0]] !== length ||
    indices.shape?.[0] !== length
  ) {
    const problem = `indptr length is ${indptr.length}, its last number ${indptr.at(-1)}; there are ${shape[0]} rows and ${length} values`;
    throw new FileError(source.path, element, problem, "The file is damaged: fetch or write it again");
  }
  return {
    shape,
    rows(start: number, end: number) {
      const from = indptr[start]!;
      const count = indptr[end]! - from;
      const chunk = Float64Array.from({ length: end - start + 1 }, (_, i) => indptr[start + i]! - from);
      if (!(count >= 0) || !(from >= 0) || from + count > length!) {
        const problem = `indptr goes down at row ${start}, from ${from} to ${indptr[end]}`;
        throw new FileError(source.path, element, problem, "The file is damaged: fetch or write it again");
      }
      return compressedRows(source.path, element, [end - start, shape[1]], {
        data: narrow(source, element, readNumbers(source.path, data, from, count)),
        indices: readNumbers(source.path, indices, from, count),
        indptr: chunk,
      });
    },
  };
}

function sliceRows(matrix: CsrMatrix, start: number, end: number): CsrMatrix {
  return matrix.selectRows(Int32Array.from({ length: end - start }, (_, i) => start + i));
}
