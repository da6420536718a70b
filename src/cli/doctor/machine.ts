import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PACKAGE_ROOT } from "../package-root.js";
import { engine, installedVersion } from "../notebooks/environment.js";
import { SETUP, type Check } from "./check.js";

const run = promisify(execFile);
const OLDEST_NODE = [20, 19] as const;

/** Whether this Node is one that the package runs on. */
export const nodeCheck = (version: string = process.versions.node): Check => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (enough) return { name: "node", status: "ok", detail: version };
  const cure = `install Node ${OLDEST_NODE.join(".")} or newer`;
  return { name: "node", status: "missing", detail: `${version} is too old`, cure };
};

/** Whether the notebooks' job is made for this platform. */
export const platformCheck = (platform: NodeJS.Platform = process.platform): Check => {
  const detail = `${platform} ${process.arch}`;
  return platform === "linux" || platform === "darwin"
    ? { name: "platform", status: "ok", detail }
    : { name: "platform", status: "missing", detail, cure: "use Linux, macOS, or Windows' WSL 2" };
};

/** The C++ compiler, which only machines without a prebuilt TensorFlow addon need. */
export const compilerCheck = async (environment: NodeJS.ProcessEnv = process.env): Promise<Check> => {
  for (const compiler of [environment.CXX, "g++", "clang++"]) {
    if (!compiler) continue;
    const found = await run(compiler, ["--version"], { env: environment }).catch(() => undefined);
    if (found) return { name: "g++", status: "ok", detail: found.stdout.split("\n")[0]?.trim() ?? compiler };
  }
  return {
    name: "g++",
    status: "warning",
    detail: "not found; only needed where TensorFlow's addon has no prebuilt binary",
    cure: "apt-get install g++ (Debian, Ubuntu) or xcode-select --install (macOS)",
  };
};

/** The TensorFlow.js backend that training gets, with its versions. */
export const backendCheck = async (
  hasCompiler: boolean,
  describe: () => Promise<Readonly<Record<string, string>>> = engine,
  override: string | undefined = process.env.DIFFREPAIRER_BACKEND,
): Promise<Check> => {
  const { backend: name = "none", "backend notice": notice, ...versions } = await describe();
  const detail = [name, ...Object.entries(versions).map(([key, value]) => `${key} ${value}`)].join(", ");
  const repair = hasCompiler ? SETUP : `install g++, then ${SETUP}`;
  const cure = override ? `unset DIFFREPAIRER_BACKEND, which is "${override}"` : repair;
  if (name.startsWith("none")) return { name: "backend", status: "missing", detail, cure };
  if (notice === undefined) return { name: "backend", status: "ok", detail };
  return { name: "backend", status: "warning", detail: `${detail}: slow, so training is shortened`, cure };
};

/** A package that only some uses need. */
export const optionalPackageCheck = (name: string, purpose: string): Check => {
  const version = installedVersion(name);
  return version
    ? { name, status: "ok", detail: version }
    : { name, status: "warning", detail: `not found; needed for ${purpose}`, cure: `npm install ${name}` };
};

/** The notebooks, which a checkout and the npm package both have. */
export const notebooksCheck = (root: string = PACKAGE_ROOT): Check => {
  const folder = join(root, "notebooks");
  return existsSync(folder)
    ? { name: "notebooks", status: "ok", detail: folder }
    : { name: "notebooks", status: "missing", detail: `no ${folder}`, cure: "use a checkout of the project" };
};
