import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { FileError } from "./file-error.js";

/**
 * Has a file or folder written beside its place, and renames it when whole: what stands there is the old one or the new one.
 *
 * @param write - writes to the path it is given.
 * @throws {@link FileError} where the folder is missing or not writable, or the disk is full.
 */
export async function writeAtomically(path: string, write: (partial: string) => Promise<void> | void): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) {
    throw new FileError(path, "", `there is no folder ${dirname(path)}`, "Make it first");
  }
  const partial = `${path}.${process.pid}.${(count++).toString(36)}.partial`;
  try {
    await write(partial);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true, recursive: true });
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    const advice = "Check that the folder is writable and the disk has room";
    throw new FileError(path, "", `cannot be written (${code})`, advice, { cause });
  }
}
let count = 0;

/**
 * Writes a file whole or not at all.
 *
 * @throws {@link FileError} as {@link writeAtomically}.
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  return writeAtomically(path, (partial) => writeFile(partial, content));
}

/** Removes what processes that were killed while they wrote a file left beside it. */
export async function removePartials(path: string): Promise<void> {
  const folder = dirname(path);
  const start = `${basename(path)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(start)) continue;
    const [, writer] = /^(\d+)\.\w+\.partial$/.exec(name.slice(start.length)) ?? [];
    if (writer !== undefined && !isRunning(Number(writer)))
      await rm(join(folder, name), { force: true, recursive: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
