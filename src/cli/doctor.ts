import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { KERNEL_NAME, pythonPath } from "./jupyter.js";
import { PACKAGE_ROOT, VERSION } from "./package-root.js";
import { engine, pythonVersions } from "./reproduce/environment.js";

const run = promisify(execFile);

/** One thing that was looked at. */
export interface Check {
  name: string;
  /** "missing" stops the main job, "warning" does not. */
  status: "ok" | "warning" | "missing";
  detail: string;
  /** What to do about it. */
  cure?: string;
}

const SETUP = 'run "npm run setup" in the checkout';
const OLDEST_NODE = [20, 19] as const;

/** Looks at all that the main job needs. */
export const examine = async (): Promise<Check[]> => {
  const compiler = await findCompiler();
  return [
    { name: "diffrepairer", status: "ok", detail: `${VERSION} in ${PACKAGE_ROOT}` },
    node(),
    platform(),
    await backend(compiler !== undefined),
    compiler === undefined
      ? {
          name: "g++",
          status: "warning",
          detail: "not found; only needed where TensorFlow's addon has no prebuilt binary",
          cure: "apt-get install g++ (Debian, Ubuntu) or xcode-select --install (macOS)",
        }
      : { name: "g++", status: "ok", detail: compiler },
    await python(),
    kernel(),
    await data(),
    notebooks(),
  ];
};

const node = (): Check => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return enough
    ? { name: "node", status: "ok", detail: process.version }
    : {
        name: "node",
        status: "missing",
        detail: `${process.version} is too old`,
        cure: `install Node ${OLDEST_NODE.join(".")} or newer`,
      };
};

const platform = (): Check => {
  const detail = `${process.platform} ${process.arch}`;
  return process.platform === "linux" || process.platform === "darwin"
    ? { name: "platform", status: "ok", detail }
    : { name: "platform", status: "missing", detail, cure: "use Linux, macOS, or Windows' WSL 2" };
};

const backend = async (hasCompiler: boolean): Promise<Check> => {
  const { backend: name = "none", ...versions } = await engine();
  const notice = versions["backend notice"];
  const detail = [
    name,
    ...Object.entries(versions).flatMap(([key, value]) => (key === "backend notice" ? [] : [`${key} ${value}`])),
  ].join(", ");
  if (name.startsWith("none")) return { name: "backend", status: "missing", detail, cure: SETUP };
  if (notice === undefined) return { name: "backend", status: "ok", detail };
  return {
    name: "backend",
    status: "warning",
    detail: `${detail}: slow, so training is shortened`,
    cure: hasCompiler ? SETUP : `install g++, then ${SETUP}`,
  };
};

const findCompiler = async (): Promise<string | undefined> => {
  for (const compiler of [process.env.CXX, "g++", "clang++"]) {
    if (!compiler) continue;
    const found = await run(compiler, ["--version"]).catch(() => undefined);
    if (found) return found.stdout.split("\n")[0]?.trim();
  }
  return undefined;
};

const python = async (): Promise<Check> => {
  const path = pythonPath();
  const versions = await pythonVersions(path);
  const missing = ["jupyterlab", "nbclient"].filter((name) => (versions[name] ?? "missing") === "missing");
  if (versions.python === undefined) {
    return { name: "python", status: "missing", detail: `${path} is not there or does not start`, cure: SETUP };
  }
  const detail = `${path}: ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")}`;
  return missing.length
    ? { name: "python", status: "missing", detail, cure: SETUP }
    : { name: "python", status: "ok", detail };
};

/** The kernelspec beside the Python of the checkout, and whether what it starts is there. */
const kernel = (): Check => {
  const spec = join(dirname(dirname(pythonPath())), "share", "jupyter", "kernels", KERNEL_NAME, "kernel.json");
  const cure = `${SETUP}, or "diffrepairer kernel install --prefix ${dirname(dirname(pythonPath()))}"`;
  if (!existsSync(spec)) return { name: "kernel", status: "missing", detail: `not installed: no ${spec}`, cure };
  try {
    const { argv } = JSON.parse(readFileSync(spec, "utf8")) as { argv: string[] };
    const gone = argv.filter((part) => part.startsWith("/") && !existsSync(part));
    return gone.length
      ? { name: "kernel", status: "missing", detail: `${spec} starts ${gone.join(", ")}, which is gone`, cure }
      : { name: "kernel", status: "ok", detail: spec };
  } catch (error) {
    return { name: "kernel", status: "missing", detail: `${spec}: ${(error as Error).message}`, cure };
  }
};

const data = async (): Promise<Check> => {
  const { cacheFolder, dataFolder, REGISTRY } = await import("../lib/datasets/index.js");
  const { file, size, wheel } = REGISTRY.pbmc3k;
  const cached = join(cacheFolder(), file);
  const local = dataFolder();
  const copy =
    local && ["matrix.mtx.gz", "matrix.mtx", "pbmc.h5ad"].map((name) => join(local, "pbmc3k", name)).find(existsSync);
  if (copy) return { name: "data", status: "ok", detail: `PBMC3k: ${copy}` };
  if (existsSync(cached) && statSync(cached).size === size) {
    return { name: "data", status: "ok", detail: `PBMC3k: ${cached}` };
  }
  const folder = nearestFolder(cached);
  if (!isWritable(folder)) {
    return {
      name: "data",
      status: "missing",
      detail: `PBMC3k is not cached, and ${folder} cannot be written`,
      cure: "set DIFFREPAIRER_CACHE to a folder that can, or DIFFREPAIRER_DATA to one that has pbmc3k/pbmc.h5ad",
    };
  }
  return {
    name: "data",
    status: "warning",
    detail: `PBMC3k is not cached; the first run downloads ${(wheel.size / 2 ** 20).toFixed(0)} MiB to ${cached}`,
    cure: '"diffrepairer fetch" does it now',
  };
};

const nearestFolder = (path: string): string =>
  existsSync(dirname(path)) ? dirname(path) : nearestFolder(dirname(path));

const isWritable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

const notebooks = (): Check => {
  const folder = join(PACKAGE_ROOT, "notebooks");
  return existsSync(folder)
    ? { name: "notebooks", status: "ok", detail: folder }
    : { name: "notebooks", status: "missing", detail: `no ${folder}`, cure: "use a checkout of the project" };
};

/** The checks as lines of text, cures below what they cure. */
export const describeChecks = (checks: readonly Check[]): string => {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const mark = { ok: "ok     ", warning: "warning", missing: "MISSING" } as const;
  return checks
    .flatMap(({ name, status, detail, cure }) => [
      `${mark[status]}  ${name.padEnd(width)}  ${detail}`,
      ...(cure ? [`${" ".repeat(width + 11)}cure: ${cure}`] : []),
    ])
    .join("\n");
};
