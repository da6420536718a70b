import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "./failure.js";
import { PROJECT_ROOT } from "./package-root.js";

/** Name under which the kernel is registered. */
export const KERNEL_NAME = "diffrepairer";

/** The Python with JupyterLab and nbclient: `DIFFREPAIRER_PYTHON`, or that of the project's `.venv`. */
export const pythonPath = (): string => process.env.DIFFREPAIRER_PYTHON || join(PROJECT_ROOT, ".venv", "bin", "python");

/**
 * {@link pythonPath}, checked.
 * @throws {Failure} when it is not there
 */
export const requirePython = (): string => {
  const python = pythonPath();
  if (existsSync(python)) return python;
  throw new Failure(
    `there is no Python environment at ${python}, and notebooks need its JupyterLab; run "npx diffrepairer setup", ` +
      "or set DIFFREPAIRER_PYTHON to a Python that has jupyterlab and nbclient",
  );
};

/** Where the kernel is registered for {@link pythonPath}: the environment of that Python, and the folder in it. */
export const kernelFolder = (): { prefix: string; spec: string } => {
  const prefix = dirname(dirname(pythonPath()));
  return { prefix, spec: join(prefix, "share", "jupyter", "kernels", KERNEL_NAME) };
};

/** The environment for Jupyter and its kernels: every file they write lies in `.setup/jupyter`, none in the home folder. */
export const jupyterEnvironment = (): NodeJS.ProcessEnv => {
  const folder = (name: string): string => {
    const path = join(PROJECT_ROOT, ".setup", "jupyter", name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  return {
    ...process.env,
    JUPYTER_CONFIG_DIR: folder("config"),
    JUPYTER_DATA_DIR: folder("data"),
    JUPYTER_RUNTIME_DIR: folder("runtime"),
    JUPYTERLAB_SETTINGS_DIR: folder("lab-settings"),
    JUPYTERLAB_WORKSPACES_DIR: folder("lab-workspaces"),
    IPYTHONDIR: folder("ipython"),
    JUPYTER_PREFER_ENV_PATH: "1",
    PYTHONDONTWRITEBYTECODE: "1",
  };
};
