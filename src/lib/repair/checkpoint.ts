import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ProgramState } from "../engine/program.js";
import type { TensorValues } from "../engine/tensorflow.js";
import { dense, type TrainingData } from "./training-data.js";
import { readTensorFile, writeTensorFile, type TensorFile } from "./tensor-file.js";
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

/** The checkpoint of one training: one safetensors file, replaced as a whole. */
export class Checkpoints {
  readonly #path: string;
  #written = performance.now();

  constructor(private readonly place: CheckpointPlace) {
    this.#path = join(place.folder, `${place.method}.checkpoint.safetensors`);
  }

  /** The state to go on from; undefined where there is none, or it is of another training or damaged. */
  load(): TrainingState | undefined {
    if (!existsSync(this.#path)) return undefined;
    let file: TensorFile;
    try {
      file = readTensorFile(this.#path);
    } catch {
      return undefined;
    }
    const { fingerprint, progress } = file.metadata;
    if (fingerprint !== this.place.fingerprint || progress === undefined) return undefined;
    const { step, ...rest } = JSON.parse(progress) as Pick<TrainingState, "epoch" | "records"> & { step: number };
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
  offer(state: () => TrainingState): void {
    if ((performance.now() - this.#written) / 1000 < this.place.seconds) return;
    this.#write(state());
    this.#written = performance.now();
  }

  /** Removes the checkpoint of a training that is done. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #write({ program, best, ...rest }: TrainingState): void {
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
    writeTensorFile(this.#path, { metadata: { fingerprint: this.place.fingerprint, progress }, tensors });
  }
}

const dataHashes = new WeakMap<TrainingData, string>();

/** A hash of everything that decides a training's course: data and settings. */
export function fingerprint(data: TrainingData, settings: unknown): string {
  return createHash("sha256").update(dataHash(data)).update(JSON.stringify(settings)).digest("hex");
}

function dataHash(data: TrainingData): string {
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
