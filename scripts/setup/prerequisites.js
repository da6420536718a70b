import { accessSync, constants, mkdirSync, statfsSync } from "node:fs";
import { SetupProblem } from "./problem.js";
import { gigabytes } from "./report.js";

const NODE = [20, 19];

/** @param {string} version for example "20.19.0" */
export function checkNode(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return;
  throw new SetupProblem({
    what: `Node.js ${version} is too old: ${NODE.join(".")} or newer is needed.`,
    why: "The kernel and its packages use features that came with that version.",
    cure: "Install the current long-term version (for example `nvm install --lts`, `brew install node`, or the packages linked from nodejs.org) and run the same command again.",
  });
}

/** @param {NodeJS.Platform} platform */
export function checkPlatform(platform) {
  if (platform === "linux" || platform === "darwin") return;
  throw new SetupProblem({
    what: `This platform (${platform}) is not supported.`,
    why: "The kernel is started and interrupted with signals that Linux and macOS have.",
    cure: "On Windows, install the Windows Subsystem for Linux (`wsl --install`) and work in a clone inside it.",
  });
}

/** Makes the folder for the set-up's own state and makes sure that the checkout or project can be written. */
export function checkWritable(root, stateFolder) {
  try {
    accessSync(root, constants.W_OK | constants.X_OK);
    mkdirSync(stateFolder, { recursive: true });
    accessSync(stateFolder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new SetupProblem({
      what: `${root} cannot be written (${error.code}).`,
      why: "The packages, the Python environment and the results live inside it.",
      cure: `Take it over (\`sudo chown -R "$USER" "${root}"\`), or clone again into a folder of your own.`,
    });
  }
}

/** @param {{ root: string, needed: number, free?: number }} options bytes; `free` is measured unless given */
export function checkDisk({ root, needed, free = freeBytes(root) }) {
  if (free >= needed) return;
  throw new SetupProblem({
    what: `There is too little room on the disk: ${gigabytes(free)} GB are free where ${root} lies, ${gigabytes(needed)} GB are needed.`,
    why: "What is still to be installed (packages, a Python environment, TensorFlow) takes that much while it is unpacked.",
    cure: `Make room (\`du -xsh ~/.cache/* ${root}/* | sort -h\` shows what is large), or clone to a larger disk.`,
  });
}

function freeBytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
