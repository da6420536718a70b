import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readdir, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, packageVersion } from "../datasets/cache.js";
import { writeAtomically } from "../io/atomic.js";
import { FileError, warn } from "../io/file-error.js";
import { loadNetwork } from "./load-network.js";
import type { NetworkKind } from "./network.js";
import type { NetworkModel } from "./network-model.js";
import { CONFIG_FILE, sha256 } from "./saved-model.js";

/** Bytes of models kept at most, about twice what all notebooks train; the one that was not used for longest goes. */
const MOST_BYTES = 1e9;

/** Folders of the library whose code decides what a training comes to. */
const CODE = ["repair", "engine", "degrade", "stats", "pp"];

/**
 * The trained network of a training in the cache folder (`trained/`), or the one that `train` gives, which is then kept there. A
 * training that differs in data, settings, seed or the library's own code is another. What is damaged is trained anew.
 *
 * @param fingerprint - of data, settings and seed.
 */
export async function keptModel(
  kind: NetworkKind,
  fingerprint: string,
  train: () => Promise<NetworkModel>,
): Promise<NetworkModel> {
  const store = join(cacheFolder(), "trained");
  const folder = join(store, sha256(`${fingerprint} ${codeHash()}`).slice(0, 24));
  const kept = await loaded(kind, folder);
  if (kept) return kept;
  const model = await train();
  try {
    await mkdir(store, { recursive: true });
    await writeAtomically(folder, (partial) => model.save(partial));
    await forgetOldest(store);
  } catch (error) {
    warn(`the trained ${model.label} is not kept: ${(error as Error).message}`);
  }
  return model;
}

async function loaded(kind: NetworkKind, folder: string): Promise<NetworkModel | undefined> {
  const path = join(folder, CONFIG_FILE);
  if (!existsSync(path)) return undefined;
  try {
    const model = await loadNetwork(folder, [kind]);
    const now = new Date();
    await utimes(path, now, now);
    return model;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
}

async function forgetOldest(store: string): Promise<void> {
  const models = await Promise.all(
    (await readdir(store)).map(async (name) => {
      const folder = join(store, name);
      const used = await stat(join(folder, CONFIG_FILE)).catch(() => undefined);
      return used ? [{ folder, at: used.mtimeMs, bytes: await bytesIn(folder) }] : [];
    }),
  );
  let bytes = 0;
  for (const model of models.flat().sort((a, b) => b.at - a.at)) {
    bytes += model.bytes;
    if (bytes > MOST_BYTES) await rm(model.folder, { recursive: true, force: true });
  }
}

/** Another process may be taking the folder away. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

let hash: string | undefined;

/** A hash of the code that trains; of the package's version alone where the code does not lie in files of its own. */
function codeHash(): string {
  if (hash !== undefined) return hash;
  const library = join(dirname(fileURLToPath(import.meta.url)), "..");
  const parts = CODE.map((name) => join(library, name)).filter((path) => existsSync(path));
  const code = parts.flatMap((part) => {
    const files = readdirSync(part, { recursive: true, encoding: "utf8" }).filter((name) => /\.(js|ts)$/.test(name));
    return files.sort().flatMap((name) => [name, readFileSync(join(part, name))]);
  });
  return (hash = sha256(packageVersion(), ...code));
}
