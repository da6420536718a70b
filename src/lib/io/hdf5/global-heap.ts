import { isAscii } from "node:buffer";
import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";

const COLLECTIONS = 256;

interface Collection {
  bytes: Buffer;
  /** Where each object begins, and how long it is, by its number. */
  places: Int32Array;
  lengths: Int32Array;
  /** The bytes as text, where all objects are ASCII: one decoding for all of them. */
  text: string | undefined;
}

/** Texts of any length: a dataset holds their length, their collection's address and their number in it. */
export class GlobalHeap {
  readonly #source: ByteSource;
  readonly #collections = new Map<number, Collection>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The texts that references stand for, up to their first zero.
   *
   * @param references - four words a text: its length, its collection's address (low, high) and its number in it.
   * @param decode - makes text of bytes that are not ASCII.
   */
  texts(references: Uint32Array, decode: (bytes: Buffer) => string): string[] {
    const texts = Array<string>(references.length / 4);
    let collection: Collection | undefined;
    let [low, high] = [-1, -1];
    for (let i = 0, at = 0; i < texts.length; i++, at += 4) {
      const length = references[at]!;
      if (length === 0) {
        texts[i] = "";
        continue;
      }
      if (!collection || references[at + 1] !== low || references[at + 2] !== high) {
        [low, high] = [references[at + 1]!, references[at + 2]!];
        const address = low + high * 2 ** 32;
        collection = this.#collections.get(address) ?? this.#open(address);
      }
      const { bytes, places, lengths, text } = collection;
      const number = references[at + 3]!;
      const place = places[number];
      if (!place) throw new Hdf5Error(`a text is not where it should be (number ${number})`);
      if (length > lengths[number]!) throw new Hdf5Error("a text is shorter than it says");
      const content =
        text === undefined ? decode(bytes.subarray(place, place + length)) : text.substring(place, place + length);
      const end = content.indexOf("\0");
      texts[i] = end < 0 ? content : content.slice(0, end);
    }
    return texts;
  }

  #open(address: number): Collection {
    const head = new Cursor(this.#source.bytes(address, 16));
    head.expect("GCOL");
    head.skip(4);
    const size = head.uint(8);
    const bytes = this.#source.bytes(address, size);
    const starts: number[] = [];
    let last = 0;
    for (let at = 16; at + 16 <= size;) {
      const number = bytes.readUInt16LE(at);
      // Number 0 is the space that is left.
      if (number === 0) break;
      const length = bytes.readUInt32LE(at + 8) + 2 ** 32 * bytes.readUInt32LE(at + 12);
      if (at + 16 + length > size) throw new Hdf5Error("a text leaves its heap");
      starts.push(at + 16);
      last = Math.max(last, number);
      at += 16 + Math.ceil(length / 8) * 8;
    }
    const places = new Int32Array(last + 1);
    const lengths = new Int32Array(last + 1);
    for (const start of starts) {
      const number = bytes.readUInt16LE(start - 16);
      places[number] = start;
      lengths[number] = bytes.readInt32LE(start - 8);
    }
    const text = isAscii(bytes) || this.#areAscii(bytes, starts) ? bytes.toString("latin1") : undefined;
    if (this.#collections.size >= COLLECTIONS) this.#collections.clear();
    const collection = { bytes, places, lengths, text };
    this.#collections.set(address, collection);
    return collection;
  }

  /** Whether the objects are ASCII, though numbers and lengths between them are not. */
  #areAscii(bytes: Buffer, starts: readonly number[]): boolean {
    let high = 0;
    for (const start of starts) {
      const end = start + bytes.readInt32LE(start - 8);
      for (let i = start; i < end; i++) high |= bytes[i]!;
    }
    return high < 128;
  }
}
