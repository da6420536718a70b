import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { megabytes } from "../report.js";
import { venvPython } from "../steps/python-environment.js";

const VERSION = "2.21.0";
// The libraries inside are the same whatever the Python they are packed for.
const WHEELS = {
  x64: { project: "tensorflow-cpu", platform: /manylinux.*x86_64/ },
  arm64: { project: "tensorflow", platform: /manylinux.*aarch64/ },
};
const LIBRARIES = /^tensorflow\/(libtensorflow_cc\.so\.2|libtensorflow_framework\.so\.2)$/;
const HEADERS = /^tensorflow\/(include\/(tensorflow\/c|tensorflow\/core\/platform|tsl|xla\/tsl)\/.+\.h)$/;

/** Where the wheel's libraries stay, so that new packages need no new download. */
export function wheelFolder({ stateFolder }) {
  return join(stateFolder, `tensorflow-${VERSION}`);
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
  const { root, stateFolder, venv, env, report, signal } = setup;
  const { findWheel, download, extractMembers } = await datasets(root);
  const { project, platform } = WHEELS[process.arch];
  const folder = wheelFolder(setup);
  const python = existsSync(venvPython(venv)) ? venvPython(venv) : undefined;
  const wheel = await findWheel({
    project,
    version: VERSION,
    accepts: (name) => platform.test(name),
    python,
    env,
    signal,
  });
  if (!wheel.sha256) throw new Error(`the index states no SHA-256 for ${wheel.filename}`);
  const path = join(stateFolder, "downloads", wheel.filename);
  report.say(
    "native",
    `fetching TensorFlow ${VERSION} (${wheel.size ? megabytes(wheel.size) : "about 275 MB"}, 850 MB on disk)`,
  );
  await download({
    url: wheel.url,
    path,
    size: wheel.size,
    sha256: wheel.sha256,
    signal,
    onProgress: ({ received, total }) =>
      report.progress("native", `TensorFlow: ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ""}`),
  });
  report.say("native", "unpacking its libraries");
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    await extractMembers(path, partial, ({ name }) => (LIBRARIES.exec(name) ?? HEADERS.exec(name))?.[1]);
    signal.throwIfAborted();
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  rmSync(path, { force: true });
}

/** The library's own downloader, compiled by the step before. */
async function datasets(root) {
  const load = (name) => import(pathToFileURL(join(root, "dist", "src", "lib", "datasets", `${name}.js`)).href);
  const [{ findWheel }, { download }, { extractMembers }] = await Promise.all(
    ["python-index", "download", "zip"].map(load),
  );
  return { findWheel, download, extractMembers };
}
