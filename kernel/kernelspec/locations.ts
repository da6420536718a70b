import { homedir, userInfo } from "node:os";
import { delimiter, join } from "node:path";

/** Where a kernelspec goes: exactly one of the three. */
export interface SpecLocation {
  /** A folder such as a virtual environment; the kernelspec goes into its `share/jupyter/kernels`. */
  readonly prefix?: string;
  /** The user's own Jupyter folder. */
  readonly user?: boolean;
  /** The active virtual or conda environment. */
  readonly sysPrefix?: boolean;
}

/** Name of the kernelspec, unless another is asked for. */
export const KERNEL_NAME = "diffrepairer";

const KEYS = ["prefix", "user", "sysPrefix"];

/** What Jupyter takes as a kernelspec's name; nothing in it leads out of the folder of kernels. */
const NAME = /^(?!\.)[\w.-]+$/;

/**
 * The folder of a kernelspec at a location.
 *
 * @throws TypeError for an unknown field, or for none or several; RangeError for what is no name; Error when no environment
 * is active for `sysPrefix`.
 */
export function specFolder(location: SpecLocation, name: string): string {
  if (!NAME.test(name))
    throw new RangeError(`"${name}" is no kernelspec's name: letters, digits, ".", "_" and "-" are`);
  for (const key of Object.keys(location)) {
    if (!KEYS.includes(key))
      throw new TypeError(`a kernelspec's location has no field "${key}"; it has ${KEYS.join(", ")}`);
  }
  const { prefix, user = false, sysPrefix = false } = location;
  if ([prefix !== undefined, user, sysPrefix].filter(Boolean).length !== 1) {
    throw new TypeError("give exactly one of prefix, user and sysPrefix to say where the kernelspec goes");
  }
  const data = user ? jupyterDataFolder() : join(prefix ?? activePrefix(), "share", "jupyter");
  return join(data, "kernels", name);
}

/** Folders in which Jupyter looks for kernels on this machine, those of the given environments first. */
export function kernelFolders(prefixes: readonly string[] = []): string[] {
  const environment = [process.env["VIRTUAL_ENV"], process.env["CONDA_PREFIX"]].filter(
    (prefix) => prefix !== undefined,
  );
  const shared = [...prefixes, ...environment, "/usr/local", "/usr"].map((prefix) => join(prefix, "share", "jupyter"));
  const extra = (process.env["JUPYTER_PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...new Set([...extra, jupyterDataFolder(), ...shared])].map((folder) => join(folder, "kernels"));
}

/**
 * The user's own Jupyter folder: `JUPYTER_DATA_DIR`, else where Jupyter has it on this platform.
 *
 * @throws Error where the user has no home folder, as some containers' have not.
 */
export function jupyterDataFolder(): string {
  const given = process.env["JUPYTER_DATA_DIR"];
  if (given !== undefined && given !== "") return given;
  if (process.platform === "darwin") return join(homeFolder(), "Library", "Jupyter");
  if (process.platform === "win32") return join(process.env["APPDATA"] ?? homeFolder(), "jupyter");
  return join(process.env["XDG_DATA_HOME"] || join(homeFolder(), ".local", "share"), "jupyter");
}

/** Node takes an empty HOME for a home, which would make every path in it one of the working folder. */
function homeFolder(): string {
  return homedir() || userInfo().homedir;
}

function activePrefix(): string {
  const prefix = process.env["VIRTUAL_ENV"] ?? process.env["CONDA_PREFIX"];
  if (prefix === undefined || prefix === "") {
    throw new Error("no Python environment is active; activate one, or give its folder as prefix");
  }
  return prefix;
}
