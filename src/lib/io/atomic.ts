import { rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
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
    if (cause instanceof TypeError || cause instanceof FileError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = `cannot be written (${code ?? message.split("\n")[0]})`;
    throw new FileError(path, "", problem, "Check that the folder is writable and the disk has room", { cause });
  }
}
let count = 0;
