import { sep } from "node:path";
import { packageRoot, packageVersion } from "../../kernel/package-root.js";

/** Folder of the package's package.json: the checkout, or the package inside `node_modules`. */
export const PACKAGE_ROOT = packageRoot();

/** Folder of the project that installed a package: the one that holds the outermost `node_modules`; of a checkout, itself. */
export const projectOf = (folder: string): string => folder.split(`${sep}node_modules${sep}`)[0] as string;

/** Folder in which `.venv`, `.setup` and `results` lie. */
export const PROJECT_ROOT = projectOf(PACKAGE_ROOT);

/** Version of the package. */
export const VERSION = packageVersion();
