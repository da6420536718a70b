// Builds the extension into diffrepairer_lab/labextension, from where it is installed or packed into a wheel. No network is needed.
import { execFile } from "node:child_process";
import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { licencesOfBundle } from "./licences.js";
import { hashOfSources } from "./sources.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUTPUT = join(ROOT, "diffrepairer_lab", "labextension");

const run = promisify(execFile);

/** Name of the file that says which sources a build was made of. */
export const STAMP = "sources.sha256";

/**
 * @returns {Promise<string>} the folder of the build
 */
export async function build() {
  // File names change at each build: what an older one left would be packed too.
  await Promise.all([OUTPUT, join(ROOT, "lib")].map((folder) => rm(folder, { recursive: true, force: true })));
  const sources = await hashOfSources();
  await node("node_modules/typescript/bin/tsc");
  // Named, so that the builder does not fetch it: by plain HTTP, and from another host if that fails.
  const core = join("node_modules", "@jupyterlab", "core-meta", "core.package.json");
  await node("node_modules/@jupyter/builder/lib/build-labextension.js", "--core-package-file", core, ".");
  await cp(join(ROOT, "install.json"), join(OUTPUT, "install.json"));
  await writeFile(join(OUTPUT, "static", "third-party-licences.txt"), await licencesOfBundle(ROOT));
  await writeFile(join(OUTPUT, STAMP), sources);
  return OUTPUT;
}

const node = (script, ...parameters) => run(process.execPath, [join(ROOT, script), ...parameters], { cwd: ROOT });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build().catch((error) => {
    process.stderr.write(`${error.stdout ?? ""}${error.stderr ?? error.stack}\n`);
    process.exitCode = 1;
  });
}
