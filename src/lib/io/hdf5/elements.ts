import { type ByteSource, Hdf5Error } from "./byte-source.js";
import type { Chunk } from "./chunk-arrays.js";
import { elementCount, parseDataspace } from "./dataspace.js";
import { type Datatype, parseDatatype } from "./datatype.js";
import { type Filter, parseFilters, undoFilters, undoFiltersLater } from "./filters.js";
import { type Layout, readLayout } from "./layout.js";
import { type Message, MESSAGE } from "./object-header.js";

/** A dataset without chunks on disk is all fill value; beyond this many bytes, so much emptiness is a damage. */
const MOST_EMPTY = 1 << 24;
/** Unpacked chunks kept between reads of neighbouring rows. */
const MOST_KEPT = 1 << 23;

/** Smaller datasets are read at once. */
const LEAST_LOADED = 1 << 20;
/** Chunks that are unpacked at the same time. */
const LOADERS = 8;

interface Plan {
  wanted: Chunk[];
  target: Uint8Array;
  /** Of the rows wanted. */
  shape: number[];
  start: number;
  chunkShape: number[];
  chunkBytes: number;
}

/** The elements of a dataset as they lie in the file, whole or some rows (of the first dimension). */
export class Elements {
  readonly shape: number[] | null;
  readonly type: Datatype;
  readonly filters: Filter[];
  readonly #source: ByteSource;
  readonly #messages: readonly Message[];
  #layout: Layout | undefined;
  readonly #kept = new Map<number, Uint8Array>();
  #keptBytes = 0;
  #loaded: Uint8Array | undefined;

  constructor(source: ByteSource, messages: readonly Message[]) {
    const body = (type: number) => {
      const found = messages.find((message) => message.type === type);
      if (!found) throw new Hdf5Error("a dataset lacks its type, its shape or its layout");
      return found.body;
    };
    this.#source = source;
    this.#messages = messages;
    this.shape = parseDataspace(body(MESSAGE.dataspace)).shape;
    this.type = parseDatatype(body(MESSAGE.datatype));
    body(MESSAGE.layout);
    const filters = messages.find(({ type }) => type === MESSAGE.filters);
    this.filters = filters ? parseFilters(filters.body) : [];
  }

  /** Number of rows; 1 for a single value. */
  get rows(): number {
    return this.shape === null ? 0 : (this.shape[0] ?? 1);
  }

  /** The bytes of `count` rows from `start` on, in an array of their own. */
  read(start = 0, count = this.rows): Uint8Array {
    if (this.shape === null) return new Uint8Array(0);
    if (this.#loaded && start === 0 && count === this.rows) {
      const bytes = this.#loaded;
      this.#loaded = undefined;
      return bytes;
    }
    const rowShape = this.shape.slice(1);
    const rowBytes = elementCount(rowShape) * this.type.size;
    const length = count * rowBytes;
    if (length === 0) return new Uint8Array(0);
    const layout = this.#open();
    switch (layout.kind) {
      case "compact": {
        const bytes = layout.bytes.subarray(start * rowBytes, start * rowBytes + length);
        if (bytes.length !== length) throw new Hdf5Error("a dataset is shorter than its shape");
        return Uint8Array.from(bytes);
      }
      case "contiguous": {
        if (layout.address === undefined) return this.#allocate(length, 0);
        const from = layout.address + start * rowBytes;
        if (from + length > this.#source.size) throw new Hdf5Error("a dataset goes on after the file's end");
        // All of it is read: there is nothing to be cleared first.
        const target = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
        this.#source.readInto(target, from);
        return target;
      }
      case "chunked":
        return this.#readChunks(layout.chunkShape, layout.chunks, start, count);
    }
  }

  #open(): Layout {
    if (this.#layout) return this.#layout;
    const body = (type: number) => this.#messages.find((message) => message.type === type)!.body;
    this.#layout = readLayout(
      this.#source,
      body(MESSAGE.layout),
      parseDataspace(body(MESSAGE.dataspace)),
      this.type.size,
      this.filters.length > 0,
    );
    return this.#layout;
  }

