import {
  buildStartupSnapshot,
  installKernelSpec,
  kernelSpecs,
  removeKernelSpec,
  tryKernel,
  type InstalledSpec,
  type SpecLocation,
} from "../../kernel/index.js";
import { describeChecks, type Check } from "./doctor/check.js";
import { EXIT, Failure } from "./failure.js";
import { kernelFolder } from "./jupyter.js";
import type { Terminal } from "./terminal.js";

/** What `kernel install` and `kernel remove` are told. */
export interface InstallOptions extends SpecLocation {
  readonly name?: string;
  readonly displayName?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What `kernel list` and `kernel doctor` are told. */
export interface ListOptions {
  readonly prefix?: string;
  readonly json?: boolean;
}

const REGISTER = '"diffrepairer kernel install --user" registers it';

/** `diffrepairer kernel install`: registers the kernel with Jupyter and says where. */
export const installKernel = async (options: InstallOptions, terminal: Terminal): Promise<void> => {
  const { name, displayName, env: environment, ...location } = options;
  const folder = await asked(() => installKernelSpec(location, { name, displayName, environment }));
  terminal.write(`registered in ${folder}\n`);
  try {
    await buildStartupSnapshot();
  } catch (error) {
    const { message } = error as Error;
    terminal.write(`kernels start, but slowly, since no startup snapshot could be made: ${message}\n`);
  }
};

/** `diffrepairer kernel remove`: takes the kernel from Jupyter's list and says whether it was there. */
export const removeKernel = async ({ name, ...location }: InstallOptions, terminal: Terminal): Promise<void> => {
  const removed = await asked(() => removeKernelSpec(location, name));
  terminal.write(removed ? "removed\n" : "it was not registered there\n");
};

/** `diffrepairer kernel list`: what Jupyter would find, in the order in which it looks. */
export const listKernels = (options: ListOptions, terminal: Terminal): void => {
  const specs = found(options);
  const lines = specs.map(({ name, displayName, version = "unknown version", folder, problem }) =>
    [`${name}  ${displayName}, ${version}, in ${folder}`, ...(problem ? [`  does not start: ${problem}`] : [])].join(
      "\n",
    ),
  );
  const text = lines.length > 0 ? lines.join("\n") : `none is registered; ${REGISTER}`;
  terminal.write(`${options.json ? JSON.stringify(specs, null, 2) : text}\n`);
};

/** `diffrepairer kernel doctor`: starts each and runs a cell in it. Resolves to whether there is one and all work. */
export const examineKernels = async (options: ListOptions, terminal: Terminal): Promise<boolean> => {
  const checks: Check[] = [];
  for (const spec of found(options)) checks.push(await examineKernel(spec));
  if (checks.length === 0) {
    checks.push({ name: "kernel", status: "missing", detail: "none is registered", cure: REGISTER });
  }
  terminal.write(`${options.json ? JSON.stringify(checks, null, 2) : describeChecks(checks)}\n`);
  return checks.every(({ status }) => status === "ok");
};

const examineKernel = async (spec: InstalledSpec): Promise<Check> => {
  const { name, folder } = spec;
  const trial = await tryKernel(spec);
  if (!trial.works) {
    const cure = '"diffrepairer kernel install" registers it again; "diffrepairer kernel remove" takes it out';
    return { name, status: "missing", detail: `${folder}: ${trial.problem}`, cure };
  }
  const seconds = (trial.milliseconds / 1000).toFixed(1);
  return { name, status: "ok", detail: `${folder}: ${trial.banner}; 1 + 1 was 2 after ${seconds} s` };
};

const found = ({ prefix }: ListOptions): InstalledSpec[] =>
  kernelSpecs([...(prefix === undefined ? [] : [prefix]), kernelFolder().prefix]);

/** What the kernel calls a location or a name that cannot be meant is wrong usage on the command line. */
const asked = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError) throw new Failure(error.message, EXIT.usage);
    if (!(error instanceof TypeError)) throw error;
    throw new Failure("give exactly one of --prefix FOLDER, --user and --sys-prefix", EXIT.usage);
  }
};
