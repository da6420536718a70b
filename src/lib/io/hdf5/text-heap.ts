import type { ByteSink } from "./byte-sink.js";
import { fields } from "./encode.js";

const COLLECTION = 1 << 16;
/** HDF5 refuses smaller collections. */
const LEAST = 4096;

/**
 * Writes texts into global heap collections (HDF5 file format specification, III.E).
 *
 * @returns what stands for them in a dataset: 16 bytes a text, its length, its collection's address and its number in it.
 */
export function writeTexts(sink: ByteSink, texts: readonly string[]): Buffer {
  const references = Buffer.alloc(16 * texts.length);
  let objects: Buffer[] = [];
  let size = 16;
  let first = 0;
  const flush = (end: number) => {
    if (objects.length > 0) {
      const left = Math.max(LEAST, size + 16) - size;
      const head = Buffer.concat([Buffer.from("GCOL"), fields([4, 1], [8, size + left])]);
      const free = Buffer.concat([fields([8, 0], [8, left]), Buffer.alloc(left - 16)]);
      const address = BigInt(sink.write(Buffer.concat([head, ...objects, free])));
      for (let i = first; i < end; i++) {
        if (references.readUInt32LE(16 * i) > 0) references.writeBigUInt64LE(address, 16 * i + 4);
      }
    }
    objects = [];
    size = 16;
    first = end;
  };
  for (let i = 0; i < texts.length; i++) {
    const length = Buffer.byteLength(texts[i]!);
    // A text without length has no object.
    if (length === 0) continue;
    const padded = Math.ceil(length / 8) * 8;
    if (size + 16 + padded > COLLECTION && objects.length > 0) flush(i);
    const object = Buffer.alloc(16 + padded);
    object.writeUInt16LE(objects.length + 1, 0);
    object.writeUInt32LE(length, 8);
    object.write(texts[i]!, 16);
    objects.push(object);
    size += object.length;
    references.writeUInt32LE(length, 16 * i);
    references.writeUInt32LE(objects.length, 16 * i + 12);
  }
  flush(texts.length);
  return references;
}
