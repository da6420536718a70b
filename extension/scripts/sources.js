import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FILES = ["package.json", "package-lock.json", "tsconfig.json", "install.json"];
const FOLDERS = ["schema", "scripts", "src", "style"];

/** SHA-256 of everything that goes into a build. */
export async function hashOfSources() {
  const inFolders = await Promise.all(
    FOLDERS.map(async (folder) => {
      const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  const hash = createHash("sha256");
  for (const path of [...FILES.map((file) => join(ROOT, file)), ...inFolders.flat().sort()]) {
    hash
      .update(path.slice(ROOT.length))
      .update("\0")
      .update(await readFile(path))
      .update("\0");
  }
  return hash.digest("hex");
}
