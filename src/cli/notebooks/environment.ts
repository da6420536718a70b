import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PACKAGE_ROOT, VERSION } from "../package-root.js";
import type { EnvironmentRecord } from "./record.js";

const run = promisify(execFile);

/** Versions, machine, engine and git commit of this run; what cannot be told is left out or says why. */
export const describeEnvironment = async (python: string): Promise<EnvironmentRecord> => {
  const processors = cpus();
  return {
    diffrepairer: VERSION,
    ...(await gitCommit()),
    node: process.version.slice(1),
    ...(await pythonVersions(python)),
    platform: `${type()} ${release()} ${process.arch}`,
    processor: `${processors.length} × ${processors[0]?.model.trim() || "unknown"}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    ...(await engine()),
    ...packageVersions(["typescript", "vega", "vega-lite", "danfojs-node"]),
    data: await dataSources(),
  };
};

const packageVersions = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, installedVersion(name) ?? "missing"]));

/** Version of an npm package as this one finds it, without loading it; undefined where it is not installed. */
export const installedVersion = (name: string): string | undefined => {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return undefined;
};

const dataSources = async (): Promise<string> => {
  const { REGISTRY } = await import("../../lib/datasets/registry.js");
  return Object.values(REGISTRY)
    .map(({ title, citation, licence }) => `${title}. ${citation}. Licence: ${licence}`)
    .join("; ");
};

/** The engine as the library reports it. */
export const engine = async (): Promise<Record<string, string>> => {
  try {
    const { backendReport } = await import("../../lib/engine/index.js");
    const report = await backendReport();
    return {
      backend: `${report.name} (${report.native ? "native" : "JavaScript"}, ${report.device}, ${report.threads} thread${report.threads === 1 ? "" : "s"})`,
      "tensorflow.js": report.tfjs,
      ...(report.tensorflow && { tensorflow: report.tensorflow }),
      ...(report.notice && { "backend notice": report.notice }),
    };
  } catch (error) {
    return { backend: `none: ${(error as Error).message}` };
  }
};

const gitCommit = async (): Promise<Record<string, string>> => {
  try {
    const options = { cwd: PACKAGE_ROOT };
    const { stdout: commit } = await run("git", ["rev-parse", "HEAD"], options);
    const { stdout: changes } = await run("git", ["status", "--porcelain", "--untracked-files=no"], options);
    return { commit: commit.trim() + (changes.trim() ? " with local changes" : "") };
  } catch {
    return {};
  }
};

const VERSIONS = `import platform, importlib.metadata as m
print(platform.python_version())
for name in ("jupyterlab", "nbclient"):
    try: print(m.version(name))
    except m.PackageNotFoundError: print("missing")`;

/** Versions of Python, JupyterLab and nbclient; empty where Python does not run. */
export const pythonVersions = async (python: string): Promise<Record<string, string>> => {
  try {
    const { stdout } = await run(python, ["-c", VERSIONS]);
    const [version = "", jupyterlab = "", nbclient = ""] = stdout.trim().split("\n");
    return { python: version, jupyterlab, nbclient };
  } catch {
    return {};
  }
};
