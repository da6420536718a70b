import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { FileError } from "./file-error.js";

/**
 * Reads a file of a folder that others may have put together: a regular file that lies in the folder itself, links followed, and
 * is no larger than expected.
 *
 * @param most - bytes at most.
 * @returns undefined where there is none.
 * @throws {@link FileError} where it is a folder or a device, lies elsewhere, is too large, or cannot be read.
 */
export async function readContained(folder: string, name: string, most: number): Promise<Buffer | undefined> {
  const path = join(folder, name);
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(path)]);
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new FileError(path, "", `it is a link to ${real}, outside its folder`, "Put the file itself there");
    }
    const facts = await stat(real);
    if (!facts.isFile()) throw new FileError(path, "", "it is no regular file", "Put the file itself there");
    if (facts.size > most) {
      throw new FileError(
        path,
        "",
        `it has ${facts.size} bytes; ${most} are the most`,
        "Give a file of the right kind",
      );
    }
    return await readFile(real);
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new FileError(path, "", `cannot be read (${code ?? message})`, "Check the path and its permissions", {
      cause,
    });
  }
}
