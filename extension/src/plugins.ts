import { figuresPlugin, progressPlugin, statusPlugin, variablesPlugin } from "./panels/plugins.js";

/** All that the extension adds to JupyterLab beside the renderer of charts. */
export default [variablesPlugin, figuresPlugin, progressPlugin, statusPlugin];
