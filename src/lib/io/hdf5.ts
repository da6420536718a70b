import { open, stat } from "node:fs/promises";
import type { Attribute, Dataset, Entity, Group, h5wasm } from "h5wasm/node";
import { FileError } from "./file-error.js";

/** The numbers of a dataset, as the file stores them, except that 64-bit whole numbers come as float64. */
export type Numbers =
  Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const COMPOUND = 6;
const ENUM = 8;

/** How often h5wasm was given up: an error thrown in the midst of HDF5 leaves files open there, or the whole of it aborted. */
let givenUp = 0;

/** h5wasm, loaded at first use and anew after a damaged file; HDF5's own error texts are thrown, not printed. */
export async function loadHdf5(): Promise<typeof h5wasm> {
  const { h5wasm: hdf5 } = (await (givenUp === 0
    ? import("h5wasm/node")
    : import(/* @vite-ignore */ `${import.meta.resolve("h5wasm/node")}?${givenUp}`))) as { h5wasm: typeof h5wasm };
  (await hdf5.ready).activate_throwing_error_handler();
  return hdf5;
}

/**
 * Opens an HDF5 file, hands its root to `read`, and closes it.
 *
 * @throws {@link FileError} where the file is missing, empty, not HDF5, truncated or damaged.
 */
export async function readHdf5<T>(path: string, read: (root: Group) => T): Promise<T> {
  await checkSignature(path);
  const hdf5 = await loadHdf5();
  const file = guard(path, () => new hdf5.File(path, "r"));
  try {
    return guard(path, () => read(file));
  } catch (error) {
    if (error instanceof FileError && error.cause !== undefined) givenUp++;
    throw error;
  } finally {
    close(file);
  }
}

function close(file: { close(): unknown }): void {
  try {
    file.close();
  } catch {
    // All that was wanted has been read, or a better error is on its way.
    givenUp++;
  }
}

async function checkSignature(path: string): Promise<void> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === "ENOENT";
    const advice = missing ? "Check the path" : "Check that you may read it";
    throw new FileError(path, "", missing ? "there is no such file" : `cannot be opened (${cause.code})`, advice, {
      cause,
    });
  });
  if (!found.isFile()) throw new FileError(path, "", "is not a file", "Give the path of an .h5ad file");
  if (found.size === 0) throw new FileError(path, "", "the file is empty", "Fetch or write it again");
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FileError(path, "", `cannot be opened (${cause.code})`, "Check that you may read it", { cause });
  });
  const head = Buffer.alloc(8);
  await file.read(head, 0, 8, 0).finally(() => file.close());
  // HDF5 allows a user block before the signature; h5ad files never have one.
  if (head.toString("latin1") !== "\x89HDF\r\n\x1a\n") {
    throw new FileError(
      path,
      "",
      "is not an HDF5 file",
      "Check that this is the h5ad itself, not a web page or a table",
    );
  }
}

function guard<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FileError) throw error;
    if (error instanceof Error && error.name === "RuntimeError") givenUp++;
    const text = error instanceof Error ? error.message : String(error);
    throw new FileError(path, "", `is truncated or damaged (${lastReason(text)})`, "Fetch or write it again", {
      cause: error,
    });
  }
}

// HDF5 reports a stack, the innermost reason last.
function lastReason(text: string): string {
  const reasons = [...text.matchAll(/^\s+#\d+: .*?\(\): (.*)$/gm)].map((match) => match[1]!);
  return reasons.at(-1) ?? text.split("\n")[0]!;
}

/** Whether the entity is a group. */
export function isGroup(entity: Entity | undefined): entity is Group {
  return entity !== undefined && "type" in entity && entity.type === "Group";
}

/** Whether the entity is a dataset. */
export function isDataset(entity: Entity | undefined): entity is Dataset {
  return entity !== undefined && "type" in entity && entity.type === "Dataset";
}

/** The member of a group, or undefined. */
export function child(group: Group, name: string): Entity | undefined {
  return group.keys().includes(name) ? (group.get(name) ?? undefined) : undefined;
}

/** An attribute's value: text, number, list of either; undefined where there is none. */
export function attribute(entity: Dataset | Group, name: string): string | number | (string | number)[] | undefined {
  const attributes: Record<string, Attribute> = entity.attrs;
  if (!(name in attributes)) return undefined;
  return attributes[name]!.json_value as string | number | (string | number)[];
}

/** What a dataset holds. */
export function datasetType(dataset: Dataset): "numbers" | "booleans" | "strings" | "compound" | "other" {
  const { type, enum_type: members } = dataset.metadata;
  if (type === INTEGER || type === FLOAT) return "numbers";
  if (type === STRING) return "strings";
  if (type === COMPOUND) return "compound";
  if (type === ENUM && members?.members["FALSE"] === 0 && members.members["TRUE"] === 1) return "booleans";
  return "other";
}

/** Filters that h5wasm has: gzip, shuffle, fletcher32, nbit, scale-offset. Any other would abort it. */
const KNOWN_FILTERS = [1, 2, 3, 5, 6];

function checkFilters(path: string, dataset: Dataset): void {
  const unknown = dataset.filters.find(({ id }) => !KNOWN_FILTERS.includes(id));
  if (!unknown) return;
  const problem = `is compressed by the filter "${unknown.name}" (number ${unknown.id}), which is not known here`;
  throw new FileError(path, dataset.path, problem, "Write the file again with gzip or without compression");
}

/** A dataset's values as nested plain arrays. */
export function readJson(path: string, dataset: Dataset): unknown {
  checkFilters(path, dataset);
  return dataset.json_value;
}

/**
 * A dataset's numbers (booleans: 0 and 1), flat and row-major.
 *
 * @throws {@link FileError} where it holds something else.
 */
export function readNumbers(path: string, dataset: Dataset): Numbers {
  checkFilters(path, dataset);
  const { value } = dataset;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return Float64Array.from(value, Number);
  if (typeof value === "bigint") return Float64Array.of(Number(value));
  if (typeof value === "number" || typeof value === "boolean") return Float64Array.of(Number(value));
  if (!ArrayBuffer.isView(value)) {
    throw new FileError(
      path,
      dataset.path,
      "holds no numbers, where there must be",
      "Write the file again with anndata",
    );
  }
  return value as Numbers;
}

/**
 * A dataset's texts. Files of old versions mark UTF-8 text as ASCII: it is decoded as what it is.
 *
 * @param onNotUtf8 - called with the first text whose bytes are not UTF-8; such text is kept as Latin-1.
 */
export function readStrings(path: string, dataset: Dataset, onNotUtf8: (text: string) => void): string[] {
  checkFilters(path, dataset);
  const { value } = dataset;
  const texts = (Array.isArray(value) ? value : [value]) as string[];
  let told = false;
  const tell = (text: string) => {
    if (!told) onNotUtf8(text);
    told = true;
    return text;
  };
  return texts.map((text) => {
    if (isAscii(text)) return text;
    if (dataset.metadata.cset === 1) return text.includes("\uFFFD") ? tell(text) : text;
    return decodeUtf8(text) ?? tell(text);
  });
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

const windows1252 = new Map(
  Array.from({ length: 128 }, (_, i) => [new TextDecoder("windows-1252").decode(Uint8Array.of(128 + i)), 128 + i]),
);

// The library decodes text marked as ASCII byte by byte (Latin-1 or its Windows form); this takes the bytes back.
function decodeUtf8(text: string): string | undefined {
  const bytes = Uint8Array.from(text, (character) => windows1252.get(character) ?? character.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
