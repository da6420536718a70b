import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandProblem } from "../command-problem.js";
import { pythonVariables } from "../python-environment-variables.js";
import { runCommand } from "../run-command.js";
import { hashOfFile } from "../stamp.js";
import { venvPython } from "./python-environment.js";

const KERNEL = "diffrepairer";

/** The kernel, known to the JupyterLab in `.venv` and to nothing outside it. */
export const kernelspec = {
  name: "kernel",
  bytes: 0,

  inputs: ({ root, home, stateFolder }) => ({
    root,
    node: process.execPath,
    environment: hashOfFile(join(stateFolder, "python.json")),
    // Whatever changes in the kernel makes its startup snapshot stale.
    build: hashOfFile(root === home ? join(stateFolder, "build.json") : join(home, "package.json")),
  }),

  isWhole: ({ venv }, { spec }) => hashOfFile(specPath(venv)) === spec && programsExist(venv),

  async run(setup) {
    const { home, venv, report } = setup;
    const why = "JupyterLab and nbclient start the kernel by it.";
    const doing = "The kernel could not be registered in .venv";
    const env = pythonVariables(setup);
    const cli = join(home, "dist", "src", "cli", "main.js");
    const installed = await runCommand(
      setup,
      "kernel",
      [process.execPath, cli, "kernel", "install", "--prefix", venv],
      { env },
    );
    if (installed.code !== 0 || !programsExist(venv)) throw commandProblem({ doing, why, ...installed });
    const list = [venvPython(venv), "-m", "jupyter", "kernelspec", "list", "--json"];
    const listed = await runCommand(setup, "kernel", list, { env });
    if (!listed.output.includes(`"${KERNEL}"`)) throw commandProblem({ doing, why, ...listed });
    report.say("kernel", `registered in .venv as '${KERNEL}'`);
    return { spec: hashOfFile(specPath(venv)) };
  },
};

const specPath = (venv) => join(venv, "share", "jupyter", "kernels", KERNEL, "kernel.json");

/** Whether the files that the kernelspec starts are there. */
function programsExist(venv) {
  try {
    const { argv } = JSON.parse(readFileSync(specPath(venv), "utf8"));
    return argv.filter((part) => part.startsWith("/")).every((path) => existsSync(path));
  } catch {
    return false;
  }
}
