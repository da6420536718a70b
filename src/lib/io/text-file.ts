import { open, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { FileError, type Notice } from "./file-error.js";

/**
 * The bytes of a file, unpacked where they are gzip (told by their first two bytes, not by the name).
 *
 * @throws {@link FileError} where the file is missing, empty or its gzip data end early.
 */
export async function readBytes(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === "ENOENT";
    const problem = missing ? "there is no such file" : `cannot be read (${cause.code})`;
    throw new FileError(path, "", problem, missing ? "Check the path" : "Check that you may read it", { cause });
  });
  if (bytes.length === 0) throw new FileError(path, "", "the file is empty", "Fetch or write it again");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return promisify(gunzip)(bytes).catch((cause: unknown) => {
    throw new FileError(path, "", "the gzip data are truncated or damaged", "Fetch the file again", { cause });
  });
}

/** Tells of text whose last line has no end: a number cut in two is a number still. */
export function tellOpenEnd(path: string, bytes: Uint8Array, notice: Notice): void {
  const last = bytes[bytes.length - 1];
  if (last !== 10 && last !== 13) notice(`${path}: the last line has no line end: the file may be cut off`);
}

/** Whether a file begins as gzip does. */
export async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(2);
    await file.read(head, 0, 2, 0);
    return head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** The fields of a tab-separated file without a header: one array a line, empty lines left out. */
export async function readTsv(path: string): Promise<string[][]> {
  const text = (await readBytes(path)).toString("utf8").replace(/^\uFEFF/, "");
  return text
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
}
