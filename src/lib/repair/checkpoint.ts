import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramState } from "../engine/program.js";
import type { TensorValues } from "../engine/tensorflow.js";
import { removePartials } from "../io/atomic.js";
import { requireRoom } from "../io/disk-room.js";
import { FileError } from "../io/file-error.js";
import { readTensorFile, writeTensorFile, type TensorFile } from "./tensor-file.js";
import { dense, type TrainingData } from "./training-data.js";
import type { EpochRecord } from "./training-options.js";

/** Everything a training needs to go on from the end of an epoch. */
export interface TrainingState {
  /** Epochs finished. */
  epoch: number;
  program: ProgramState;
  best: Readonly<Record<string, TensorValues>>;
  records: EpochRecord[];
}

/** Where a training's checkpoint lies, and what it must be of to be used. */
export interface CheckpointPlace {
  readonly folder: string;
  readonly method: string;
  /** {@link fingerprint} of the training. */
  readonly fingerprint: string;
  /** Seconds between two at least. */
  readonly seconds: number;
  /** Shapes of the network's variables. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** Weights, both moments and the best weights. */
const COPIES = 4;

/** Bytes of a checkpoint beside its arrays at most: names and the records of the epochs. */
const BESIDE = 1 << 20;

/**
 * The checkpoint of one training: one safetensors file, replaced as a whole. Random streams need no place in it: what is drawn
 * depends on seed and epoch alone.
 */
export class Checkpoints {
  readonly #file: string;
  #written = performance.now();

  constructor(private readonly place: CheckpointPlace) {
    this.#file = `${place.method}.checkpoint.safetensors`;
  }

  /**
   * The state to go on from; undefined where there is none, or it is of another training or damaged. Also makes the folder, and
   * clears away what a killed training left half written.
   *
   * @throws FileError where the folder cannot be made, or the disk has no room for a checkpoint.
   */
  async load(): Promise<TrainingState | undefined> {
    const { folder, shapes, fingerprint } = this.place;
    await mkdir(folder, { recursive: true });
    await removePartials(join(folder, this.#file));
    const values = Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((size, side) => size * side, 1), 0);
    await requireRoom(folder, 4 * COPIES * values + BESIDE);
    const file = await this.#read();
    if (file?.metadata["fingerprint"] !== fingerprint || file.metadata["progress"] === undefined) return undefined;
    const progress = JSON.parse(file.metadata["progress"]) as Pick<TrainingState, "epoch" | "records"> & {
      step: number;
    };
    const { step, ...rest } = progress;
    const part = (prefix: string): Record<string, TensorValues> =>
      Object.fromEntries(
        Object.entries(file.tensors)
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, { data }]) => [name.slice(prefix.length), data]),
      );
    const moments = { first: part("first/"), second: part("second/") };
    return { ...rest, program: { step, variables: part("weights/"), moments }, best: part("best/") };
  }

  /** Writes the state if the last one is old enough. */
  async offer(state: () => TrainingState): Promise<void> {
    if ((performance.now() - this.#written) / 1000 < this.place.seconds) return;
    await this.#write(state());
    this.#written = performance.now();
  }

  /** Removes the checkpoint of a training that is done. */
  async remove(): Promise<void> {
    await rm(join(this.place.folder, this.#file), { force: true });
  }

  async #read(): Promise<TensorFile | undefined> {
    try {
      return await readTensorFile(this.place.folder, this.#file);
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  async #write({ program, best, ...rest }: TrainingState): Promise<void> {
    const tensors: Record<string, TensorFile["tensors"][string]> = {};
    const add = (prefix: string, values: Readonly<Record<string, TensorValues>>) => {
      for (const [name, data] of Object.entries(values)) {
        tensors[prefix + name] = { shape: this.place.shapes[name]!, data: data as Float32Array };
      }
    };
    add("weights/", program.variables);
    add("first/", program.moments!.first);
    add("second/", program.moments!.second);
    add("best/", best);
    const progress = JSON.stringify({ ...rest, step: program.step });
    const metadata = { fingerprint: this.place.fingerprint, progress };
    await writeTensorFile(join(this.place.folder, this.#file), { metadata, tensors });
  }
}

const dataHashes = new WeakMap<TrainingData, string>();

/** A hash of everything that decides a training's course: data and settings. */
export function fingerprint(data: TrainingData, settings: unknown): string {
  return createHash("sha256").update(dataHash(data)).update(JSON.stringify(settings)).digest("hex");
}

/** A hash of training data: names of the genes, clean and degraded cells. */
export function dataHash(data: TrainingData): string {
  const known = dataHashes.get(data);
  if (known !== undefined) return known;
  const hash = createHash("sha256").update(data.genes.join("\n"));
  for (const cells of [data.train, data.validation, ...data.degraded.train, data.degraded.validation]) {
    const values = dense(cells).data;
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  const digest = hash.digest("hex");
  dataHashes.set(data, digest);
  return digest;
}
