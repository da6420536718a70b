import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { kernelFolder, pythonPath } from "../jupyter.js";
import { pythonVersions } from "../notebooks/environment.js";
import { SETUP, type Check } from "./check.js";

const PACKAGES = ["jupyterlab", "nbclient"] as const;

/** The Python that runs the notebooks, with its packages. */
export const pythonCheck = async (): Promise<Check> => {
  const path = pythonPath();
  const versions = await pythonVersions(path);
  const cure = process.env.DIFFREPAIRER_PYTHON
    ? `unset DIFFREPAIRER_PYTHON and ${SETUP}, or set it to a Python that has ${PACKAGES.join(" and ")}`
    : SETUP;
  if (versions.python === undefined) {
    const problem = existsSync(path) ? "does not start" : "is not there";
    return { name: "python", status: "missing", detail: `${path} ${problem}`, cure };
  }
  const detail = `${path}: ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")}`;
  return PACKAGES.some((name) => versions[name] === "missing")
    ? { name: "python", status: "missing", detail, cure }
    : { name: "python", status: "ok", detail };
};

/** The kernel beside that Python, and whether what it starts is there. */
export const kernelCheck = (): Check => {
  const missing = (detail: string, cure: string): Check => ({ name: "kernel", status: "missing", detail, cure });
  if (!existsSync(pythonPath())) return missing("cannot be registered without Python", "that of python, above");
  const { prefix, spec } = kernelFolder();
  const cure = `"diffrepairer kernel install --prefix ${prefix}"${process.env.DIFFREPAIRER_PYTHON ? "" : `, or ${SETUP}`}`;
  const file = join(spec, "kernel.json");
  if (!existsSync(file)) return missing(`not registered: no ${file}`, cure);
  try {
    const { argv } = JSON.parse(readFileSync(file, "utf8")) as { argv: string[] };
    const gone = argv.filter((part) => isAbsolute(part) && !existsSync(part));
    if (gone.length) return missing(`${file} starts ${gone.join(", ")}, which is gone`, cure);
  } catch (error) {
    return missing(`${file} cannot be read: ${(error as Error).message}`, cure);
  }
  return { name: "kernel", status: "ok", detail: file };
};
