import { join } from "node:path";
import { fill, SetupProblem } from "../problem.js";
import { addonFiles, filesStand, packageFolder, tryAddon } from "../native/addon.js";
import { compileAddon, findCompiler } from "../native/compile.js";
import { gpuDemand } from "../native/gpu.js";
import { gpuEngine, requiredGpuEngine } from "../native/gpu-engine.js";
import { fromPython, fromVariable, unpackedBefore } from "../native/libtensorflow.js";
import { clearAddon, fetchPrebuilt } from "../native/prebuilt.js";
import { fetchWheel, wheelUnfit } from "../native/wheel.js";
import { hashOfFile } from "../stamp.js";

/** Engines that need no native TensorFlow. */
export const PURE = new Set(["wasm", "cpu"]);

/**
 * Native TensorFlow for TensorFlow.js. With an NVIDIA GPU the package for it, where it loads and sees the GPU (DIFFREPAIRER_BACKEND=gpu
 * has it built, and takes nothing else); else the one for the CPU: as it lies there, built against what an earlier set-up unpacked, the official build, or built against a libtensorflow
 * found or fetched. Without any of them the set-up goes on, with a notice: TensorFlow.js also runs in plain JavaScript.
 */
export const nativeEngine = {
  name: "native",
  bytes: 1.3e9,

  inputs: ({ root, env }) => ({
    package: hashOfFile(join(packageFolder(root, "cpu"), "package.json")) !== undefined,
    lock: hashOfFile(join(root, "package-lock.json")),
    node: process.versions.modules,
    platform: `${process.platform}-${process.arch}`,
    gpu: gpuDemand(env),
  }),

  isWhole: (_setup, { files }) => filesStand(files),

  async run(setup) {
    if (PURE.has(setup.env.DIFFREPAIRER_BACKEND)) {
      setup.report.say("native", `left out: DIFFREPAIRER_BACKEND asks for ${setup.env.DIFFREPAIRER_BACKEND}`);
      return undefined;
    }
    const reasons = [];
    const isAsked = setup.env.DIFFREPAIRER_BACKEND === "gpu";
    const found = isAsked
      ? await requiredGpuEngine(setup)
      : ((await gpuEngine(setup)) ?? (await cpuEngine(setup, reasons)));
    if (!found) {
      clearAddon(packageFolder(setup.root, "cpu"));
      setup.report.notice(pureNotice(reasons));
      return undefined;
    }
    setup.report.say("native", `TensorFlow ${found.trial.tensorflow} loads (${found.origin})`);
    return {
      engine: found.engine,
      origin: found.origin,
      version: found.trial.tensorflow,
      files: addonFiles(found.folder),
    };
  },
};

async function cpuEngine(setup, reasons) {
  const folder = packageFolder(setup.root, "cpu");
  const engine = { engine: "tensorflow", folder };
  const compiler = process.platform === "linux" ? findCompiler(setup.env) : undefined;
  const build = async (tensorflow) => {
    if (!compiler || !tensorflow) return undefined;
    const { code, output } = await compileAddon(setup, { folder, compiler, tensorflow });
    const trial = code === 0 ? await tryAddon(setup, folder) : undefined;
    if (trial) return { ...engine, trial, origin: `built against ${tensorflow.origin}` };
    reasons.push(
      code === 0 ? `the addon built against ${tensorflow.origin} does not load` : lastError(output, tensorflow),
    );
    return undefined;
  };

  const there = await tryAddon(setup, folder);
  if (there) return { ...engine, trial: there, origin: "already there" };
  const again = (await build(fromVariable(setup))) ?? (await build(unpackedBefore(setup)));
  if (again) return again;
  setup.report.say("native", "trying the official build of TensorFlow for Node");
  await fetchPrebuilt(setup, folder, "cpu");
  const official = await tryAddon(setup, folder);
  if (official) return { ...engine, trial: official, origin: "official build" };
  clearAddon(folder);
  reasons.push("the official build cannot be fetched here");

  if (process.platform !== "linux") return undefined;
  if (!compiler) {
    reasons.push("there is no C++ compiler to build it with");
    return undefined;
  }
  const installed = await build(await fromPython(setup));
  if (installed) return installed;
  const unfit = wheelUnfit();
  if (unfit) {
    reasons.push(unfit);
    return undefined;
  }
  try {
    await fetchWheel(setup);
  } catch (error) {
    setup.signal.throwIfAborted();
    if (isFatal(error)) throw diskProblem(error);
    reasons.push(`TensorFlow's Python package could not be fetched (${error.message.replace(/\.$/, "")})`);
    return undefined;
  }
  return build(unpackedBefore(setup));
}

function pureNotice(reasons) {
  const compilerMissing = reasons.some((reason) => reason.includes("compiler"));
  const cure = compilerMissing
    ? "Install one (`sudo apt-get install -y g++`, or your system's like)"
    : "Mend that, or name a folder with libtensorflow and its headers by LIBTENSORFLOW_DIR,";
  return fill(
    `NOTICE: there is no native TensorFlow: ${reasons.join("; ")}. Training goes on in plain JavaScript and WebAssembly, which is five to
    a hundred times slower, so it is cut short and its figures are not the paper's. ${cure} and run the same command again.`,
  );
}

function lastError(output, { origin }) {
  const line = output.split("\n").find((text) => /error/i.test(text)) ?? "the compiler failed";
  return `the addon does not compile against ${origin} (${line.trim()})`;
}

function isFatal(error) {
  return isFull(error) || error.reason === "permission" || ["EACCES", "EPERM", "EROFS"].includes(error.code);
}

function isFull(error) {
  return error.reason === "disk" || ["ENOSPC", "EDQUOT"].includes(error.code);
}

function diskProblem(error) {
  return new SetupProblem({
    what: `TensorFlow could not be put in place: ${isFull(error) ? "the disk is full" : error.message.replace(/\.$/, "")}.`,
    why: "Its package takes 275 MB while it is unpacked, its libraries 850 MB; they train the models.",
    cure: "Mend that and run the same command again: it goes on where it stopped.",
  });
}
