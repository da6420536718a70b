/** The name under which tslab's notebooks import its API. */
export const TSLAB = "tslab";

/** Name of the session's global, a symbol, that holds the API. */
export const TSLAB_GLOBAL = "diffrepairer.kernel.tslab";

/** The module that the loader gives for that name. */
export const TSLAB_URL = "diffrepairer:tslab";
export const TSLAB_SOURCE = `const api = globalThis[Symbol.for("${TSLAB_GLOBAL}")];
export const { display, newDisplay, versions } = api;
export default api;`;
