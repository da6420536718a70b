import { join, relative, sep } from "node:path";
import { runAttached } from "./attached-process.js";
import { Failure } from "./failure.js";
import { PACKAGE_ROOT, PROJECT_ROOT } from "./package-root.js";

/**
 * `diffrepairer setup`: what npm leaves out, in the project that installed this package: native TensorFlow, JupyterLab in `.venv`,
 * the kernel in that. Resolves to the exit code.
 * @throws {Failure} where `folder` is not in that project, as with a package that is installed globally
 */
export const setUpProject = async (folder: string = process.cwd(), project: string = PROJECT_ROOT): Promise<number> => {
  const outside = relative(project, folder).split(sep)[0] === "..";
  if (outside) {
    throw new Failure(
      `${folder} is not in the project that has this diffrepairer (${project}); ` +
        'run "npm install diffrepairer" in yours, then this again',
    );
  }
  return runAttached(process.execPath, [join(PACKAGE_ROOT, "scripts", "setup", "main.js"), project]);
};
