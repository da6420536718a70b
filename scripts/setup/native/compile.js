import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../run-command.js";
import { addonPath } from "./addon.js";
import { clearAddon } from "./prebuilt.js";

const LOG_LEVEL = fileURLToPath(new URL("log-level.cc", import.meta.url));

/** The C++ compiler: `CXX`, else the first of g++, c++ and clang++ on the path; undefined if there is none. */
export function findCompiler(env) {
  if (env.CXX) return env.CXX;
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return ["g++", "c++", "clang++"].find((name) => folders.some((folder) => existsSync(join(folder, name))));
}

/**
 * Compiles the package's own addon sources against a libtensorflow, and links that beside it.
 *
 * @param {import("./libtensorflow.js").LibTensorFlow} tensorflow
 * @returns {Promise<{ code: number | null, output: string }>} the compiler's
 */
export async function compileAddon(setup, { folder, compiler, tensorflow }) {
  const { root, home, report } = setup;
  clearAddon(folder);
  const libraries = join(folder, "deps", "lib");
  mkdirSync(libraries, { recursive: true });
  for (const [path, plain] of [
    [tensorflow.main, "libtensorflow.so"],
    [tensorflow.framework, "libtensorflow_framework.so"],
  ]) {
    // The run path needs the name that the library gives itself; the linker, the plain one.
    symlinkSync(linkTarget(root, libraries, path), join(libraries, basename(path)));
    symlinkSync(basename(path), join(libraries, plain));
  }
  // The loader takes `$ORIGIN` in TensorFlow's run path, `$ORIGIN/../nvidia/…`, for the folder of the link, not of the file.
  if (tensorflow.cuda)
    symlinkSync(linkTarget(root, join(folder, "deps"), tensorflow.cuda), join(folder, "deps", "nvidia"));
  const addon = addonPath(folder);
  const partial = `${addon}.partial`;
  mkdirSync(dirname(addon), { recursive: true });
  report.say("native", `compiling the addon with ${compiler} against ${tensorflow.origin}`);
  const compile = (...options) =>
    runCommand(setup, "native", [...compiler.split(" "), "-O2", "-std=c++17", "-shared", "-fPIC", ...options], {
      cwd: folder,
    });
  const quiet = await compile("-Wl,-z,initfirst", LOG_LEVEL, "-o", join(libraries, "libloglevel.so"));
  if (quiet.code !== 0) return quiet;
  const sources = readdirSync(join(folder, "binding")).filter((name) => name.endsWith(".cc"));
  const result = await compile(
    ...["-DNAPI_VERSION=8", "-DNODE_GYP_MODULE_NAME=tfjs_binding"],
    ...[nodeHeaders(home), tensorflow.include, "binding"].map((path) => `-I${path}`),
    ...sources.map((name) => join("binding", name)),
    ...["-o", partial, `-L${libraries}`, "-Wl,--no-as-needed", "-l:libloglevel.so"],
    ...["-l:libtensorflow.so", "-l:libtensorflow_framework.so", "-Wl,-rpath,$ORIGIN/../../deps/lib"],
    ...solver(tensorflow),
  );
  if (result.code === 0) renameSync(partial, addon);
  return result;
}

/**
 * TensorFlow opens cuSOLVER by its name and uses no GPU without it, yet the run path of the library that opens it does not hold its
 * folder: what the addon itself needs is open by then.
 */
function solver({ cuda }) {
  const folder = cuda && join(cuda, "cusolver", "lib");
  const name = folder && existsSync(folder) && readdirSync(folder).find((file) => /^libcusolver\.so\.\d+$/.test(file));
  return name ? [`-L${folder}`, `-l:${name}`, "-Wl,-rpath,$ORIGIN/../../deps/nvidia/cusolver/lib"] : [];
}

/** Node's own headers, from a package: most systems' Node comes without. */
function nodeHeaders(home) {
  const { resolve } = createRequire(join(home, "package.json"));
  return join(dirname(resolve("node-api-headers/package.json")), "include");
}

/** Inside the checkout a relative link, which survives a move of the checkout. */
function linkTarget(root, from, path) {
  return path.startsWith(root + sep) ? relative(from, path) : path;
}
