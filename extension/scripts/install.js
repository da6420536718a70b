// node extension/scripts/install.js <environment>: builds the extension, if it is not built, and installs it into a Python
// environment, whose JupyterLab then finds it. Says nothing and ends at once where that very version is installed.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, STAMP } from "./build.js";
import { hashOfSources } from "./sources.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NAME = "diffrepairer-lab";

const run = promisify(execFile);

const textOf = (path) => readFile(path, "utf8").catch(() => undefined);

/** @param {string} environment a folder such as `.venv` */
async function install(environment) {
  const share = join(resolve(environment), "share", "jupyter");
  const target = join(share, "labextensions", NAME);
  const sources = await hashOfSources();
  if ((await textOf(join(target, STAMP))) === sources) return;
  let built = join(ROOT, "diffrepairer_lab", "labextension");
  if ((await textOf(join(built, STAMP))) !== sources) {
    process.stdout.write("JupyterLab's charts: building the extension, once (about a minute) …\n");
    await installPackages();
    built = await build();
  }
  // Beside, and then renamed: JupyterLab may be reading the folder.
  const partial = join(share, `${NAME}.${process.pid}.partial`);
  try {
    await cp(built, partial, { recursive: true });
    await mkdir(join(share, "labextensions"), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function installPackages() {
  const lock = await readFile(join(ROOT, "package-lock.json"), "utf8");
  const stamp = join(ROOT, "node_modules", ".lock-installed");
  if ((await textOf(stamp)) === lock) return;
  const script = process.env.npm_execpath;
  const npm = script && /npm-cli\.c?js$/.test(script) ? [process.execPath, script] : ["npm"];
  const [program, ...first] = npm;
  // No retries: without a network JupyterLab would open minutes later. What was fetched is kept for the next time.
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0"];
  await run(program, [...first, "ci", ...options], { cwd: ROOT, maxBuffer: 64 << 20 });
  await writeFile(stamp, lock);
}

const [environment] = process.argv.slice(2);
if (environment) {
  await install(environment).catch((error) => {
    const lines = `${error.stderr ?? ""}\n${error.stdout ?? ""}\n${error.message}`.split("\n").filter(Boolean);
    const telling = [/reason:/, /error/i, /./].flatMap((pattern) => lines.find((line) => pattern.test(line)) ?? []);
    process.stderr.write(`${telling[0].trim().slice(0, 300)}\n`);
    process.exitCode = 1;
  });
} else {
  process.stderr.write("usage: node extension/scripts/install.js <Python environment>\n");
  process.exitCode = 2;
}
