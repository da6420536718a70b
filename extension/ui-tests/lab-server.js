import { execFile, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const EXTENSION = fileURLToPath(new URL("..", import.meta.url));
const PYTHON = process.env.DIFFREPAIRER_PYTHON || join(EXTENSION, "..", ".venv", "bin", "python");
/** Name of the kernelspec of the checkout's kernel. */
export const KERNEL = "diffrepairer-checkout";
const START_LIMIT = 60_000;

const run = promisify(execFile);

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const writeSettings = async ({ JUPYTERLAB_SETTINGS_DIR }, plugin, name, settings) => {
  const folder = join(JUPYTERLAB_SETTINGS_DIR, "@jupyterlab", plugin);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.jupyterlab-settings`), JSON.stringify(settings));
};

/** Makes the checkout's own kernel known, under a name that no other has. */
const writeKernelspec = async (environment) => {
  const folder = join(environment, "share", "jupyter", "kernels", KERNEL);
  const spec = {
    argv: [process.execPath, join(EXTENSION, "..", "dist", "kernel", "main.js"), "{connection_file}"],
    display_name: "TypeScript (checkout)",
    language: "typescript",
    interrupt_mode: "message",
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "kernel.json"), JSON.stringify(spec));
};

/** Whether the Python in use has a module. */
export const hasModule = (module) =>
  run(PYTHON, ["-c", `import ${module}`]).then(
    () => true,
    () => false,
  );

/**
 * JupyterLab, or another application of its kind, on `folder/notebooks`, with the kernel and the extension as they are built from the
 * sources, and with every file of Jupyter's in `folder`: nothing of the user's own settings or signatures is read or changed.
 */
export async function startLab(folder, { module = "jupyterlab", app = "LabApp" } = {}) {
  const environment = join(folder, "environment");
  await run(process.execPath, [join(EXTENSION, "scripts", "install.js"), environment]);
  await writeKernelspec(environment);
  const env = {
    ...process.env,
    HOME: folder,
    JUPYTER_PATH: join(environment, "share", "jupyter"),
    JUPYTER_CONFIG_DIR: join(folder, "config"),
    JUPYTER_DATA_DIR: join(folder, "data"),
    JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces"),
    DIFFREPAIRER_HISTORY: "off",
    IPYTHONDIR: join(folder, "ipython"),
  };
  // All cells are in the page, whether they can be seen or not.
  await writeSettings(env, "notebook-extension", "tracker", { windowingMode: "none" });
  await writeSettings(env, "apputils-extension", "notification", { fetchNews: "false" });
  const port = await freePort();
  const parameters = [
    ...["-m", module, join(folder, "notebooks"), "--no-browser", `--port=${port}`, "--ServerApp.port_retries=0"],
    ...["--IdentityProvider.token=", `--${app}.expose_app_in_browser=True`, "--allow-root"],
  ];
  const server = spawn(PYTHON, parameters, { env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text) => (log += text));
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + START_LIMIT; ; await sleep(200)) {
    const isUp = await fetch(`${url}/api`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) break;
    if (server.exitCode !== null || Date.now() > end) throw new Error(`${module} did not start:\n${log}`);
  }
  return {
    url,
    static: join(environment, "share", "jupyter", "labextensions", "diffrepairer-lab", "static"),
    log: () => log,
    trust: (notebook) => run(PYTHON, ["-m", "nbformat.sign", notebook], { env }),
    stop: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await Promise.race([ended, sleep(10_000).then(() => server.kill("SIGKILL"))]);
    },
  };
}
