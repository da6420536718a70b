import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../run-command.js";
import { wheelFolder } from "./wheel.js";

const PROBE = `
import importlib.util
spec = importlib.util.find_spec("tensorflow")
print("FOLDER " + spec.submodule_search_locations[0] if spec else "")
`;

/**
 * A libtensorflow to build against: its two libraries, its headers, and the CUDA libraries that it brings, if any.
 *
 * @typedef {{ origin: string, main: string, framework: string, include: string, cuda?: string }} LibTensorFlow
 */

/** What an earlier set-up unpacked from the wheel. */
export function unpackedBefore(setup) {
  return readLibTensorFlow(wheelFolder(setup), "TensorFlow's Python package");
}

/** What the user names by LIBTENSORFLOW_DIR. */
export function fromVariable(setup) {
  const folder = setup.env.LIBTENSORFLOW_DIR;
  if (!folder) return undefined;
  const found = readLibTensorFlow(folder, `LIBTENSORFLOW_DIR (${folder})`);
  if (!found) {
    setup.report.say(
      "native",
      `LIBTENSORFLOW_DIR (${folder}) has no libtensorflow with headers (lib/libtensorflow.so.2, include/tensorflow/c); passed over`,
    );
  }
  return found;
}

/** What an installed Python holds. */
export async function fromPython(setup) {
  for (const python of [setup.env.DIFFREPAIRER_PYTHON, "python3", "python"]) {
    if (!python) continue;
    const { code, output } = await runCommand(setup, "native", [python, "-c", PROBE], { timeout: 30_000 });
    const folder = code === 0 && /^FOLDER (.+)$/m.exec(output)?.[1];
    const found = folder && readLibTensorFlow(folder, `the TensorFlow of ${python} (${folder})`);
    if (found) return found;
  }
  return undefined;
}

/**
 * Finds the libraries in a folder or its `lib`, under the names of the C distribution or of the Python package.
 *
 * @returns {LibTensorFlow | undefined}
 */
export function readLibTensorFlow(folder, origin) {
  const include = join(folder, "include");
  if (!existsSync(join(include, "tensorflow", "c", "c_api.h"))) return undefined;
  for (const place of [folder, join(folder, "lib")]) {
    if (!existsSync(place)) continue;
    const names = readdirSync(place);
    const main =
      names.find((name) => name === "libtensorflow_cc.so.2") ?? names.find((name) => name === "libtensorflow.so.2");
    const framework = names.find((name) => name === "libtensorflow_framework.so.2");
    if (main && framework) return { origin, main: join(place, main), framework: join(place, framework), include };
  }
  return undefined;
}
