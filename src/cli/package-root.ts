import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const findRoot = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
};

/** Folder of the package's package.json: the checkout, or the package inside `node_modules`. */
export const PACKAGE_ROOT = findRoot();

/** Version of the package. */
export const VERSION = (JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")) as { version: string })
  .version;
