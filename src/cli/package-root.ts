import { packageRoot, packageVersion } from "../../kernel/package-root.js";

/** Folder of the package's package.json: the checkout, or the package inside `node_modules`. */
export const PACKAGE_ROOT = packageRoot();

/** Version of the package. */
export const VERSION = packageVersion();
