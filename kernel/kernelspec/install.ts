import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot, packageVersion } from "../package-root.js";
import { PROTOCOL_VERSION } from "../protocol/messages.js";
import { isOurs } from "./installed.js";
import { KERNEL_NAME, specFolder, type SpecLocation } from "./locations.js";

/** How a kernelspec is registered. */
export interface SpecOptions {
  /** Its name, by which clients start it. Default "diffrepairer"; another lets several versions stand side by side. */
  readonly name?: string;
  /** The name that people see. Default "TypeScript", with the kernelspec's name in parentheses. */
  readonly displayName?: string;
  /** Environment variables that the kernel is started with, such as `DIFFREPAIRER_TYPES`. Default none. */
  readonly environment?: Readonly<Record<string, string>>;
}

const LOGOS = ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"];

/**
 * Registers the kernel with Jupyter; one registered there under the same name before is replaced.
 *
 * @returns the kernelspec's folder.
 * @throws Error when the kernel is not built, or when the name is another kernel's.
 *
 * @example
 * await installKernelSpec({ prefix: ".venv" });
 */
export async function installKernelSpec(location: SpecLocation, options: SpecOptions = {}): Promise<string> {
  const { name = KERNEL_NAME, displayName = `TypeScript (${name})`, environment = {} } = options;
  const folder = specFolder(location, name);
  refuseOthers(folder);
  const source = join(packageRoot(), "kernel", "kernelspec");
  const main = join(packageRoot(), "dist", "kernel", "main.js");
  if (!existsSync(main)) throw new Error(`the kernel is not built: ${main} is missing; run npm run build`);
  const template = JSON.parse(await readFile(join(source, "kernel.json"), "utf8")) as Template;
  const values: Record<string, string> = { "{node}": process.execPath, "{main}": main };
  const spec = {
    ...template,
    argv: template.argv.map((part) => values[part] ?? part),
    display_name: displayName,
    env: { ...template.env, ...environment },
    kernel_protocol_version: PROTOCOL_VERSION,
    metadata: { ...template.metadata, diffrepairer: { version: packageVersion() } },
  };

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

/**
 * Takes the kernel from Jupyter's list.
 *
 * @returns whether it was there.
 * @throws Error when the name is another kernel's.
 * @example
 * await removeKernelSpec({ prefix: ".venv" });
 */
export async function removeKernelSpec(location: SpecLocation, name = KERNEL_NAME): Promise<boolean> {
  const folder = specFolder(location, name);
  if (!existsSync(folder)) return false;
  refuseOthers(folder);
  await rm(folder, { recursive: true });
  return true;
}

interface Template {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

function refuseOthers(folder: string): void {
  if (existsSync(folder) && !isOurs(folder)) {
    throw new Error(`${folder} is another kernel's and was left as it is; give this one another name`);
  }
}
