import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { KERNEL_NAME, kernelFolders } from "./locations.js";

/** A kernelspec of this kernel as found on this machine. */
export interface InstalledSpec {
  readonly name: string;
  readonly displayName: string;
  readonly folder: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Version of the package that registered it; undefined where it does not say. */
  readonly version: string | undefined;
  /** What keeps it from starting; undefined when nothing that can be seen does. */
  readonly problem: string | undefined;
}

interface SpecFile {
  readonly argv?: readonly string[];
  readonly display_name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly metadata?: { readonly diffrepairer?: { readonly version?: string } };
}

/**
 * The kernelspecs of this kernel that Jupyter would find, whatever their names, each with what keeps it from starting.
 *
 * @param prefixes - environments to look into beside the active one.
 * @example
 * kernelSpecs([".venv"]).filter(({ problem }) => problem === undefined);
 */
export function kernelSpecs(prefixes: readonly string[] = []): InstalledSpec[] {
  return kernelFolders(prefixes).flatMap((parent) => {
    const names = existsSync(parent) ? readdirSync(parent).sort() : [];
    return names.filter((name) => isOurs(join(parent, name))).map((name) => readSpec(parent, name));
  });
}

/** Whether a kernelspec is of this kernel: it says so, or has its name. */
export function isOurs(folder: string): boolean {
  const file = join(folder, "kernel.json");
  if (!existsSync(file)) return false;
  if (folder.endsWith(`/${KERNEL_NAME}`)) return true;
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as SpecFile).metadata?.diffrepairer !== undefined;
  } catch {
    return false;
  }
}

function readSpec(parent: string, name: string): InstalledSpec {
  const folder = join(parent, name);
  try {
    const {
      argv = [],
      display_name: displayName = name,
      env = {},
      metadata,
    } = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")) as SpecFile;
    const missing = argv.find((part) => isAbsolute(part) && !existsSync(part));
    const problem = missing === undefined ? undefined : `${missing} is missing; install the kernel again`;
    return { name, displayName, folder, argv, environment: env, version: metadata?.diffrepairer?.version, problem };
  } catch (error) {
    const problem = `kernel.json cannot be read (${String(error)}); install the kernel again`;
    return { name, displayName: name, folder, argv: [], environment: {}, version: undefined, problem };
  }
}
