import { type Attribute, readAttributes } from "./attributes.js";
import { ByteSource, Cursor, Hdf5Error } from "./byte-source.js";
import { Elements } from "./elements.js";
import type { Datatype } from "./datatype.js";
import { isBoolean, type Numbers, toNumbers, toTexts, toValue, type Value } from "./decode.js";
import { GlobalHeap } from "./global-heap.js";
import { readLinks } from "./links.js";
import { checkSum, type Message, MESSAGE, readMessages } from "./object-header.js";

/** What an open file shares among its objects. */
interface Context {
  source: ByteSource;
  heap: GlobalHeap;
}

/** A group or a dataset. */
export type Entity = Group | Dataset;

class Node {
  /** Where it stands in the file: "obs/cell_type", "" for the root. */
  readonly path: string;
  protected readonly context: Context;
  protected readonly messages: readonly Message[];
  #attributes: Map<string, Attribute> | undefined;

  constructor(context: Context, messages: readonly Message[], path: string) {
    this.context = context;
    this.messages = messages;
    this.path = path;
  }

  /** An attribute's value: a number, text or list of either; undefined where there is none. */
  attribute(name: string): Value | undefined {
    this.#attributes ??= readAttributes(this.context.source, this.messages);
    return this.#attributes.get(name)?.value(this.context.heap);
  }

  hasAttribute(name: string): boolean {
    this.#attributes ??= readAttributes(this.context.source, this.messages);
    return this.#attributes.has(name);
  }
}

/** A folder of an HDF5 file. */
export class Group extends Node {
  readonly kind = "group";
  #links: Map<string, number | undefined> | undefined;
  readonly #members = new Map<string, Entity>();

  /** Names of the members, sorted. */
  names(): string[] {
    return [...this.#open().keys()];
  }

  has(name: string): boolean {
    return this.#open().has(name);
  }

  /** The member of this name; undefined where there is none. */
  get(name: string): Entity | undefined {
    const known = this.#members.get(name);
    if (known) return known;
    const links = this.#open();
    if (!links.has(name)) return undefined;
    const address = links.get(name);
    const path = this.path === "" ? name : `${this.path}/${name}`;
    if (address === undefined) throw new Hdf5Error(`${path} is a link to elsewhere`, "unknown");
    const member = openEntity(this.context, address, path);
    this.#members.set(name, member);
    return member;
  }

  #open(): Map<string, number | undefined> {
    return (this.#links ??= readLinks(this.context.source, this.messages));
  }
}

/** An array of an HDF5 file. */
export class Dataset extends Node {
  readonly kind = "dataset";
  readonly #elements: Elements;

  constructor(context: Context, messages: readonly Message[], path: string) {
    super(context, messages, path);
    this.#elements = new Elements(context.source, messages);
  }

  /** Its dimensions; [] for a single value, null for none at all. */
  get shape(): number[] | null {
    return this.#elements.shape;
  }

  get type(): Datatype {
    return this.#elements.type;
  }

  /** What the elements are. */
  get holds(): "numbers" | "booleans" | "strings" | "compound" | "other" {
    const { kind } = this.type;
    if (kind === "integer" || kind === "float") return "numbers";
    if (kind === "string" || kind === "text") return "strings";
    if (kind === "compound") return "compound";
    return isBoolean(this.type) ? "booleans" : "other";
  }

  /** Reads all rows in other threads, where that pays; `numbers` then has them at hand. */
  load(): Promise<void> {
    return this.#elements.load();
  }

  /** The numbers (booleans: 0 and 1) of all rows or some, flat and row-major. */
  numbers(start?: number, count?: number): Numbers {
    const { type } = this;
    if (type.kind !== "integer" && type.kind !== "float" && type.kind !== "enum") {
      throw new Hdf5Error("holds no numbers, where there must be", "unknown");
    }
    return toNumbers(this.#elements.read(start, count), type);
  }

  /** The texts, flat; `onNotUtf8` is called with one whose bytes are not UTF-8, which is read as Latin-1. */
  texts(onNotUtf8: (text: string) => void): string[] {
    return toTexts(this.#elements.read(), this.type, this.context.heap, onNotUtf8);
  }

  /** The elements of any kind, a list for each compound. */
  values(): Value[] {
    const bytes = this.#elements.read();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const { size } = this.type;
    return Array.from({ length: Math.floor(buffer.length / size) }, (_, i) =>
      toValue(buffer.subarray(i * size, (i + 1) * size), this.type, this.context.heap),
    );
  }
}

/** An open HDF5 file; close it when done. */
export class File {
  readonly root: Group;
  readonly #source: ByteSource;

  /** @throws {@link Hdf5Error} where it is truncated, damaged, or of a kind that is not known here. */
  constructor(path: string) {
    this.#source = new ByteSource(path);
    try {
      const context = { source: this.#source, heap: new GlobalHeap(this.#source) };
      const root = openEntity(context, readSuperblock(this.#source), "");
      if (root.kind !== "group") throw new Hdf5Error("the root is no group");
      this.root = root;
    } catch (error) {
      this.#source.close();
      throw error;
    }
  }

  close(): void {
    this.#source.close();
  }
}

/** The address of the root's header (HDF5 file format specification, II.A). */
function readSuperblock(source: ByteSource): number {
  const cursor = new Cursor(source.bytes(0, Math.min(source.size, 96)));
  cursor.expect("\x89HDF\r\n\x1a\n");
  const version = cursor.uint(1);
  if (version > 3) throw new Hdf5Error(`a superblock of version ${version}`, "unknown");
  if (version < 2) cursor.skip(4);
  const sizes = [cursor.uint(1), cursor.uint(1)];
  if (sizes.some((size) => size !== 8)) throw new Hdf5Error(`addresses of ${sizes.join(" and ")} bytes`, "unknown");
  cursor.skip(version === 0 ? 9 : version === 1 ? 13 : 1);
  const base = cursor.uint(8);
  cursor.skip(8);
  const end = cursor.uint(8);
  if (base !== 0) throw new Hdf5Error("the file does not begin at its first byte", "unknown");
  if (end > source.size) throw new Hdf5Error(`the file has ${source.size} bytes of ${end}`);
  if (version >= 2) {
    const root = cursor.uint(8);
    checkSum(source, 0, 44);
    return root;
  }
  cursor.skip(16);
  return cursor.uint(8);
}

function openEntity(context: Context, address: number, path: string): Entity {
  const messages = readMessages(context.source, address);
  const has = (...types: number[]) => messages.some(({ type }) => types.includes(type));
  if (has(MESSAGE.layout)) return new Dataset(context, messages, path);
  if (has(MESSAGE.symbolTable, MESSAGE.linkInfo, MESSAGE.link)) return new Group(context, messages, path);
  throw new Hdf5Error(
    `${path || "the root"} is neither a group nor a dataset`,
    has(MESSAGE.datatype) ? "unknown" : "damaged",
  );
}
