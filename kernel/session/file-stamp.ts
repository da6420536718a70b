import { statSync } from "node:fs";

/** Tells a file's state from its states before: it changes with every write, also one that keeps the time or the length. */
export function fileStamp(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}` : "none";
}
