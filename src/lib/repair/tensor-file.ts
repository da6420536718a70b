import { open } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../io/atomic.js";
import { readContained } from "../io/contained-file.js";
import { FileError } from "../io/file-error.js";
import { isRecord, parseStrictJson } from "../io/strict-json.js";

/** Named float32 arrays with their shapes and text beside them: the content of a safetensors file. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
}

/** Bytes of a file at most: it is read at once. */
export const MOST_TENSOR_BYTES = 2 ** 31 - 1;

/** Bytes of a header at most, the format's own limit. */
const MOST_HEADER = 100_000_000;

/**
 * The content of a safetensors file (https://github.com/huggingface/safetensors): the header's length as 64-bit integer, the
 * header as JSON, then the arrays.
 */
export function encodeTensors({ metadata, tensors }: TensorFile): readonly Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  // The format wants the arrays aligned to eight bytes; spaces may follow the header.
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return [length, padded, ...Object.values(tensors).map(({ data }) => bytes(data))];
}

/** Writes a safetensors file as {@link writeParts} does. */
export async function writeTensorFile(path: string, content: TensorFile): Promise<void> {
  await writeParts(path, encodeTensors(content));
}

/** Writes parts one after the other into a file that appears under its name only when it is whole and on the disk. */
export async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  await writeAtomically(path, async (partial) => {
    const file = await open(partial, "wx");
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * Reads a safetensors file of a folder; undefined where there is none.
 *
 * @throws {@link FileError} as {@link decodeTensors} and {@link readContained}.
 */
export async function readTensorFile(folder: string, name: string): Promise<TensorFile | undefined> {
  const bytes = await readContained(folder, name, MOST_TENSOR_BYTES);
  return bytes && decodeTensors(join(folder, name), bytes);
}

/**
 * Reads the content of a safetensors file of float32 arrays. It must be as the format has it: the arrays fill what follows the
 * header, in any order, without gap or overlap.
 *
 * @param path - where it is from, for messages.
 * @throws {@link FileError} where it is damaged, or holds arrays of another type.
 */
export function decodeTensors(path: string, file: Buffer): TensorFile {
  const damaged = (why: string, element = "") =>
    new FileError(path, element, `not a whole safetensors file (${why})`, "Fetch or write it again");
  if (file.length < 8) throw damaged("it is too short");
  const length = file.readBigUInt64LE(0);
  if (length > BigInt(MOST_HEADER)) throw damaged(`its header is said to have ${length} bytes`);
  const start = 8 + Number(length);
  if (start > file.length) throw damaged("its header is cut off");
  let header: unknown;
  try {
    header = parseStrictJson(file.subarray(8, start).toString("utf8"));
  } catch (cause) {
    throw damaged(`its header: ${(cause as Error).message}`);
  }
  if (!isRecord(header)) throw damaged("its header is no JSON object");
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === "string")) {
    throw damaged("its metadata are no texts");
  }
  const found = Object.entries(entries).map(([name, entry]) => {
    if (!isEntry(entry)) throw damaged("no type, shape and place", name);
    if (entry.dtype !== "F32") {
      throw new FileError(path, name, `its type is ${entry.dtype}, not F32`, "Save the model in single precision");
    }
    const [from, to] = entry.data_offsets;
    const size = 4 * entry.shape.reduce((product, side) => product * side, 1);
    if (to - from !== size || start + to > file.length) throw damaged("it is cut off or of another shape", name);
    return { name, shape: entry.shape, from, to };
  });
  let end = 0;
  for (const { name, from, to } of found.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) throw damaged("it overlaps another array, or a gap is before it", name);
    end = to;
  }
  if (start + end !== file.length) throw damaged("there is more than its arrays");
  const tensors = found.map(({ name, shape, from, to }) => {
    const at = file.byteOffset + start;
    return [name, { shape, data: new Float32Array(file.buffer.slice(at + from, at + to)) }] as const;
  });
  return { metadata: metadata as Record<string, string>, tensors: Object.fromEntries(tensors) };
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value)) return false;
  const { dtype, shape, data_offsets: offsets } = value;
  return typeof dtype === "string" && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function bytes(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
