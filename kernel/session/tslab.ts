import { createRequire } from "node:module";
import type { Display, DisplayHandle } from "./display.js";
import { createHelpers, type DisplayHelpers } from "./display-helpers.js";
import { defineProperty } from "./primordials.js";
import { TSLAB, TSLAB_GLOBAL } from "./tslab-module.js";

/** What tslab's notebooks import: its API, over this kernel's `display`. */
export interface Tslab {
  readonly display: Display;
  /** Makes a display of one output: what is shown by it replaces what it has shown before. */
  newDisplay(): DisplayHelpers<void>;
  /** Versions of what runs the notebook; `tslab` is that of the API. */
  readonly versions: { readonly tslab: string; readonly typescript: string; readonly node: string };
}

/** The edition of tslab whose API this is. */
const API_VERSION = "1.0.22";

const load = createRequire(import.meta.url);

/** Puts tslab's API where the loader's module of that name finds it. */
export function installTslab(display: Display): Tslab {
  const tslab: Tslab = {
    display,
    newDisplay() {
      let shown: DisplayHandle | undefined;
      return createHelpers((data, metadata) => {
        if (shown) shown.update({ data, metadata }, { raw: true });
        else shown = display({ data, metadata }, { raw: true });
      });
    },
    get versions() {
      const { version } = load("typescript/package.json") as { version: string };
      return { tslab: API_VERSION, typescript: version, node: process.version };
    },
  };
  defineProperty(globalThis, Symbol.for(TSLAB_GLOBAL), { value: tslab, enumerable: false });
  return tslab;
}

/** A `require` that knows tslab, installed or not. */
export function withTslab(require: NodeJS.Require, tslab: Tslab): NodeJS.Require {
  const extended = (id: string): unknown => (id === TSLAB ? tslab : require(id));
  return Object.assign(extended, require);
}
