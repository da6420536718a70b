import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../run-command.js";

// Loads the package as the library does and computes something, away from this process: a bad addon may abort.
// Node 23 took away util.isNullOrUndefined, which the package calls.
const TRIAL = `
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const tf = require(process.argv[1]);
const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])).dataSync();
if ([...product].join() !== "19,22,43,50") throw new Error("wrong product: " + product);
const backend = tf.backend();
console.log("TRIAL " + JSON.stringify({ tensorflow: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice === true }));
`;

/** Folder of tfjs-node, or of tfjs-node-gpu. */
export function packageFolder(root, kind) {
  return join(root, "node_modules", "@tensorflow", kind === "gpu" ? "tfjs-node-gpu" : "tfjs-node");
}

/** The addon's place: N-API version 8 is the newest that the package knows. */
export function addonPath(folder) {
  return join(folder, "lib", "napi-v8", "tfjs_binding.node");
}

/**
 * Tries the addon in a process of its own.
 *
 * @returns {Promise<{ tensorflow: string, gpu: boolean } | undefined>} undefined if it does not load or computes wrongly
 */
export async function tryAddon(setup, folder) {
  if (!existsSync(addonPath(folder))) return undefined;
  const isForGpu = folder === packageFolder(setup.root, "gpu");
  // What is said of a GPU that is not seen is no error to TensorFlow: it belongs into the log.
  const env = { ...setup.env, TF_CPP_MIN_LOG_LEVEL: isForGpu ? "0" : "2" };
  const { code, output } = await runCommand(setup, "native", [process.execPath, "-e", TRIAL, folder], {
    env,
    // For a card newer than the library the driver compiles its code at the first use.
    timeout: isForGpu ? 600_000 : 120_000,
  });
  const line = output.split("\n").find((text) => text.startsWith("TRIAL "));
  return code === 0 && line ? JSON.parse(line.slice(6)) : undefined;
}

/** What can be compared cheaply later: the addon and the libraries it was linked to, with their sizes. */
export function addonFiles(folder) {
  const libraries = [
    "libtensorflow.so",
    "libtensorflow_framework.so",
    "libtensorflow.dylib",
    "libtensorflow_framework.dylib",
    "libloglevel.so",
  ];
  const paths = [addonPath(folder), ...libraries.map((name) => join(folder, "deps", "lib", name))];
  return [...paths, ...cudaLibraries(folder)]
    .filter((path) => existsSync(path))
    .map((path) => ({ path, target: realpathSync(path), size: statSync(path).size }));
}

function cudaLibraries(folder) {
  const cuda = join(folder, "deps", "nvidia");
  const components = existsSync(cuda) ? readdirSync(cuda).map((name) => join(cuda, name, "lib")) : [];
  return components
    .filter((library) => existsSync(library))
    .flatMap((library) => readdirSync(library).map((name) => join(library, name)))
    .filter((path) => path.includes(".so"));
}

/** Whether those files still lie there. */
export function filesStand(files) {
  return (
    files.length > 0 &&
    files.every(
      ({ path, target, size }) => existsSync(path) && realpathSync(path) === target && statSync(path).size === size,
    )
  );
}
