import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";

const COLLECTIONS = 256;

/** Texts of any length: a dataset holds their length, their collection's address and their number in it. */
export class GlobalHeap {
  readonly #source: ByteSource;
  readonly #collections = new Map<number, { bytes: Buffer; places: Map<number, number> }>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The bytes of an object, as many as `length`. */
  read(address: number, index: number, length: number): Buffer {
    const { bytes, places } = this.#collections.get(address) ?? this.#open(address);
    const place = places.get(index);
    if (place === undefined)
      throw new Hdf5Error(`a text is not where it should be (number ${index} at byte ${address})`);
    if (length > bytes.readUInt32LE(place - 8)) throw new Hdf5Error("a text is shorter than it says");
    return bytes.subarray(place, place + length);
  }

  #open(address: number) {
    const head = new Cursor(this.#source.bytes(address, 16));
    head.expect("GCOL");
    head.skip(4);
    const size = head.uint(8);
    const bytes = this.#source.bytes(address, size);
    const places = new Map<number, number>();
    for (let at = 16; at + 16 <= size;) {
      const index = bytes.readUInt16LE(at);
      // Number 0 is the space that is left.
      if (index === 0) break;
      const length = bytes.readUInt32LE(at + 8) + 2 ** 32 * bytes.readUInt32LE(at + 12);
      if (at + 16 + length > size) throw new Hdf5Error("a text leaves its heap");
      places.set(index, at + 16);
      at += 16 + Math.ceil(length / 8) * 8;
    }
    if (this.#collections.size >= COLLECTIONS) this.#collections.clear();
    const collection = { bytes, places };
    this.#collections.set(address, collection);
    return collection;
  }
}
