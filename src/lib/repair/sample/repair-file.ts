import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AnnData } from "../../anndata/anndata.js";
import { CsrMatrix } from "../../anndata/csr.js";
import { rowMajor } from "../../anndata/matrix.js";
import { requireRoom } from "../../io/disk-room.js";
import type { Notice } from "../../io/file-error.js";
import { type BackedH5ad, openH5ad, spans } from "../../io/open-h5ad.js";
import { writeH5adChunks } from "../../io/write-h5ad-chunks.js";
import { resolveOptions } from "../../options.js";
import { repairableOnly } from "./repair-sample.js";
import type { SampleCells } from "./sample-cells.js";
import type { SampleModel } from "./sample-model.js";
import { REPAIR_SAMPLE_DEFAULTS, type RepairSampleOptions, SampleRepair, type SampleReport } from "./sample-repair.js";

/** How far the repair of a file is. */
export interface FileProgress {
  /** The cells are looked at before any is repaired, several times. */
  readonly stage: "inspect" | "repair";
  readonly cells: number;
  readonly of: number;
  /** Since the first cell of the stage. */
  readonly cellsPerSecond: number;
  readonly secondsLeft: number;
}

/** Options of {@link repairFile}. */
export interface RepairFileOptions extends RepairSampleOptions {
  /** Cells in memory at a time; multiples of 256 leave no batch half empty. Default: 1024. */
  readonly chunk?: number;
  /** Default: "gzip", at its fastest level. */
  readonly compression?: "gzip" | "none";
  readonly onProgress?: (progress: FileProgress) => void;
  /** Told of what is odd about the file. Default: Node's `process.emitWarning`. */
  readonly onNotice?: Notice;
  /** Ends the repair between two chunks with the signal's reason; the output stays what it was. */
  readonly signal?: AbortSignal;
}

/**
 * Repairs an h5ad file that need not fit memory, some cells at a time, into another: the same as reading it, {@link repairSample} and
 * writing it. In memory are a chunk of cells, the tables, embeddings and graphs, and a matrix that is stored by columns (csc; it
 * becomes one by rows). The output appears when it is whole.
 *
 * @returns what was found.
 * @throws SampleRefused as {@link repairSample}; {@link FileError} where a file cannot be read or written, or the disk has no room for the
 *   output, which is told before any cell is repaired.
 * @example
 * const model = await repair.loadSampleModel("blood-model");
 * await repair.repairFile("atlas.h5ad", "repaired.h5ad", model, { std: false, onProgress: console.log });
 */
export async function repairFile(
  input: string,
  output: string,
  sampleModel: SampleModel,
  options: RepairFileOptions = {},
): Promise<SampleReport> {
  const { chunk, compression, onProgress, onNotice, signal, ...repairing } = resolveOptions<
    Required<RepairSampleOptions> & RepairFileOptions
  >("repair.repairFile", options, {
    ...REPAIR_SAMPLE_DEFAULTS,
    ...{ chunk: 1024, compression: "gzip", onProgress: undefined, onNotice: undefined, signal: undefined },
  }) as Required<RepairSampleOptions> & RepairFileOptions & { chunk: number; compression: "gzip" | "none" };
  const file = await openH5ad(input, { nonFinite: "keep", ...(onNotice && { onNotice }) });
  try {
    const pass = (stage: FileProgress["stage"]) => chunksOf(file, { stage, chunk, onProgress, signal });
    const beside = file.beside();
    const repair = await SampleRepair.begin(cellsOf(file, beside.uns, pass), sampleModel, repairing);
    const X = file.matrix("X");
    await requireRoom(dirname(output), largestOutput(file, repair, compression));
    const layers = file.matrices.filter((name) => name.startsWith("layers/"));
    const raw = file.matrices.includes("raw/X") ? file.matrix("raw/X") : undefined;
    const values = file.matrix(PLACES[repair.inspection.values.place]);
    const { var: features } = repair;
    let report: SampleReport | undefined;
    await writeH5adChunks(
      output,
      async (append) => {
        for await (const [start, end] of pass("repair")) {
          const rows = (name: string) => file.matrix(name).rows(start, end);
          const made = await repair.repair(start, values.rows(start, end), X.kind !== "dense");
          const own = layers.map((name) => [name.slice("layers/".length), rows(name)]);
          const cells = new AnnData({
            ...{ X: X.rows(start, end), var: features },
            layers: { ...Object.fromEntries(own), ...made },
          });
          const kept = repairing.modelGenesOnly ? repairableOnly(cells) : cells;
          append({
            X: rowMajor(kept.X),
            layers: Object.fromEntries(Object.entries(kept.layers).map(([name, layer]) => [name, rowMajor(layer)])),
            ...(raw && { raw: raw.rows(start, end) }),
          });
        }
        const { report: found, ...tables } = repair.tables();
        report = found;
        const rest = new AnnData({ ...beside, ...tables, X: CsrMatrix.empty(file.shape) });
        const kept = repairing.modelGenesOnly ? repairableOnly(rest) : rest;
        const { obs, obsm, varm, obsp, varp, uns } = kept;
        return { obs, var: kept.var, obsm, varm, obsp, varp, uns, ...(raw && { raw: { var: raw.var } }) };
      },
      { compression, compressionLevel: 1 },
    );
    return report!;
  } finally {
    file.close();
  }
}

/** Where the places of expression are in a file. */
const PLACES = { X: "X", "layers.counts": "layers/counts", raw: "raw/X" } as const;

/** The cells of a file as the repair sees them before it begins. */
function cellsOf(
  file: BackedH5ad,
  uns: Record<string, unknown>,
  pass: (stage: FileProgress["stage"]) => AsyncGenerator<[number, number]>,
): SampleCells {
  return {
    ...{ obs: file.obs, var: file.var, uns },
    matrix(place) {
      const name = PLACES[place];
      if (!file.matrices.includes(name)) return undefined;
      const matrix = file.matrix(name);
      return {
        var: matrix.var,
        async *chunks() {
          for await (const [start, end] of pass("inspect")) yield matrix.rows(start, end);
        },
      };
    },
  };
}

/** Starts and ends of all chunks; how far they are is told after each. */
async function* chunksOf(
  file: BackedH5ad,
  {
    stage,
    chunk,
    onProgress,
    signal,
  }: Pick<FileProgress, "stage"> & Pick<RepairFileOptions, "onProgress" | "signal"> & { readonly chunk: number },
): AsyncGenerator<[number, number]> {
  const [of] = file.shape;
  const began = performance.now();
  for (const [start, end] of spans(of, chunk)) {
    // What comes of a key that was pressed is told in a turn of its own.
    await nextTurn();
    signal?.throwIfAborted();
    yield [start, end];
    const cellsPerSecond = end / Math.max((performance.now() - began) / 1000, 1e-3);
    onProgress?.({ stage, cells: end, of, cellsPerSecond, secondsLeft: (of - end) / cellsPerSecond });
  }
}

/**
 * Bytes that the output can have: what is carried over, not compressed, and for each layer made eight bytes a value (the number and its
 * place, or what deflate makes of a stretch without values).
 */
function largestOutput(file: BackedH5ad, repair: SampleRepair, compression: "gzip" | "none"): number {
  const [cells, genes] = file.shape;
  const carried = file.matrices.reduce((sum, name) => sum + file.matrix(name).bytes, 0);
  const { matched } = repair.inspection.match;
  const values = file.matrix(PLACES[repair.inspection.values.place]).bytes;
  const perLayer = 8 * cells * (compression === "none" ? genes : matched);
  return carried + values + perLayer * repair.layers.length;
}
