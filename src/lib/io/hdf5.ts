import { open, stat } from "node:fs/promises";
import { FileError } from "./file-error.js";
import { Hdf5Error } from "./hdf5/byte-source.js";
import type { Numbers, Value } from "./hdf5/decode.js";
import { type Dataset, type Entity, File, type Group } from "./hdf5/file.js";

export type { Numbers } from "./hdf5/decode.js";
export type { Dataset, Entity, Group } from "./hdf5/file.js";

/**
 * Opens an HDF5 file, hands its root to `read`, and closes it.
 *
 * @param large - members of the root that are worth other threads: matrices, or groups of them.
 * @throws {@link FileError} where the file is missing, empty, not HDF5, truncated or damaged.
 */
export async function readHdf5<T>(path: string, read: (root: Group) => T, large: readonly string[] = []): Promise<T> {
  const file = await openHdf5(path);
  try {
    await Promise.all(large.map((name) => load(file.root, name, 3)));
    return guard(path, "", () => read(file.root));
  } finally {
    file.close();
  }
}

/** Has the datasets of a member read in other threads, down to some depth; what is wrong with them is told when they are read. */
async function load(parent: Group, name: string, depth: number): Promise<void> {
  try {
    const member = parent.get(name);
    if (isDataset(member)) await member.load();
    else if (isGroup(member) && depth > 1)
      await Promise.all(member.names().map((child) => load(member, child, depth - 1)));
  } catch {
    return;
  }
}

/**
 * Opens an HDF5 file; close it when done.
 *
 * @throws {@link FileError} as {@link readHdf5}.
 */
export async function openHdf5(path: string): Promise<File> {
  await checkSignature(path);
  return guard(path, "", () => new File(path));
}

async function checkSignature(path: string): Promise<void> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === "ENOENT";
    const advice = missing ? "Check the path" : "Check that you may read it";
    throw new FileError(path, "", missing ? "there is no such file" : `cannot be opened (${cause.code})`, advice, {
      cause,
    });
  });
  if (!found.isFile()) throw new FileError(path, "", "is not a file", "Give the path of an HDF5 file");
  if (found.size === 0) throw new FileError(path, "", "the file is empty", "Fetch or write it again");
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FileError(path, "", `cannot be opened (${cause.code})`, "Check that you may read it", { cause });
  });
  const head = Buffer.alloc(8);
  await file.read(head, 0, 8, 0).finally(() => file.close());
  // HDF5 allows a user block before the signature; files of cells never have one.
  if (head.toString("latin1") !== "\x89HDF\r\n\x1a\n") {
    throw new FileError(
      path,
      "",
      "is not an HDF5 file",
      "Check that this is the file itself, not a web page or a table",
    );
  }
}

/** Runs what reads a part of a file; what goes wrong in the file becomes an error of it. */
export function guard<T>(path: string, element: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FileError) throw error;
    if (error instanceof Hdf5Error && error.reason === "unknown") {
      throw new FileError(path, element, error.message, adviceOn(error.message), { cause: error });
    }
    const text = error instanceof Error ? error.message : String(error);
    throw new FileError(path, element, `is truncated or damaged (${text})`, "Fetch or write it again", {
      cause: error,
    });
  }
}

function adviceOn(problem: string): string {
  return problem.includes("filter")
    ? "Write the file again with gzip or without compression"
    : "Write the file again with anndata";
}

/** Whether the entity is a group. */
export function isGroup(entity: Entity | undefined): entity is Group {
  return entity?.kind === "group";
}

/** Whether the entity is a dataset. */
export function isDataset(entity: Entity | undefined): entity is Dataset {
  return entity?.kind === "dataset";
}

/** An attribute's value: text, number, list of either; undefined where there is none. */
export function attribute(entity: Entity, name: string): Value | undefined {
  return entity.attribute(name);
}

/** A dataset's elements, a list for each compound. */
export function readValues(path: string, dataset: Dataset): Value[] {
  return guard(path, dataset.path, () => dataset.values());
}

/**
 * A dataset's numbers (booleans: 0 and 1), flat and row-major: all, or `count` rows from `start` on.
 *
 * @throws {@link FileError} where it holds something else, or is damaged.
 */
export function readNumbers(path: string, dataset: Dataset, start?: number, count?: number): Numbers {
  return guard(path, dataset.path, () => dataset.numbers(start, count));
}

/**
 * A dataset's texts. Files of old versions mark UTF-8 text as ASCII: it is decoded as what it is.
 *
 * @param onNotUtf8 - called with the first text whose bytes are not UTF-8; such text is kept as Latin-1.
 */
export function readStrings(path: string, dataset: Dataset, onNotUtf8: (text: string) => void): string[] {
  let told = false;
  const tell = (text: string) => {
    if (!told) onNotUtf8(text);
    told = true;
  };
  return guard(path, dataset.path, () => dataset.texts(tell));
}
