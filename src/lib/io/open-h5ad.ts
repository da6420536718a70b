import type { Frame } from "../anndata/frame.js";
import type { RowMatrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { type BackedMatrix, emptyMatrix, openMatrix } from "./backed-matrix.js";
import { tellOddNames } from "./check-values.js";
import { FileError, type Notice, warn } from "./file-error.js";
import { type Beside, rawParts, readBeside } from "./h5ad-beside.js";
import { readFrame } from "./h5ad-frame.js";
import type { H5adSource } from "./h5ad-source.js";
import { type Entity, type Group, guard, isGroup, openHdf5 } from "./hdf5.js";

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
      const { root } = file;
      const source: H5adSource = { path, nonFinite, notice: onNotice };
      const uns = root.get("uns");
      const legacy = isGroup(uns) ? uns : undefined;
      const obs = readFrame(source, find(path, root, "obs"), "obs", legacy);
      const main = readFrame(source, find(path, root, "var"), "var", legacy);
      const raw = rawParts(root);
      const genesOf = (name: string) =>
        name === "raw/X" && raw.features ? readFrame(source, raw.features, "raw/var", legacy) : main;
      const layers = root.get("layers");
      const open = (name: string) => {
        if (name === "X" && !root.get("X") && isGroup(layers)) return emptyMatrix(obs.length, main);
        const entity = name === "raw/X" && raw.X ? raw.X : find(path, root, name);
        return guard(path, name, () => openMatrix(source, entity, name, obs.length, genesOf(name)));
      };
      const names = [
        "X",
        ...(isGroup(layers) ? layers.names().map((name) => `layers/${name}`) : []),
        ...(raw.X && raw.features ? ["raw/X"] : []),
      ];
      const chosen = open(matrix);
      tellOddNames(path, { obs, var: chosen.var }, onNotice);
      const beside = () => guard(path, "", () => readBeside(source, root, { obs, var: main }));
      return new BackedH5ad(obs, chosen, { names, open, beside, close: () => file.close() });
    });
  } catch (error) {
    file.close();
    throw error;
  }
}

/** What stands behind a {@link BackedH5ad}. */
interface OpenFile {
  readonly names: readonly string[];
  open(name: string): BackedMatrix;
  beside(): Beside;
  close(): void;
}

/**
 * An open h5ad file; see {@link openH5ad}.
 * @example
 * const file = await io.openH5ad("atlas.h5ad", { matrix: "raw/X" });
 * const counts = file.rows(0, 10).rowSums();
 * file.close();
 */
export class BackedH5ad {
  /** One row a cell, in memory. */
  readonly obs: Frame;
  readonly #chosen: BackedMatrix;
  readonly #file: OpenFile;
  readonly #matrices = new Map<string, BackedMatrix>();
  #closed = false;

  /** Use {@link openH5ad}. */
  constructor(obs: Frame, chosen: BackedMatrix, file: OpenFile) {
    this.obs = obs;
    this.#chosen = chosen;
    this.#file = file;
  }

  /** One row a gene, in memory. */
  get var(): Frame {
    return this.#chosen.var;
  }

  /** Cells, genes. */
  get shape(): readonly [number, number] {
    return [this.obs.length, this.var.length];
  }

  /** Names of all matrices of cells: "X", "layers/" and a name, "raw/X". */
  get matrices(): readonly string[] {
    return this.#file.names;
  }

  /** One of all matrices. */
  matrix(name: string): BackedMatrix {
    this.#requireOpen();
    if (!this.#matrices.has(name)) this.#matrices.set(name, this.#file.open(name));
    return this.#matrices.get(name)!;
  }

  /** Reads embeddings, graphs and `uns`. */
  beside(): Beside {
    this.#requireOpen();
    return this.#file.beside();
  }

  /**
   * Cells `start` to `end` (not included).
   *
   * @throws RangeError where they are not in the file, or it was closed.
   */
  rows(start: number, end: number): RowMatrix {
    this.#requireOpen();
    const cells = this.obs.length;
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= cells)) {
      throw new RangeError(`cells ${start} to ${end} are not within 0 to ${cells}`);
    }
    return this.#chosen.rows(start, end);
  }

  /** All cells in order, at most `size` at a time. */
  async *chunks(size: number): AsyncGenerator<CellChunk, void> {
    for (const [start, end] of spans(this.obs.length, size)) yield { start, X: this.rows(start, end) };
  }

  /** Closes the file; `obs` and `var` stay. */
  close(): void {
    if (!this.#closed) this.#file.close();
    this.#closed = true;
  }

  #requireOpen(): void {
    if (this.#closed) throw new RangeError("the file was closed: open it again");
  }
}

/** Starts and ends of runs of at most `size` cells. */
export function* spans(cells: number, size: number): Generator<[start: number, end: number], void> {
  if (!(Number.isInteger(size) && size > 0))
    throw new RangeError(`a chunk of ${size} cells: give a whole number from 1 on`);
  for (let start = 0; start < cells; start += size) yield [start, Math.min(start + size, cells)];
}

function find(path: string, root: Group, place: string): Entity {
  let entity: Entity | undefined = root;
  for (const name of place.split("/")) entity = isGroup(entity) ? entity.get(name) : undefined;
  if (entity) return entity;
  throw new FileError(path, place, "is missing", "Give a file written by anndata, and the name of a matrix in it");
}
