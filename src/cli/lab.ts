import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runAttached } from "./attached-process.js";
import { Failure } from "./failure.js";
import { jupyterEnvironment, KERNEL_NAME, kernelFolder, requirePython } from "./jupyter.js";
import { PACKAGE_ROOT, PROJECT_ROOT } from "./package-root.js";

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
 * Answers JupyterLab's question whether it may fetch news and look for updates, which otherwise covers the notebook at every
 * start until it is answered: no. An answer that is there is left.
 */
export const declineNews = (settings: string): void => {
  const file = join(settings, "@jupyterlab", "apputils-extension", "notification.jupyterlab-settings");
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{ "fetchNews": "false" }\n');
};

/**
 * Marks an environment as no part of the checkout's own package, whose `"type": "module"` otherwise holds for the scripts in it:
 * JupyterLab runs one at its start, which then fails and prints itself.
 */
const separateEnvironment = (environment: string): void => {
  const file = join(environment, "package.json");
  if (existsSync(environment) && !existsSync(file)) writeFileSync(file, '{ "private": true }\n');
};

/**
 * Installs the extension that draws charts into the checkout's `.venv`, where that is the environment in use: other people's
 * environments are left as they are. The first time it is built, which takes a minute and needs npm's registry.
 * @returns why it could not be, else undefined
 */
export const installExtension = (script: string): Promise<string | undefined> => {
  if (process.env.DIFFREPAIRER_PYTHON || !existsSync(script)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, kernelFolder().prefix], (error, _, stderr) => {
      resolve(error ? stderr.trim().split("\n").at(-1) || error.message : undefined);
    });
    child.stdout?.pipe(process.stdout, { end: false });
  });
};

/** The notebooks in a checkout; a project's own folder, since what lies in `node_modules` is gone at its next update. */
const folderOfNotebooks = (): string =>
  PROJECT_ROOT === PACKAGE_ROOT ? join(PACKAGE_ROOT, "notebooks") : PROJECT_ROOT;

/**
 * `diffrepairer lab`: JupyterLab on the notebooks, our kernel the default for new ones; ends with JupyterLab.
 * @throws {Failure} with JupyterLab's exit code when it fails
 */
export const lab = async (extra: readonly string[]): Promise<void> => {
  const python = requirePython();
  separateEnvironment(join(PROJECT_ROOT, ".venv"));
  const problem = await installExtension(join(PACKAGE_ROOT, "extension", "scripts", "install.js"));
  if (problem) process.stderr.write(`JupyterLab shows charts as pictures: the extension was not built (${problem})\n`);
  const env = jupyterEnvironment();
  if (env.JUPYTERLAB_SETTINGS_DIR) declineNews(env.JUPYTERLAB_SETTINGS_DIR);
  const code = await runAttached(python, labArguments(folderOfNotebooks(), extra, process.getuid?.() === 0), env);
  if (code) throw new Failure(`JupyterLab ended with code ${code}; its messages are above`, code);
};
