import { dirname } from "node:path";
import { AnnData } from "../anndata/anndata.js";
import type { Frame } from "../anndata/frame.js";
import { rowMajor, type RowMatrix } from "../anndata/matrix.js";
import { stackFrames } from "../anndata/stack-frames.js";
import { requireRoom } from "../io/disk-room.js";
import { openH5ad, type BackedH5ad } from "../io/open-h5ad.js";
import { writeH5adChunks } from "../io/write-h5ad-chunks.js";
import { resolveOptions } from "../options.js";
import { NetworkModel } from "./network-model.js";
import { networkRepair, type RepairCells } from "./network-repair.js";

/** How far the repair of a file is. */
export interface FileProgress {
  readonly cells: number;
  readonly of: number;
  /** Since the first chunk was begun. */
  readonly cellsPerSecond: number;
  readonly secondsLeft: number;
}

/** Options of {@link repairFile}. */
export interface RepairFileOptions {
  /** The matrix to repair: "X", "raw/X", or "layers/" and a name. It becomes X of the output. Default: "X". */
  readonly matrix?: string;
  /** What the matrix holds: counts, or log1p of counts per ten thousand. Default: "counts". */
  readonly values?: "counts" | "log1p";
  /** All genes of the input, those that the model lacks with their normalised input in the layer, or the model's. Default: "all". */
  readonly genes?: "all" | "model";
  /** Whether `layers.repaired_std` is written, of models that have it. Default: true. */
  readonly std?: boolean;
  /** Cells in memory at a time; multiples of 64 leave no batch half empty. Default: 1024. */
  readonly chunk?: number;
  /** Default: "gzip". */
  readonly compression?: "gzip" | "none";
  readonly onProgress?: (progress: FileProgress) => void;
  /** Ends the repair between two chunks with the signal's reason; the output stays what it was. */
  readonly signal?: AbortSignal;
}

/** Bytes that the packing of a chunk can add, and tables, as a share. */
const OVERHEAD = 1.05;

/**
 * Repairs an h5ad file that need not fit memory, chunk by chunk into another: X as it is, `obs` and `var` with what the repair adds,
 * `layers.repaired` (log1p of counts per ten thousand) and, of models that have it, `layers.repaired_std` (NaN for genes that the
 * model lacks). Everything else of the input (other layers, embeddings, `uns`) stays there alone. The result is that of the same
 * repair in memory. The output appears when it is whole.
 *
 * @param repair - a network, each of whose genes the file names in `var`; or what repairs a chunk.
 * @throws {@link FileError} where a file cannot be read or written, or the disk has no room for the output at its largest, without
 *   compression, which is told before anything of it is written.
 * @example
 * const model = await repair.loadModel("model");
 * await repair.repairFile(model, "atlas.h5ad", "repaired.h5ad", { std: false, onProgress: console.log });
 */
export async function repairFile(
  repair: NetworkModel | RepairCells,
  input: string,
  output: string,
  options: RepairFileOptions = {},
): Promise<void> {
  const resolved = resolveOptions<RepairFileOptions>("repair.repairFile", options, {
    ...{ matrix: "X", values: "counts", genes: "all", std: true, chunk: 1024, compression: "gzip" },
    ...{ onProgress: undefined, signal: undefined },
  }) as Required<Omit<RepairFileOptions, "onProgress" | "signal">> & RepairFileOptions;
  const { matrix, values, genes, chunk, compression, onProgress, signal } = resolved;
  if (values !== "counts" && values !== "log1p")
    throw new RangeError(`values is "${String(values)}"; use "counts" or "log1p"`);
  if (genes !== "all" && genes !== "model") throw new RangeError(`genes is "${String(genes)}"; use "all" or "model"`);
  const file = await openH5ad(input, { matrix });
  try {
    const repairCells = repair instanceof NetworkModel ? networkRepair(repair, file.var, resolved) : repair;
    const start = performance.now();
    await writeH5adChunks(
      output,
      async (append) => {
        const obs: Frame[] = [];
        let rest: Pick<AnnData, "var" | "uns"> = { var: file.var, uns: {} };
        for await (const { start: first, X } of file.chunks(chunk)) {
          signal?.throwIfAborted();
          const cells = first + X.shape[0];
          const repaired = await repairCells(cellsOf(file, first, X));
          const layers = Object.fromEntries(
            Object.entries(repaired.layers).map(([name, layer]) => [name, rowMajor(layer)]),
          );
          const written = { X: rowMajor(repaired.X), layers };
          if (first === 0) {
            rest = repaired;
            const bytes = [written.X, ...Object.values(layers)].reduce((sum, one) => sum + bytesOf(one), 0);
            await requireRoom(dirname(output), Math.ceil((OVERHEAD * bytes * file.shape[0]) / cells));
          }
          append(written);
          obs.push(repaired.obs);
          onProgress?.(progressAt(cells, file.shape[0], (performance.now() - start) / 1000));
        }
        return { obs: obs.length > 0 ? stackFrames(obs) : file.obs, var: rest.var, uns: rest.uns };
      },
      { compression },
    );
  } finally {
    file.close();
  }
}

function cellsOf(file: BackedH5ad, first: number, X: RowMatrix): AnnData {
  const rows = Int32Array.from({ length: X.shape[0] }, (_, i) => first + i);
  return new AnnData({ X, obs: file.obs.select(rows), var: file.var });
}

function progressAt(cells: number, of: number, seconds: number): FileProgress {
  const cellsPerSecond = cells / Math.max(seconds, 1e-3);
  return { cells, of, cellsPerSecond, secondsLeft: (of - cells) / cellsPerSecond };
}

function bytesOf(matrix: RowMatrix): number {
  const values = matrix.data.byteLength;
  return matrix.kind === "dense" ? values : values + matrix.indices.byteLength + matrix.indptr.byteLength;
}
