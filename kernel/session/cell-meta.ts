import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/** What `import.meta` is in a cell: as in a module of this file name in the notebook's folder. */
export function cellMeta(file: string): ImportMeta {
  const url = pathToFileURL(file).href;
  return {
    url,
    dirname: dirname(file),
    filename: file,
    // A version is the loader's own way to tell an edited file from what it was.
    resolve: (specifier: string) => import.meta.resolve(specifier, url).replace(/\?v=.*$/, ""),
  };
}
