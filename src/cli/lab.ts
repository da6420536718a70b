import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Failure } from "./failure.js";
import { jupyterEnvironment, KERNEL_NAME, requirePython } from "./jupyter.js";
import { PACKAGE_ROOT } from "./package-root.js";

/** The arguments that JupyterLab is started with; `extra` goes last, so that it wins. */
export const labArguments = (folder: string, extra: readonly string[], root: boolean): string[] => [
  "-m",
  "jupyterlab",
  folder,
  `--MultiKernelManager.default_kernel_name=${KERNEL_NAME}`,
  ...(root ? ["--allow-root"] : []),
  ...extra,
];

/**
 * `diffrepairer lab`: JupyterLab on the notebooks, our kernel the default for new ones; ends with JupyterLab.
 * @throws {Failure} with JupyterLab's exit code when it fails
 */
export const lab = async (extra: readonly string[]): Promise<void> => {
  const folder = join(PACKAGE_ROOT, "notebooks");
  const child = spawn(requirePython(), labArguments(folder, extra, process.getuid?.() === 0), {
    env: jupyterEnvironment(),
    stdio: "inherit",
  });
  // JupyterLab asks on ctrl-C whether to stop; this process must outlive that question.
  const ignore = () => undefined;
  const pass = () => child.kill("SIGTERM");
  process.on("SIGINT", ignore).on("SIGTERM", pass);
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    if (code) throw new Failure(`JupyterLab ended with code ${code}; its messages are above`, code);
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", pass);
  }
};
