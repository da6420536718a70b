import { buildStartupSnapshot } from "../../dist/kernel/front/startup-snapshot.js";

/** Makes the startup snapshot of the built kernel once, before the kernels of all tests start. */
export const setup = (): Promise<void> => buildStartupSnapshot();
