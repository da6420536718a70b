import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../../src/cli/failure.js";
import { jupyterEnvironment, KERNEL_NAME, kernelFolder, pythonPath, requirePython } from "../../src/cli/jupyter.js";
import { lab, labArguments } from "../../src/cli/lab.js";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";
import { KERNEL_NAME as KERNEL_OF_SPEC } from "../../kernel/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { fakePython } from "./samples.js";

afterEach(() => vi.unstubAllEnvs());

describe("Jupyter", () => {
  it("is that of the checkout's environment, or of the Python named", () => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", "");
    expect(pythonPath()).toBe(join(PACKAGE_ROOT, ".venv", "bin", "python"));
    vi.stubEnv("DIFFREPAIRER_PYTHON", "/env/bin/python");
    expect(kernelFolder()).toEqual({ prefix: "/env", spec: "/env/share/jupyter/kernels/diffrepairer" });
    expect(() => requirePython()).toThrow(Failure);
  });

  it("knows the kernel by the name that it is registered under", () => {
    expect(KERNEL_NAME).toBe(KERNEL_OF_SPEC);
  });

  it("writes nothing into the home folder, and looks first where our kernel is", () => {
    const { JUPYTER_PREFER_ENV_PATH, ...environment } = jupyterEnvironment();
    expect(JUPYTER_PREFER_ENV_PATH).toBe("1");
    for (const name of ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]) {
      expect(environment[name]).toMatch(join(PACKAGE_ROOT, ".setup", "jupyter"));
      expect(existsSync(environment[name] as string)).toBe(true);
    }
    expect(environment.PATH).toBe(process.env.PATH);
  });
});

describe("JupyterLab", () => {
  it("opens the notebooks with our kernel, what the user adds last", () => {
    expect(labArguments("/notebooks", ["--port", "9999"], false)).toEqual([
      "-m",
      "jupyterlab",
      "/notebooks",
      "--MultiKernelManager.default_kernel_name=diffrepairer",
      "--port",
      "9999",
    ]);
    expect(labArguments("/notebooks", ["--allow-root=False"], true).slice(-2)).toEqual([
      "--allow-root",
      "--allow-root=False",
    ]);
  });

  it("passes its exit code on", async () => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", fakePython(temporaryFolder(), "exit 3"));
    await expect(lab([])).rejects.toMatchObject({ exitCode: 3 });
    vi.stubEnv("DIFFREPAIRER_PYTHON", fakePython(temporaryFolder(), '[ "$2" = jupyterlab ]'));
    await expect(lab([])).resolves.toBeUndefined();
  });
});
