import { rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fileProblem } from "./command-problem.js";
import { acquireLock } from "./lock.js";
import { checkDisk, checkPlatform, checkWritable } from "./prerequisites.js";
import { findPython } from "./find-python.js";
import { SetupProblem } from "./problem.js";
import { createReport } from "./report.js";
import { hashOf, readStamp, removeStamp, writeStamp } from "./stamp.js";
import { enginePackages } from "./steps/engine-packages.js";
import { kernelspec } from "./steps/kernelspec.js";
import { nativeEngine } from "./steps/native-engine.js";
import { npmPackages } from "./steps/npm-packages.js";
import { pythonEnvironment } from "./steps/python-environment.js";
import { typescriptBuild } from "./steps/typescript-build.js";

/** A checkout needs its own packages, and is built; a project, which has this package from npm, what npm leaves out. */
const npmSteps = ({ root, home }) => (root === home ? [npmPackages, typescriptBuild] : [enginePackages]);
const stepsOf = (setup) => [...npmSteps(setup), pythonEnvironment, nativeEngine, kernelspec];

/**
 * Brings a checkout, or a project that has installed this package, to where every command can run, doing only what is missing.
 *
 * A step is `{ name, bytes, inputs(setup), isWhole(setup, facts), run(setup) }`: `bytes` is the room it takes, `inputs` what its
 * result depends on, `run` does the work, verifies it and returns facts, or undefined if the next run shall try again;
 * `isWhole` checks cheaply that the result still lies there.
 *
 * @param {object} [options]
 * @param {string} [options.root] the project's folder; the checkout by default
 * @param {object} [options.env]
 * @param {number} [options.free] bytes free on the disk; measured by default
 * @param {object} [options.report] see report.js
 * @param {AbortSignal} [options.signal] stops the set-up
 * @throws {SetupProblem}
 */
export async function setUp(options = {}) {
  const here = dirname(fileURLToPath(import.meta.url));
  const home = resolve(here, "..", "..");
  const root = resolve(options.root ?? home);
  const setup = {
    root,
    home,
    stateFolder: join(root, ".setup"),
    venv: join(root, ".venv"),
    requirements: join(here, "requirements.txt"),
    env: options.env ?? process.env,
    report: options.report ?? createReport(),
    signal: options.signal ?? new AbortController().signal,
  };
  const { report, stateFolder } = setup;
  checkPlatform(process.platform);
  if (stepsOf(setup).every((step) => isCurrent(setup, step))) return;

  checkWritable(root, stateFolder);
  try {
    setup.lock = await acquireLock({
      stateFolder,
      signal: setup.signal,
      onWait: (pid) => report.say("set-up", `another set-up (process ${pid}) is at work here; waiting for it`),
    });
    await runSteps(setup, options.free);
  } catch (error) {
    throw setup.signal.aborted ? interrupted() : fileProblem(error);
  } finally {
    setup.lock?.release();
  }
}

async function runSteps(setup, free) {
  const { report } = setup;
  const pending = stepsOf(setup).filter((step) => !isCurrent(setup, step));
  const installs = pending.filter((step) => step.bytes > 0);
  if (pending.includes(pythonEnvironment)) await findPython(setup.env);
  checkDisk({ root: setup.root, needed: installs.reduce((sum, { bytes }) => sum + bytes, 0), free });
  if (pending.includes(npmSteps(setup)[0])) {
    report.say("set-up", "installing what is missing, inside this folder; later runs skip what is done");
  }
  await both(setup, npmSteps(setup), [pythonEnvironment]);
  await runChain(setup, [nativeEngine, kernelspec]);
  report.say("set-up", "done");
}

/** Runs two chains at once; if one fails the other is ended, and the first failure is told. */
async function both(setup, ...chains) {
  const failed = new AbortController();
  const signal = AbortSignal.any([setup.signal, failed.signal]);
  let failure;
  await Promise.all(
    chains.map((chain) =>
      runChain({ ...setup, signal }, chain).catch((error) => {
        failure ??= { error };
        failed.abort();
      }),
    ),
  );
  if (failure) throw failure.error;
}

async function runChain(setup, steps) {
  for (const step of steps) {
    setup.signal.throwIfAborted();
    if (isCurrent(setup, step)) continue;
    removeStamp(setup.stateFolder, step.name);
    rmSync(join(setup.stateFolder, "logs", `${step.name}.log`), { force: true });
    const inputs = hashOf(step.inputs(setup));
    const facts = await step.run(setup);
    if (!facts) continue;
    if (!step.isWhole(setup, facts))
      throw new Error(`The step '${step.name}' ended well, but its result is not there.`);
    writeStamp(setup.stateFolder, step.name, { inputs, facts });
  }
}

function isCurrent(setup, step) {
  const stamp = readStamp(setup.stateFolder, step.name);
  return stamp !== undefined && stamp.inputs === hashOf(step.inputs(setup)) && step.isWhole(setup, stamp.facts);
}

function interrupted() {
  return new SetupProblem({
    what: "It was interrupted.",
    why: "What was finished is kept.",
    cure: "Run the same command again: it goes on where it stopped.",
    exitCode: 130,
  });
}
