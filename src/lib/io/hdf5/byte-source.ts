import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";

/** What is wrong with an HDF5 file: bytes that contradict the format (`damaged`), or a part of it that is not known here. */
export class Hdf5Error extends Error {
  override readonly name = "Hdf5Error";
  constructor(
    message: string,
    readonly reason: "damaged" | "unknown" = "damaged",
  ) {
    super(message);
  }
}

const readLater = promisify(read);
const PAGE = 1 << 16;
const PAGES = 64;

/** The bytes of a file, by position; small reads come from pages that are kept. */
export class ByteSource {
  readonly size: number;
  readonly #file: number;
  readonly #pages = new Map<number, Buffer>();

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.size = fstatSync(this.#file).size;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** A view of some bytes; not to be written to. */
  bytes(position: number, length: number): Buffer {
    this.#check(position, length);
    const page = Math.floor(position / PAGE);
    const start = position - page * PAGE;
    if (start + length <= PAGE) return this.#page(page).subarray(start, start + length);
    const buffer = Buffer.allocUnsafe(length);
    this.readInto(buffer, position);
    return buffer;
  }

  /** Fills `target` with the bytes from a position on. */
  readInto(target: Uint8Array, position: number): void {
    this.#check(position, target.length);
    for (let done = 0; done < target.length;) {
      // Linux reads at most 2 GiB at once.
      const part = Math.min(target.length - done, 1 << 30);
      const read = readSync(this.#file, target, done, part, position + done);
      if (read === 0) throw new Hdf5Error("the file ends too early");
      done += read;
    }
  }

  /** The same in another thread. */
  async readLater(target: Uint8Array, position: number): Promise<void> {
    this.#check(position, target.length);
    for (let done = 0; done < target.length;) {
      const part = Math.min(target.length - done, 1 << 30);
      const { bytesRead } = await readLater(this.#file, target, done, part, position + done);
      if (bytesRead === 0) throw new Hdf5Error("the file ends too early");
      done += bytesRead;
    }
  }

  #page(page: number): Buffer {
    const known = this.#pages.get(page);
    if (known) return known;
    if (this.#pages.size >= PAGES) this.#pages.clear();
    const buffer = Buffer.allocUnsafe(Math.min(PAGE, this.size - page * PAGE));
    this.readInto(buffer, page * PAGE);
    this.#pages.set(page, buffer);
    return buffer;
  }

  #check(position: number, length: number): void {
    if (position >= 0 && length >= 0 && position + length <= this.size) return;
    throw new Hdf5Error(`something lies at byte ${position}, the file has ${this.size}`);
  }
}

/** Reads the fields of a structure one after the other; all numbers are little-endian. */
export class Cursor {
  at = 0;
  constructor(readonly buffer: Buffer) {}

  uint(bytes: number): number {
    const { at } = this;
    this.#take(bytes);
    if (bytes <= 6) return this.buffer.readUIntLE(at, bytes);
    return this.buffer.readUInt32LE(at) + this.buffer.readUIntLE(at + 4, bytes - 4) * 2 ** 32;
  }

  /** An address; undefined where it is "undefined" in the file. */
  address(): number | undefined {
    const value = this.uint(8);
    return value >= 2 ** 64 - 1 ? undefined : value;
  }

  bytes(length: number): Buffer {
    const { at } = this;
    this.#take(length);
    return this.buffer.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  expect(signature: string): void {
    const found = this.bytes(signature.length).toString("latin1");
    if (found !== signature) throw new Hdf5Error(`there is no ${signature} where there must be`);
  }

  get left(): number {
    return this.buffer.length - this.at;
  }

  #take(length: number): void {
    if (length < 0 || this.at + length > this.buffer.length) throw new Hdf5Error("a structure is shorter than it says");
    this.at += length;
  }
}

/** A zero-terminated text that starts at `start`. */
export function textAt(buffer: Buffer, start: number): string {
  const end = buffer.indexOf(0, start);
  if (start < 0 || start > buffer.length || end < 0) throw new Hdf5Error("a name has no end");
  return buffer.toString("utf8", start, end);
}
