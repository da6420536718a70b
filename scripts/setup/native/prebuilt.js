import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "../run-command.js";
import { writeWhole } from "../stamp.js";

const LIMIT = 300_000;
const STALL = 20_000;

/**
 * Lets the package fetch its own prebuilt addon and libtensorflow, as its install script would. Where its host cannot be
 * reached that ends at once; a connection that stands still is given up.
 *
 * @returns {Promise<boolean>} whether the script ended well; the caller tries the addon
 */
export async function fetchPrebuilt(setup, folder, kind) {
  clearAddon(folder);
  const stalled = new AbortController();
  let seen = -1;
  let since = Date.now();
  const watch = setInterval(() => {
    const size = sizeOf(join(folder, "deps")) + sizeOf(join(folder, "lib"));
    if (size > 0 && size !== seen)
      setup.report.progress("native", `official build: ${Math.round(size / 1e6)} MB unpacked`);
    if (size !== seen) [seen, since] = [size, Date.now()];
    if (Date.now() - since > STALL) stalled.abort();
  }, 1000);
  try {
    const bin = join(setup.root, "node_modules", ".bin");
    const { code } = await runCommand(
      setup,
      "native",
      [process.execPath, "scripts/install.js", ...(kind === "gpu" ? ["gpu"] : [])],
      {
        cwd: folder,
        env: { ...setup.env, PATH: `${bin}${delimiter}${setup.env.PATH ?? ""}` },
        timeout: LIMIT,
        signal: stalled.signal,
      },
    );
    return code === 0;
  } finally {
    clearInterval(watch);
    forgetAddonName(folder);
  }
}

/** Removes the addon and the libraries beside it: half of an earlier attempt would be taken for a whole one. */
export function clearAddon(folder) {
  for (const part of ["deps", "lib"]) rmSync(join(folder, part), { recursive: true, force: true });
}

/** The script notes a file name in the package's manifest while it works, and leaves it there when it is ended. */
function forgetAddonName(folder) {
  const path = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  if (!manifest.binary?.package_name) return;
  delete manifest.binary.package_name;
  writeWhole(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function sizeOf(folder) {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce(
    (sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
