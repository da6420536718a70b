import type { ByteSink } from "./byte-sink.js";

/** HDF5 refuses smaller collections; in one of this size, the numbers and lengths of short texts are below 128. */
const COLLECTION = 4096;
const HEAD = 16;

/**
 * Writes texts into global heap collections (HDF5 file format specification, III.E).
 *
 * @returns what stands for them in a dataset: 16 bytes a text, its length, its collection's address and its number in it.
 */
export function writeTexts(sink: ByteSink, texts: readonly string[]): Buffer {
  const references = Buffer.alloc(16 * texts.length);
  let bytes = Buffer.alloc(COLLECTION);
  let size = HEAD;
  let number = 0;
  let first = 0;
  const flush = (end: number) => {
    if (number > 0) {
      const whole = Math.max(COLLECTION, size + HEAD);
      bytes.write("GCOL\x01\0\0\0", 0, "latin1");
      bytes.writeUInt32LE(whole, 8);
      // Number 0 is the space that is left.
      bytes.writeUInt32LE(whole - size, size + 8);
      const address = sink.write(bytes.subarray(0, whole));
      for (let at = 16 * first; at < 16 * end; at += 16) {
        if (references.readUInt32LE(at) === 0) continue;
        references.writeUInt32LE(address % 2 ** 32, at + 4);
        references.writeUInt32LE(Math.floor(address / 2 ** 32), at + 8);
      }
    }
    bytes.fill(0);
    size = HEAD;
    number = 0;
    first = end;
  };
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    // A text without length has no object.
    if (text === "") continue;
    const room = HEAD + 3 * text.length + 8;
    if (number > 0 && size + room + HEAD > COLLECTION) flush(i);
    if (size + room + HEAD > bytes.length) bytes = Buffer.alloc(size + room + HEAD);
    const length = writeText(bytes, size + HEAD, text);
    bytes.writeUInt16LE(++number, size);
    bytes.writeUInt32LE(length, size + 8);
    references.writeUInt32LE(length, 16 * i);
    references.writeUInt32LE(number, 16 * i + 12);
    size += HEAD + Math.ceil(length / 8) * 8;
  }
  flush(texts.length);
  return references;
}

// Names are short and ASCII as a rule: writing them byte by byte saves a call into native code each.
function writeText(bytes: Buffer, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return bytes.write(text, at);
    bytes[at + i] = code;
  }
  return text.length;
}
