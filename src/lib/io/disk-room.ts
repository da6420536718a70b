import { statfs } from "node:fs/promises";
import { FileError } from "./file-error.js";

/** What stays free beside a file that is written, in bytes. */
const MARGIN = 1 << 24;

/**
 * Throws where a disk has no room for what is going to be written.
 *
 * @param folder - where it is going to be written; it exists.
 * @param bytes - at most.
 * @throws {@link FileError} that names what is needed and what is free.
 */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes + MARGIN <= free) return;
  const problem = `up to ${inUnits(bytes)} are going to be written, and ${inUnits(free)} are free`;
  throw new FileError(folder, "", problem, "Free some of the disk, or choose a folder on another");
}

/** Bytes for people. */
function inUnits(bytes: number): string {
  const unit = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${(bytes / 1000 ** unit).toFixed(unit > 0 ? 1 : 0)} ${["bytes", "kB", "MB", "GB", "TB"][unit]!}`;
}
