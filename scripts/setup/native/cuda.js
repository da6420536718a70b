import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkDisk } from "../prerequisites.js";
import { gigabytes, megabytes } from "../report.js";
import { readLibTensorFlow } from "./libtensorflow.js";
import { findWheels, unpackWheel } from "./package-index.js";
import { TENSORFLOW_VERSION, tensorflowMember } from "./wheel.js";

// Those that the extra `and-cuda` of TensorFlow's package names, at versions inside the ranges it states, all of one CUDA release.
const CUDA = {
  cublas: "12.9.3.13",
  cuda_cupti: "12.9.79",
  cuda_nvcc: "12.9.86",
  cuda_nvrtc: "12.9.86",
  cuda_runtime: "12.9.79",
  cudnn: "9.28.0.42",
  cufft: "11.4.1.4",
  curand: "10.3.10.19",
  cusolver: "11.7.5.82",
  cusparse: "12.5.10.65",
  nccl: "2.32.3",
  nvjitlink: "12.9.86",
};
const PLATFORM = /manylinux.*x86_64/;
const CUDA_MEMBER = /^nvidia\/[^/]+\/((lib|bin|nvvm)\/.+)$/;
const RECORD = /^[^/]+\.dist-info\/(RECORD)$/;
// Unpacked they take 1.7 times as much; one wheel lies beside that.
const ROOM = 2;
// For an index that states no sizes: all of them together are 3.4 GB.
const AVERAGE_SIZE = 0.26e9;

/**
 * The wheels of TensorFlow for GPUs and of the CUDA libraries, unpacked as Python would have them beside one another: TensorFlow's run
 * path is `$ORIGIN/../nvidia/<component>/lib`, and so are those of the CUDA libraries among themselves.
 */
function parts({ stateFolder }) {
  const folder = join(stateFolder, "tensorflow-gpu");
  const cuda = Object.entries(CUDA).map(([component, version]) => ({
    project: `nvidia-${component.replace("_", "-")}-cu12`,
    version,
    folder: join(folder, "nvidia", component),
    member: (name) => CUDA_MEMBER.exec(name)?.[1],
  }));
  const tensorflow = { project: "tensorflow", version: TENSORFLOW_VERSION, member: tensorflowMember };
  return [{ ...tensorflow, folder: join(folder, "tensorflow") }, ...cuda].map(({ member, ...part }) => ({
    ...part,
    platform: PLATFORM,
    select: (name) => member(name) ?? RECORD.exec(name)?.[1],
  }));
}

/** Why those wheels cannot serve this machine, or undefined. */
export function cudaUnfit(platform = process.platform, arch = process.arch, report = process.report) {
  if (platform !== "linux" || arch !== "x64")
    return `TensorFlow's package for GPUs is made for Linux on x64, and this is ${platform} on ${arch}`;
  if (!report.getReport().header.glibcVersionRuntime)
    return "TensorFlow's package for GPUs needs a system with the GNU C library";
  return undefined;
}

/**
 * TensorFlow for GPUs, once all its wheels are unpacked.
 *
 * @returns {import("./libtensorflow.js").LibTensorFlow | undefined}
 */
export function gpuUnpackedBefore(setup) {
  const [tensorflow, ...cuda] = parts(setup);
  if (![tensorflow, ...cuda].every(isUnpacked)) return undefined;
  const found = readLibTensorFlow(tensorflow.folder, "TensorFlow's Python package for GPUs");
  return found && { ...found, cuda: join(tensorflow.folder, "..", "nvidia") };
}

/**
 * Fetches what is missing of them from the index that pip is configured for: says first how much that is, and makes sure that the
 * disk has room for it. Each wheel that was unpacked stays, and an interrupted download goes on in the next run.
 *
 * @throws DownloadError or ZipError of the library's datasets, and SetupProblem for the disk
 */
export async function fetchCuda(setup) {
  const { root, report } = setup;
  const missing = parts(setup).filter((part) => !isUnpacked(part));
  if (missing.length === 0) return;
  const wheels = await findWheels(setup, missing);
  const sizes = wheels.map(({ size }) => size ?? AVERAGE_SIZE);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const about = wheels.every(({ size }) => size) ? "" : "about ";
  report.say(
    "native",
    `fetching TensorFlow ${TENSORFLOW_VERSION} for GPUs and its CUDA libraries: ${wheels.length === 1 ? "1 package" : `${wheels.length} packages`}, ${about}${gigabytes(total)} GB ` +
      `(up to ${gigabytes(ROOM * total)} GB on disk)`,
  );
  checkDisk({ root, needed: ROOM * total });
  let before = 0;
  for (const [at, wheel] of wheels.entries()) {
    const { project } = missing[at];
    await unpackWheel(setup, wheel, missing[at], {
      onReceived: (bytes) =>
        report.progress("native", `${project}: ${megabytes(before + bytes)} of ${about}${megabytes(total)} in all`),
    });
    before += sizes[at];
  }
}

/** By the wheel's own record, whose lines are `path,checksum,size`: of this version, and every file there in its size. */
function isUnpacked({ folder, version, select }) {
  const path = join(folder, "RECORD");
  if (!existsSync(path)) return false;
  const lines = readFileSync(path, "utf8").split(/\r?\n/).filter(Boolean);
  return (
    lines.some((line) => line.includes(`-${version}.dist-info/`)) &&
    lines.every((line) => {
      const [name, , size] = line.split(",");
      const target = select(name);
      if (target === undefined) return true;
      const file = statSync(join(folder, target), { throwIfNoEntry: false });
      return file !== undefined && (!size || file.size === Number(size));
    })
  );
}
