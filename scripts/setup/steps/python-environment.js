import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandProblem } from "../command-problem.js";
import { findPython } from "../find-python.js";
import { pythonVariables } from "../python-environment-variables.js";
import { runCommand } from "../run-command.js";
import { hashOfFile } from "../stamp.js";

const PROBE = "import jupyterlab, nbclient, nbconvert, jupyter_kernel_test";

/** JupyterLab, nbclient and nbconvert at the versions of requirements.txt, in `.venv`. */
export const pythonEnvironment = {
  name: "python",
  bytes: 0.5e9,

  // An environment knows its own place: a moved checkout needs a new one.
  inputs: ({ root, requirements }) => ({ root, requirements: hashOfFile(requirements), platform: process.platform }),

  isWhole: ({ venv }, { python, packages }) => {
    const library = join(venv, "lib", python, "site-packages");
    return existsSync(venvPython(venv)) && packages.every((name) => existsSync(join(library, name, "METADATA")));
  },

  async run(setup) {
    const { root, venv, requirements, report } = setup;
    const python = await findPython(setup.env);
    const total = readFileSync(requirements, "utf8")
      .split("\n")
      .filter((line) => /^[a-z0-9]/i.test(line)).length;
    report.say(
      "python",
      `making .venv with Python ${python.version} and ${total} packages (about 50 MB to fetch, 250 MB on disk)`,
    );
    const env = pythonVariables(setup);
    rmSync(venv, { recursive: true, force: true });
    const run = async (doing, command, onLine) => {
      const { code, output, log } = await runCommand(setup, "python", command, { cwd: root, env, onLine });
      if (code === 0) return;
      throw commandProblem({
        doing,
        why: "JupyterLab and nbclient, which run the notebooks through the kernel, are among them.",
        output,
        log,
      });
    };
    await run("The Python environment could not be made", [python.program, "-m", "venv", venv]);
    let seen = 0;
    await run(
      "The Python packages could not be installed",
      [venvPython(venv), "-m", "pip", "install", "--no-input", "--prefer-binary", "-r", requirements],
      (line) => {
        if (line.startsWith("Collecting ")) report.progress("python", `fetching package ${++seen} of ${total}`);
        if (line.startsWith("Installing collected")) report.say("python", "unpacking them into .venv");
      },
    );
    await run("The Python packages do not load", [venvPython(venv), "-c", PROBE]);
    const [version] = readdirSync(join(venv, "lib")).filter((name) => name.startsWith("python"));
    const packages = readdirSync(join(venv, "lib", version, "site-packages")).filter((name) =>
      name.endsWith(".dist-info"),
    );
    report.say("python", `JupyterLab and ${packages.length - 1} more packages load from .venv`);
    return { python: version, packages };
  },
};

/** The Python inside an environment. */
export function venvPython(venv) {
  return join(venv, "bin", "python");
}
