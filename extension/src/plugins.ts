import { languagePlugin } from "./language/plugin.js";

/** Every plugin but the renderer of charts. */
const plugins = [languagePlugin];

export default plugins;
