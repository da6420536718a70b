import { buildStartupSnapshot, installKernelSpec, removeKernelSpec, type SpecLocation } from "../../kernel/index.js";
import { EXIT, Failure } from "./failure.js";
import type { Terminal } from "./reproduce/progress.js";

/** `diffrepairer kernel install`: registers the kernel with Jupyter and says where. */
export const installKernel = async (location: SpecLocation, terminal: Terminal): Promise<void> => {
  const folder = await asked(() => installKernelSpec(location));
  terminal.write(`registered in ${folder}\n`);
  try {
    await buildStartupSnapshot();
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    terminal.write(`kernels start, but slowly, since no startup snapshot could be made: ${reason}\n`);
  }
};

/** `diffrepairer kernel remove`: takes the kernel from Jupyter's list and says whether it was there. */
export const removeKernel = async (location: SpecLocation, terminal: Terminal): Promise<void> => {
  const removed = await asked(() => removeKernelSpec(location));
  terminal.write(removed ? "removed\n" : "it was not registered there\n");
};

/** What the kernel calls a location that cannot be meant is wrong usage on the command line. */
const asked = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure("give exactly one of --prefix FOLDER, --user and --sys-prefix", EXIT.usage);
  }
};
