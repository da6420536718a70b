import { PACKAGE_ROOT, VERSION } from "../package-root.js";
import type { Check } from "./check.js";
import { dataCheck } from "./data-check.js";
import { kernelCheck, pythonCheck } from "./jupyter-checks.js";
import {
  backendCheck,
  compilerCheck,
  nodeCheck,
  notebooksCheck,
  optionalPackageCheck,
  platformCheck,
} from "./machine.js";

export { describeChecks, type Check } from "./check.js";

/** Looks at all that the main job needs, then at what only some uses need. */
export const examine = async (): Promise<Check[]> => {
  const compiler = await compilerCheck();
  return [
    { name: "diffrepairer", status: "ok", detail: `${VERSION} in ${PACKAGE_ROOT}` },
    nodeCheck(),
    platformCheck(),
    await backendCheck(compiler.status === "ok"),
    compiler,
    await pythonCheck(),
    kernelCheck(),
    await dataCheck(),
    notebooksCheck(),
    optionalPackageCheck("danfojs-node", "toDanfo and data frames in cells"),
    optionalPackageCheck("tslab", "running the notebooks in tslab"),
  ];
};
