import { existsSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = "diffrepairer";

/** The version of this package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
}

/** The folder of this package: the nearest one above this file whose package.json bears the package's name. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, "utf8")) as { name?: string }).name === PACKAGE) {
      return folder;
    }
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json of ${PACKAGE} above ${fileURLToPath(import.meta.url)}.`);
    folder = parent;
  }
}

/**
 * The folder for downloads that every checkout shares: `DIFFREPAIRER_CACHE`, else `XDG_CACHE_HOME/diffrepairer`, else the
 * platform's own place (`~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`). It need not exist yet.
 *
 * @throws Error where the user has no home folder, and says what to set.
 * @example
 * datasets.cacheFolder();
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.DIFFREPAIRER_CACHE) return resolve(env.DIFFREPAIRER_CACHE);
  // The XDG specification tells readers to ignore a relative path.
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, PACKAGE);
  const home = env.HOME || homeFolder();
  if (platform === "darwin") return join(home, "Library", "Caches", PACKAGE);
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), PACKAGE, "Cache");
  return join(home, ".cache", PACKAGE);
}

/** Node takes an empty HOME for a home, which would make every path in it one of the working folder. */
function homeFolder(): string {
  try {
    return homedir() || userInfo().homedir;
  } catch (cause) {
    throw new Error("This user has no home folder: set DIFFREPAIRER_CACHE to a folder for downloads and models.", {
      cause,
    });
  }
}

/**
 * The folder with data sets laid out by hand, looked at before the cache: `DIFFREPAIRER_DATA`, else `../shared/data` beside
 * the package where that exists, else undefined.
 * @example
 * datasets.dataFolder(); // undefined where there is none
 */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.DIFFREPAIRER_DATA) return resolve(env.DIFFREPAIRER_DATA);
  const beside = resolve(packageRoot(), "..", "shared", "data");
  return existsSync(beside) ? beside : undefined;
}
