import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { LineReader } from "../protocol/lines.js";
import { send } from "./channel.js";
import { defineProperty } from "./primordials.js";

/** A package manager: how it adds packages, and the file by which a folder says that it uses it. */
interface PackageManager {
  readonly command: string;
  readonly lockFiles: readonly string[];
  readonly add: readonly string[];
}

const MANAGERS: readonly PackageManager[] = [
  { command: "pnpm", lockFiles: ["pnpm-lock.yaml"], add: ["add"] },
  { command: "yarn", lockFiles: ["yarn.lock"], add: ["add"] },
  { command: "bun", lockFiles: ["bun.lock", "bun.lockb"], add: ["add"] },
];
const NPM: PackageManager = {
  command: "npm",
  lockFiles: ["package-lock.json"],
  add: ["install", "--no-audit", "--no-fund", "--loglevel=http"],
};

/** npm's line for a file it has asked for: counted, not shown. */
const FETCHED = /^npm http (?:fetch|cache)/;
const PROGRESS_MS = 300;
const LAST_LINES = 20;

/**
 * Puts `install` among the globals: it adds packages to the project of the notebook's folder and shows how far it is.
 *
 * The folder's own package manager is used, as its lock file tells; npm where there is none.
 *
 * @param folder - the notebook's folder.
 * @param currentRun - the run to which output belongs at this moment.
 */
export function installInstall(folder: string, currentRun: () => number): void {
  const install = async (...packages: string[]): Promise<void> => {
    const wrong = packages.find((name) => typeof name !== "string" || !/^[^\s-]\S*$/.test(name));
    if (packages.length === 0 || wrong !== undefined) {
      const given = wrong === undefined ? "" : `, not ${JSON.stringify(wrong)}`;
      throw new TypeError(`install takes names of packages, such as install("lodash", "arquero@8")${given}`);
    }
    const project = projectOf(folder);
    const manager = MANAGERS.find(({ lockFiles }) => lockFiles.some((file) => existsSync(join(project, file)))) ?? NPM;
    const note = project === folder ? "" : ", whose package.json is the nearest above the notebook's folder";
    process.stdout.write(`Installing with ${manager.command} in ${project}${note}\n`);
    await add(manager, packages, project, replaceable(currentRun()));
  };
  defineProperty(globalThis, "install", { value: install, writable: true, enumerable: false, configurable: true });
}

/** A text under a cell that is replaced at each call. */
function replaceable(id: number): (text: string) => void {
  const displayId = randomUUID();
  let as: "display" | "update" = "display";
  return (text) => {
    send({ t: "show", id, as, data: { "text/plain": text }, metadata: {}, displayId });
    as = "update";
  };
}

/** The folder whose node_modules a package goes to: the nearest with a package.json, else the notebook's own. */
function projectOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
    if (at === dirname(at)) return folder;
  }
}

async function add(
  { command, add: verb }: PackageManager,
  packages: readonly string[],
  project: string,
  show: (text: string) => void,
): Promise<void> {
  const began = performance.now();
  const lines: string[] = [];
  let fetched = 0;
  const showState = (): void => {
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    show(`${packages.join(" ")}: ${fetched > 0 ? `${fetched} files fetched, ` : ""}${seconds} s`);
  };
  const take = (line: string): void => {
    if (FETCHED.test(line)) {
      fetched += 1;
    } else if (line.trim() !== "") {
      lines.push(line);
      process.stdout.write(`${line}\n`);
    }
  };
  showState();
  const progress = setInterval(showState, PROGRESS_MS);
  try {
    // npm would look for a project further up where the folder is none yet.
    const place = command === "npm" ? ["--prefix", project] : [];
    const failure = await run(command, [...verb, ...place, ...packages], project, take);
    if (failure === undefined) return;
    const told = [`${command} could not install ${packages.join(" ")}: ${failure}`, ...lines.slice(-LAST_LINES)];
    throw new Error(told.join("\n"));
  } finally {
    clearInterval(progress);
    showState();
  }
}

/** Runs a program, hands on its lines, and says why it failed, if it did. */
function run(
  command: string,
  values: readonly string[],
  folder: string,
  take: (line: string) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, values, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      const lines = new LineReader(take);
      stream.on("data", (chunk: Buffer) => lines.push(chunk));
    }
    child.on("error", ({ message }) => resolve(`it could not be started (${message})`));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
}
