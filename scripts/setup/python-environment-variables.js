import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const ELSEWHERE = ["PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "VIRTUAL_ENV"];

/**
 * The environment for Python, pip and Jupyter: without the caller's settings that would send packages elsewhere or bring others
 * in, and with the folders that these programs would otherwise make in the home inside the checkout.
 */
export function pythonVariables({ env, stateFolder }) {
  const own = (name) => join(stateFolder, "home", name);
  const variables = {
    ...env,
    PIP_USER: "0",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PYTHONNOUSERSITE: "1",
    JUPYTER_CONFIG_DIR: own("jupyter-config"),
    JUPYTER_DATA_DIR: own("jupyter-data"),
    JUPYTER_RUNTIME_DIR: own("jupyter-runtime"),
    IPYTHONDIR: own("ipython"),
  };
  for (const name of ELSEWHERE) delete variables[name];
  // pip asks rustc for its version, and rustup, even without any Rust, makes its folder.
  if (!env.RUSTUP_HOME && !existsSync(join(env.HOME || homedir(), ".rustup"))) variables.RUSTUP_HOME = own("rustup");
  return variables;
}