  /** Memory for elements, not more than the file can have filled, each the fill value. */
  #allocate(length: number, stored: number): Uint8Array {
    if (length > MOST_EMPTY + 16 * stored) throw new Hdf5Error(`most of a dataset of ${length} bytes is missing`);
    const target = new Uint8Array(length);
    const fill = this.#fillValue();
    if (fill?.some((byte) => byte !== 0)) for (let at = 0; at < length; at += fill.length) target.set(fill, at);
    return target;
  }

  #fillValue(): Buffer | undefined {
    const body = this.#messages.find(({ type }) => type === MESSAGE.fill)?.body;
    if (!body || body.length < 4) return undefined;
    const version = body[0]!;
    const [defined, at] = version === 3 ? [(body[1]! & 0x20) !== 0, 2] : [body[3] === 1, 4];
    if (!defined || body.length < at + 4) return undefined;
    const size = body.readUInt32LE(at);
    const value = body.subarray(at + 4, at + 4 + size);
    return size === this.type.size && value.length === size ? value : undefined;
  }

  /**
   * Reads all rows in other threads, and unpacks them there, so that the next `read` of all has them at hand. Does nothing for
   * what is small or stored otherwise.
   */
  async load(): Promise<void> {
    if (this.shape === null || elementCount(this.shape) * this.type.size < LEAST_LOADED) return;
    const layout = this.#open();
    const length = elementCount(this.shape) * this.type.size;
    if (layout.kind === "contiguous" && layout.address !== undefined) {
      if (layout.address + length > this.#source.size) return;
      const target = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
      await this.#source.readLater(target, layout.address);
      this.#loaded = target;
    } else if (layout.kind === "chunked" && this.filters.at(-1)?.id === 1) {
      const plan = this.#plan(layout.chunkShape, layout.chunks, 0, this.rows);
      const queue = plan.wanted.values();
      const work = async () => {
        for (const chunk of queue) {
          const packed = this.#packed(chunk);
          this.#source.readInto(packed, chunk.address);
          this.#place(await undoFiltersLater(packed, this.filters, chunk.mask, plan.chunkBytes), chunk, plan);
        }
      };
      const ends = await Promise.allSettled(Array.from({ length: LOADERS }, work));
      const failed = ends.find(({ status }) => status === "rejected");
      if (failed) throw (failed as PromiseRejectedResult).reason;
      this.#loaded = plan.target;
    }
  }

  #readChunks(chunkShape: number[], chunks: Chunk[], start: number, count: number): Uint8Array {
    const plan = this.#plan(chunkShape, chunks, start, count);
    const { wanted, target, chunkBytes } = plan;
    const partly = wanted.length < chunks.length;
    for (const chunk of wanted) {
      const first = chunk.offset[0]! - start;
      const direct = chunkShape.length === 1 && first >= 0 && first + chunkShape[0]! <= count;
      if (direct && this.filters.length === 0) {
        if (chunk.size !== chunkBytes) throw new Hdf5Error(`a chunk has ${chunk.size} bytes instead of ${chunkBytes}`);
        const at = first * this.type.size;
        this.#source.readInto(target.subarray(at, at + chunkBytes), chunk.address);
      } else {
        this.#place(this.#unpack(chunk, chunkBytes, partly && !direct), chunk, plan);
      }
    }
    return target;
  }

  /** Which chunks hold some rows, and the memory that they go into. */
  #plan(chunkShape: number[], chunks: Chunk[], start: number, count: number): Plan {
    const shape = [count, ...this.shape!.slice(1)];
    const chunkBytes = elementCount(chunkShape) * this.type.size;
    const wanted = chunks.filter(({ offset }) => {
      if (offset.some((at, axis) => at >= this.shape![axis]! || at % chunkShape[axis]! !== 0)) {
        throw new Hdf5Error("a chunk lies outside its dataset");
      }
      return offset[0]! < start + count && offset[0]! + chunkShape[0]! > start;
    });
    for (const { size } of wanted) {
      // Deflate packs at most 1032 : 1.
      if (chunkBytes > 1032 * size + 1024) throw new Hdf5Error(`a chunk of ${size} bytes cannot hold ${chunkBytes}`);
    }
    const target = this.#allocate(elementCount(shape) * this.type.size, wanted.length * chunkBytes);
    return { wanted, target, shape, start, chunkShape, chunkBytes };
  }

  #place(bytes: Uint8Array, { offset }: Chunk, { target, shape, start, chunkShape }: Plan): void {
    copyBlock(bytes, chunkShape, target, shape, [offset[0]! - start, ...offset.slice(1)], this.type.size);
  }

  #packed(chunk: Chunk): Uint8Array {
    if (chunk.address + chunk.size > this.#source.size) throw new Hdf5Error("a chunk goes on after the file's end");
    return new Uint8Array(chunk.size);
  }

  #unpack(chunk: Chunk, length: number, keep: boolean): Uint8Array {
    const kept = this.#kept.get(chunk.address);
    if (kept) return kept;
    const packed = this.#packed(chunk);
    this.#source.readInto(packed, chunk.address);
    const bytes = undoFilters(packed, this.filters, chunk.mask, length);
    if (!keep) return bytes;
    if (this.#keptBytes + length > MOST_KEPT) {
      this.#kept.clear();
      this.#keptBytes = 0;
    }
    this.#kept.set(chunk.address, bytes);
    this.#keptBytes += length;
    return bytes;
  }
}

/** Copies the part of a block that lies inside the target, row by row; `offset` is the block's place there, which may be negative. */
function copyBlock(
  block: Uint8Array,
  blockShape: readonly number[],
  target: Uint8Array,
  shape: readonly number[],
  offset: readonly number[],
  size: number,
): void {
  const last = shape.length - 1;
  const copy = (axis: number, from: number, to: number): void => {
    const begin = Math.max(0, -offset[axis]!);
    const end = Math.min(blockShape[axis]!, shape[axis]! - offset[axis]!);
    if (axis === last) {
      const source = block.subarray((from * blockShape[axis]! + begin) * size, (from * blockShape[axis]! + end) * size);
      target.set(source, (to * shape[axis]! + offset[axis]! + begin) * size);
      return;
    }
    for (let i = begin; i < end; i++) {
      copy(axis + 1, from * blockShape[axis]! + i, to * shape[axis]! + offset[axis]! + i);
    }
  };
  copy(0, 0, 0);
}
