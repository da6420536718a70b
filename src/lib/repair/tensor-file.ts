import { randomUUID } from "node:crypto";
import { mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync, closeSync, fsyncSync } from "node:fs";
import { dirname } from "node:path";

/** Named float32 arrays with their shapes and text beside them: the content of a safetensors file. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * Writes a safetensors file (https://github.com/huggingface/safetensors): the header's length as 64-bit integer, the
 * header as JSON, then the arrays. The file appears under its name only when it is whole.
 */
export function writeTensorFile(path: string, { metadata, tensors }: TensorFile): void {
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
  const parts = [length, padded, ...Object.values(tensors).map(({ data }) => bytes(data))];
  writeAtomically(path, parts);
}

/** Reads a safetensors file of float32 arrays; throws where it is damaged. */
export function readTensorFile(path: string): TensorFile {
  const file = readFileSync(path);
  const damaged = (why: string) => new Error(`${path} is not a whole safetensors file (${why}); delete it.`);
  if (file.length < 8) throw damaged("it is too short");
  const start = 8 + Number(file.readBigUInt64LE(0));
  if (!(start <= file.length)) throw damaged("its header is cut off");
  let header: Record<string, HeaderEntry> & { __metadata__?: Record<string, string> };
  try {
    header = JSON.parse(file.subarray(8, start).toString("utf8")) as typeof header;
  } catch {
    throw damaged("its header is no JSON");
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    const content = file.subarray(start + offsets[0], start + offsets[1]);
    const size = shape.reduce((product, side) => product * side, 1);
    if (dtype !== "F32" || content.length !== size * 4) throw damaged(`the array "${name}" is cut off or not F32`);
    const aligned = Uint8Array.from(content);
    tensors[name] = { shape, data: new Float32Array(aligned.buffer) };
  }
  return { metadata, tensors };
}

function writeAtomically(path: string, parts: readonly Uint8Array[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    const file = openSync(partial, "wx");
    try {
      for (const part of parts) {
        for (let written = 0; written < part.length;) written += writeSync(file, part, written);
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function bytes(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
