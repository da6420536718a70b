import { SetupProblem } from "../problem.js";
import { packageFolder, tryAddon } from "./addon.js";
import { compileAddon, findCompiler } from "./compile.js";
import { cudaUnfit, fetchCuda, gpuUnpackedBefore } from "./cuda.js";
import { hasGpu } from "./gpu.js";
import { fromVariable } from "./libtensorflow.js";
import { clearAddon, fetchPrebuilt } from "./prebuilt.js";

const WHY = "DIFFREPAIRER_BACKEND=gpu asks for TensorFlow on an NVIDIA GPU.";
const INSTEAD = "unset DIFFREPAIRER_BACKEND to use the CPU";
const LOG = "Log: .setup/logs/native.log";

/**
 * The package for GPUs where there is one and the package sees it: as it lies there, built against what an earlier set-up unpacked, or
 * the official build. Nothing large is fetched for it unasked.
 */
export async function gpuEngine(setup) {
  if (!(await hasGpu(setup))) return undefined;
  const folder = packageFolder(setup.root, "gpu");
  setup.report.say("native", "an NVIDIA GPU is here: trying TensorFlow for it");
  const seen = (trial, origin) => (trial?.gpu ? engine(folder, trial, `with the GPU; ${origin}`) : undefined);
  const there = seen(await tryAddon(setup, folder), "already there");
  if (there) return there;
  const unpacked = gpuUnpackedBefore(setup);
  const compiler = findCompiler(setup.env);
  if (unpacked && compiler) {
    const { code } = await compileAddon(setup, { folder, compiler, tensorflow: unpacked });
    const built = code === 0 && seen(await tryAddon(setup, folder), `built against ${unpacked.origin}`);
    if (built) return built;
  }
  await fetchPrebuilt(setup, folder, "gpu");
  const official = seen(await tryAddon(setup, folder), "official build");
  if (official) return official;
  clearAddon(folder);
  setup.report.say(
    "native",
    "the official build for GPUs cannot be had or does not see this one (it needs CUDA 11.2): using the CPU; " +
      "`DIFFREPAIRER_BACKEND=gpu npm run setup` builds one for CUDA 12 (3.4 GB to fetch)",
  );
  return undefined;
}

/**
 * The package for GPUs as DIFFREPAIRER_BACKEND=gpu asks for it: built against TensorFlow's Python package for GPUs and its CUDA
 * libraries, or against what LIBTENSORFLOW_DIR names. Where there is no GPU, DIFFREPAIRER_GPU=prepare has it made nonetheless.
 *
 * @throws {SetupProblem} where it cannot be had, does not load, or does not see the GPU
 */
export async function requiredGpuEngine(setup) {
  const { root, env, report } = setup;
  const isHere = await hasGpu(setup);
  if (!isHere && env.DIFFREPAIRER_GPU !== "prepare") throw noGpu();
  if (!isHere) {
    report.say(
      "native",
      "there is no NVIDIA GPU here: preparing TensorFlow for one, as DIFFREPAIRER_GPU asks; here it computes on the CPU",
    );
  }
  const folder = packageFolder(root, "gpu");
  const where = (trial) => (trial.gpu ? "with the GPU" : "for a GPU, without one");
  const there = await tryAddon(setup, folder);
  // Without a GPU the addon loads without the CUDA libraries as well.
  if (there?.gpu || (there && !isHere && gpuUnpackedBefore(setup)))
    return engine(folder, there, `${where(there)}; already there`);

  const compiler = findCompiler(env);
  if (!compiler) {
    throw problem("There is no C++ compiler to build TensorFlow's addon with.", {
      cure: `Install one (\`sudo apt-get install -y g++\`, or your system's like) and run the same command again, or ${INSTEAD}.`,
    });
  }
  const tensorflow = fromVariable(setup) ?? gpuUnpackedBefore(setup) ?? (await fetched(setup));
  const { code, output } = await compileAddon(setup, { folder, compiler, tensorflow });
  const trial = code === 0 ? await tryAddon(setup, folder) : undefined;
  if (trial && (trial.gpu || !isHere)) {
    return engine(folder, trial, `${where(trial)}; built against ${tensorflow.origin}`);
  }
  clearAddon(folder);
  if (trial) {
    throw problem(`TensorFlow, built against ${tensorflow.origin}, loads but does not see the GPU.`, {
      cure: `CUDA 12 needs an NVIDIA driver of version 525 or newer (\`nvidia-smi\` shows it) and a GPU that CUDA_VISIBLE_DEVICES does not hide. Mend that and run the same command again, or ${INSTEAD}. ${LOG}`,
    });
  }
  throw problem(
    `The addon built against ${tensorflow.origin} does not ${code === 0 ? "load or computes wrongly" : "compile"}.`,
    {
      cure: `The log says why; or ${INSTEAD}. ${LOG}`,
      detail: code === 0 ? "" : output.split("\n").slice(-6).join("\n"),
    },
  );
}

async function fetched(setup) {
  const unfit = cudaUnfit();
  if (unfit) {
    throw problem(`${unfit}.`, {
      cure: `Name a folder with libtensorflow for your GPU and its headers by LIBTENSORFLOW_DIR, or ${INSTEAD}.`,
    });
  }
  try {
    await fetchCuda(setup);
  } catch (error) {
    setup.signal.throwIfAborted();
    if (error instanceof SetupProblem || error.syscall) throw error;
    throw problem(`TensorFlow for GPUs could not be fetched: ${error.message.replace(/\.$/, "")}.`, {
      cure: `Mend that and run the same command again: what was fetched is kept; or ${INSTEAD}.`,
    });
  }
  const tensorflow = gpuUnpackedBefore(setup);
  if (tensorflow) return tensorflow;
  throw problem("TensorFlow's packages for GPUs were fetched, but the libraries are not all in them.", {
    cure: `Remove .setup/tensorflow-gpu, make sure that PIP_INDEX_URL names an index with NVIDIA's own packages, and run the same command again; or ${INSTEAD}.`,
  });
}

function noGpu() {
  return problem("There is no NVIDIA GPU here: `nvidia-smi -L` lists none.", {
    cure: `Install NVIDIA's driver if the machine has one, ${INSTEAD}, or set DIFFREPAIRER_GPU=prepare as well to make TensorFlow ready on this machine for another one that shares this folder.`,
  });
}

function problem(what, { cure, detail }) {
  return new SetupProblem({ what, why: WHY, cure, detail });
}

function engine(folder, trial, origin) {
  return { engine: "tensorflow-gpu", folder, trial, origin };
}
