import { ByteSink } from "./byte-sink.js";
import {
  attributeMessage,
  BOOLEAN,
  compoundDatatype,
  dataspace,
  datatypeOf,
  fields,
  FLOAT64,
  INT64,
  type NumberArray,
  objectHeader,
  type Part,
  sizeOf,
  TEXT,
  UNDEFINED,
  withChecksum,
} from "./encode.js";
import { MESSAGE } from "./object-header.js";
import { writeTexts } from "./text-heap.js";
import { ChunkedRows, type Chunks } from "./write-chunks.js";

/** Value of an attribute: text, texts, true or false, or whole numbers (written with 64 bits). */
export type AttributeValue = string | readonly string[] | boolean | readonly number[];

/** How datasets are stored. */
export interface Storage {
  /** Level of deflate, 1 to 9; 0: numbers lie in the file as in memory. */
  deflate: number;
}

const SUPERBLOCK = 48;
/** Smaller datasets are not worth a chunk. */
const LEAST_PACKED = 1024;

/**
 * Writes an HDF5 file in the layout of HDF5 1.8 (superblock 2, headers with checksums), which every reader since 2008 knows.
 *
 * @param build - adds attributes, groups and datasets to the root.
 */
export function writeFile(path: string, storage: Storage, build: (root: GroupWriter) => void): void {
  const file = new FileWriter(path, storage);
  try {
    build(file.root);
    file.finish();
  } finally {
    file.close();
  }
}

/** An HDF5 file that is being written, for what is not known at once; see {@link writeFile}. */
export class FileWriter {
  readonly root: GroupWriter;
  readonly #sink: ByteSink;

