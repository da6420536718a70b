import { languagePlugin } from "./language/plugin.js";
import { figuresPlugin, progressPlugin, statusPlugin, variablesPlugin } from "./panels/plugins.js";
import { repairPlugin } from "./repair/plugin.js";

/** All that the extension adds to JupyterLab beside the renderer of charts. */
export default [languagePlugin, variablesPlugin, figuresPlugin, progressPlugin, statusPlugin, repairPlugin];
