import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.js";
import { KERNEL_NAME, kernelFolders, specFolder, type SpecLocation } from "./locations.js";

/** A kernelspec as found on this machine. */
export interface InstalledSpec {
  readonly folder: string;
  readonly argv: readonly string[];
  /** What keeps it from starting; undefined when nothing does. */
  readonly problem: string | undefined;
}

const LOGOS = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"];

/**
 * Registers the kernel with Jupyter; one registered there before is replaced.
 *
 * @returns the kernelspec's folder.
 * @throws Error when the kernel is not built.
 *
 * @example
 * await installKernelSpec({ prefix: ".venv" });
 */
export async function installKernelSpec(location: SpecLocation): Promise<string> {
  const folder = specFolder(location);
  const source = join(packageRoot(), "kernel", "kernelspec");
  const main = join(packageRoot(), "dist", "kernel", "main.js");
  if (!existsSync(main)) throw new Error(`the kernel is not built: ${main} is missing; run npm run build`);
  const template = JSON.parse(await readFile(join(source, "kernel.json"), "utf8")) as { argv: string[] };
  const values: Record<string, string> = { "{node}": process.execPath, "{main}": main };
  const spec = { ...template, argv: template.argv.map((part) => values[part] ?? part) };

  const draft = `${folder}.new-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    await writeFile(join(draft, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
    for (const logo of LOGOS) await cp(join(source, logo), join(draft, logo));
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Takes the kernel from Jupyter's list. @returns whether it was there. */
export async function removeKernelSpec(location: SpecLocation): Promise<boolean> {
  const folder = specFolder(location);
  if (!existsSync(folder)) return false;
  await rm(folder, { recursive: true });
  return true;
}

/**
 * The kernelspecs of this kernel that Jupyter would find, each with what keeps it from starting.
 *
 * @param prefixes - environments to look into beside the active one.
 */
export async function kernelSpecs(prefixes: readonly string[] = []): Promise<InstalledSpec[]> {
  const found: InstalledSpec[] = [];
  for (const parent of kernelFolders(prefixes)) {
    const folder = join(parent, KERNEL_NAME);
    if (!existsSync(join(folder, "kernel.json"))) continue;
    found.push(await readSpec(folder));
  }
  return found;
}

async function readSpec(folder: string): Promise<InstalledSpec> {
  try {
    const { argv } = JSON.parse(await readFile(join(folder, "kernel.json"), "utf8")) as { argv: string[] };
    const missing = argv.slice(0, 2).find((path) => !existsSync(path));
    const problem = missing === undefined ? undefined : `${missing} is missing; install the kernel again`;
    return { folder, argv, problem };
  } catch (error) {
    return { folder, argv: [], problem: `kernel.json cannot be read (${String(error)}); install the kernel again` };
  }
}