  constructor(path: string, storage: Storage) {
    this.#sink = new ByteSink(path);
    this.#sink.write(Buffer.alloc(SUPERBLOCK));
    this.root = new GroupWriter(this.#sink, storage);
  }

  /** Writes what closes the file's groups; without it there is no HDF5 file. */
  finish(): void {
    const address = this.root.finish();
    const head = Buffer.concat([
      Buffer.from("\x89HDF\r\n\x1a\n", "latin1"),
      fields([1, 2], [1, 8], [1, 8], [1, 0], [8, 0], [8, UNDEFINED], [8, this.#sink.position], [8, address]),
    ]);
    this.#sink.overwrite(withChecksum(head), 0);
  }

  close(): void {
    this.#sink.close();
  }
}

/** A dataset of numbers whose rows come one after the other. */
export interface RowWriter {
  /** Adds whole rows of the type it was opened with. */
  append(data: NumberArray): void;
}

/** A group that is being written: its members first, its header last. */
export class GroupWriter {
  readonly #sink: ByteSink;
  readonly #storage: Storage;
  readonly #parts: Part[] = [
    { type: MESSAGE.linkInfo, body: fields([2, 0], [8, UNDEFINED], [8, UNDEFINED]) },
    { type: MESSAGE.groupInfo, body: fields([2, 0]) },
  ];
  readonly #open: (() => void)[] = [];

  constructor(sink: ByteSink, storage: Storage) {
    this.#sink = sink;
    this.#storage = storage;
  }

  attribute(name: string, value: AttributeValue): this {
    this.#parts.push(encodeAttribute(this.#sink, name, value));
    return this;
  }

  /** A group inside; `build` fills it. */
  group(name: string, build: (group: GroupWriter) => void): void {
    const group = new GroupWriter(this.#sink, this.#storage);
    build(group);
    this.#link(name, group.finish());
  }

  /** A group inside that can be filled until this one is finished. */
  open(name: string): GroupWriter {
    const group = new GroupWriter(this.#sink, this.#storage);
    this.#open.push(() => this.#link(name, group.finish()));
    return group;
  }

  /**
   * A dataset of numbers that grows until this group is finished.
   *
   * @param example - an array of its type.
   * @param rowShape - shape of a row; [] for a vector.
   */
  rows(name: string, example: NumberArray, rowShape: number[], attributes: Record<string, AttributeValue>): RowWriter {
    const type = datatypeOf(example);
    const rowBytes = rowShape.reduce((size, side) => size * side, sizeOf(type));
    const level = this.#storage.deflate;
    const rows = new ChunkedRows(this.#sink, rowBytes, 1 + rowShape.length, level);
    this.#open.push(() => {
      const chunks = rows.finish();
      const shape = [chunks?.rows ?? 0, ...rowShape];
      const layout = chunks ? this.#chunked(type, shape, chunks, level) : [this.#plain(new Uint8Array(0))];
      this.#describe(name, type, shape, layout, attributes);
    });
    return { append: (data) => rows.append(bytesOf(data)) };
  }

  /** A dataset of numbers, row-major; [] for a single one. */
  numbers(name: string, data: NumberArray, attributes: Record<string, AttributeValue>, shape = [data.length]): void {
    this.#dataset(name, datatypeOf(data), shape, bytesOf(data), attributes);
  }

  /** A dataset of true (not 0) and false. */
  booleans(
    name: string,
    data: ArrayLike<number>,
    attributes: Record<string, AttributeValue>,
    shape = [data.length],
  ): void {
    const bytes = Uint8Array.from(data, (value) => (value ? 1 : 0));
    this.#dataset(name, BOOLEAN, shape, bytes, attributes);
  }

  /** A dataset of texts; [] for a single one. */
  texts(
    name: string,
    data: readonly string[],
    attributes: Record<string, AttributeValue>,
    shape = [data.length],
  ): void {
    this.#dataset(name, TEXT, shape, writeTexts(this.#sink, data), attributes);
  }

  /** A dataset of records, each with a member from every column; columns have one length. */
  records(
    name: string,
    columns: Readonly<Record<string, NumberArray | readonly string[]>>,
    attributes: Record<string, AttributeValue>,
  ): void {
    const members = Object.entries(columns).map(([key, column]) =>
      isTextList(column)
        ? { name: key, type: TEXT, bytes: writeTexts(this.#sink, column) }
        : { name: key, type: datatypeOf(column), bytes: bytesOf(column) },
    );
    const type = compoundDatatype(members);
    const rows = Object.values(columns)[0]?.length ?? 0;
    const records = new Uint8Array(rows * sizeOf(type));
    let offset = 0;
    for (const { bytes, type: member } of members) {
      interleave(bytes, sizeOf(member), records, sizeOf(type), offset);
      offset += sizeOf(member);
    }
    this.#dataset(name, type, [rows], records, attributes);
  }

  /** Writes the header, and returns where. */
  finish(): number {
    for (const close of this.#open.splice(0)) close();
    return this.#sink.write(objectHeader(this.#parts));
  }

  #dataset(
    name: string,
    type: Buffer,
    shape: number[],
    bytes: Uint8Array,
    attributes: Record<string, AttributeValue>,
  ): void {
    const pack = this.#storage.deflate > 0 && shape.length > 0 && type !== TEXT && bytes.length >= LEAST_PACKED;
    this.#describe(name, type, shape, pack ? this.#packed(type, shape, bytes) : [this.#plain(bytes)], attributes);
  }

  #describe(
    name: string,
    type: Buffer,
    shape: number[],
    layout: readonly Part[],
    attributes: Record<string, AttributeValue>,
  ): void {
    const parts: Part[] = [
      { type: MESSAGE.dataspace, body: dataspace(shape) },
      { type: MESSAGE.datatype, body: type },
      // Allocated late, written where set; no value of its own, so zero.
      { type: MESSAGE.fill, body: fields([1, 3], [1, 0x0a]) },
      ...layout,
    ];
    for (const [key, value] of Object.entries(attributes)) parts.push(encodeAttribute(this.#sink, key, value));
    this.#link(name, this.#sink.write(objectHeader(parts)));
  }

  #plain(bytes: Uint8Array): Part {
    const address = bytes.length > 0 ? this.#sink.write(bytes) : UNDEFINED;
    return { type: MESSAGE.layout, body: fields([1, 3], [1, 1], [8, address], [8, bytes.length]) };
  }

  #packed(type: Buffer, shape: number[], bytes: Uint8Array): Part[] {
    const level = this.#storage.deflate;
    const rows = new ChunkedRows(this.#sink, bytes.length / shape[0]!, shape.length, level);
    rows.append(bytes);
    return this.#chunked(type, shape, rows.finish()!, level);
  }

  #chunked(type: Buffer, shape: number[], { tree, chunkRows }: Chunks, level: number): Part[] {
    const extents = [chunkRows, ...shape.slice(1), sizeOf(type)].map((extent): [number, number] => [4, extent]);
    const layout = {
      type: MESSAGE.layout,
      body: fields([1, 3], [1, 2], [1, extents.length], [8, tree], ...extents),
    };
    if (level === 0) return [layout];
    return [layout, { type: MESSAGE.filters, body: fields([1, 2], [1, 1], [2, 1], [2, 1], [2, 1], [4, level]) }];
  }

  #link(name: string, address: number): void {
    const bytes = Buffer.from(name);
    const head = fields([1, 1], [1, 0x11], [1, 1], [2, bytes.length]);
    this.#parts.push({ type: MESSAGE.link, body: Buffer.concat([head, bytes, fields([8, address])]) });
  }
}

function isTextList(column: NumberArray | readonly string[]): column is readonly string[] {
  return Array.isArray(column);
}

/** Puts elements of `size` bytes into records of `stride` bytes. They are too small for a copy each. */
function interleave(elements: Uint8Array, size: number, records: Uint8Array, stride: number, offset: number): void {
  for (let i = 0, from = 0, to = offset; from < elements.length; i++, to = i * stride + offset) {
    for (let byte = 0; byte < size; byte++) records[to++] = elements[from++]!;
  }
}

function bytesOf(data: NumberArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function encodeAttribute(sink: ByteSink, name: string, value: AttributeValue): Part {
  if (typeof value === "string") return attributeMessage(name, TEXT, [], writeTexts(sink, [value]));
  if (typeof value === "boolean") return attributeMessage(name, BOOLEAN, [], fields([1, value ? 1 : 0]));
  // An empty list is one of numbers to anndata, whatever it would hold.
  if (value.length === 0) return attributeMessage(name, FLOAT64, [0], Buffer.alloc(0));
  if (isTexts(value)) return attributeMessage(name, TEXT, [value.length], writeTexts(sink, value));
  return attributeMessage(name, INT64, [value.length], fields(...value.map((number): [number, number] => [8, number])));
}

function isTexts(value: readonly string[] | readonly number[]): value is readonly string[] {
  return typeof value[0] === "string";
}
