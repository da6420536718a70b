import { join } from "node:path";
import { megabytes } from "../report.js";
import { findWheels, unpackWheel } from "./package-index.js";

/** Of TensorFlow, for the CPU and for GPUs alike. */
export const TENSORFLOW_VERSION = "2.21.0";
// The libraries inside are the same whatever the Python they are packed for.
const WHEELS = {
  x64: { project: "tensorflow-cpu", platform: /manylinux.*x86_64/ },
  arm64: { project: "tensorflow", platform: /manylinux.*aarch64/ },
};
const LIBRARIES = /^tensorflow\/(libtensorflow_cc\.so\.2|libtensorflow_framework\.so\.2)$/;
const HEADERS = /^tensorflow\/(include\/(tensorflow\/c|tensorflow\/core\/platform|tsl|xla\/tsl)\/.+\.h)$/;

/** Where a member of TensorFlow's wheel goes that the addon needs; undefined for the others. */
export function tensorflowMember(name) {
  return (LIBRARIES.exec(name) ?? HEADERS.exec(name))?.[1];
}

/** Where the wheel's libraries stay, so that new packages need no new download. */
export function wheelFolder({ stateFolder }) {
  return join(stateFolder, `tensorflow-${TENSORFLOW_VERSION}`);
}

/** Why the wheel cannot serve this machine, or undefined. */
export function wheelUnfit(arch = process.arch, report = process.report) {
  if (!WHEELS[arch]) return `there is no TensorFlow package for ${arch}`;
  if (!report.getReport().header.glibcVersionRuntime)
    return "TensorFlow's package needs a system with the GNU C library";
  return undefined;
}

/**
 * Fetches TensorFlow's Python package from the index that pip is configured for, and unpacks what the addon needs. The package
 * is removed afterwards; an interrupted download goes on in the next run.
 *
 * @throws DownloadError or ZipError of the library's datasets
 */
export async function fetchWheel(setup) {
  const { report } = setup;
  const [wheel] = await findWheels(setup, [{ ...WHEELS[process.arch], version: TENSORFLOW_VERSION }]);
  const size = wheel.size ? megabytes(wheel.size) : "about 275 MB";
  report.say("native", `fetching TensorFlow ${TENSORFLOW_VERSION} (${size}, 850 MB on disk)`);
  await unpackWheel(
    setup,
    wheel,
    { folder: wheelFolder(setup), select: tensorflowMember },
    {
      onReceived: (bytes) => report.progress("native", `TensorFlow: ${megabytes(bytes)} of ${size}`),
      onUnpack: () => report.say("native", "unpacking its libraries"),
    },
  );
}
