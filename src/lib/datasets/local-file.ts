import { join } from "node:path";
import { FileError } from "../io/file-error.js";
import { dataFolder } from "./cache.js";
import type { DataSetInfo } from "./catalogue.js";
import { isIntact } from "./download.js";

/**
 * The path of a data set's file in the data folder, its size and SHA-256 compared first.
 *
 * @param file - its path in the data folder, as in {@link DataSetInfo.files}.
 * @throws FileError where there is no data folder, no such file, or another one.
 */
export async function localFile(set: DataSetInfo, file: string): Promise<string> {
  const entry = set.files.find(([path]) => path === file);
  if (!entry) {
    const names = set.files.map(([path]) => path).join(", ");
    throw new RangeError(`the data set "${set.name}" has no file "${file}"; files: ${names}`);
  }
  const folder = dataFolder();
  const source = `Set DIFFREPAIRER_DATA to a folder that has it. It comes from: ${set.origin}`;
  if (folder === undefined) {
    throw new FileError(
      file,
      "",
      "there is no data folder (DIFFREPAIRER_DATA, or shared/data beside the package)",
      source,
    );
  }
  const path = join(folder, file);
  const [, size, sha256] = entry;
  if (await isIntact(path, { size, sha256 })) return path;
  const problem = `is missing, or is not the file of ${size} bytes with SHA-256 ${sha256}`;
  throw new FileError(path, "", problem, source);
}
