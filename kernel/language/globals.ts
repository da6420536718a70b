import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Node's types: those the notebook's folder has, else those beside the kernel. */
export function nodeTypes(folder: string): string | undefined {
  for (const from of [join(folder, "cell.ts"), import.meta.url]) {
    try {
      return join(dirname(createRequire(from).resolve("@types/node/package.json")), "index.d.ts");
    } catch {
      // The next place may have them.
    }
  }
  return undefined;
}

const DISPLAY = fileURLToPath(new URL("../session/display.js", import.meta.url));
const COMMS = fileURLToPath(new URL("../session/comm-api.js", import.meta.url));
const TSLAB = fileURLToPath(new URL("../session/tslab.js", import.meta.url));

/** The module `tslab` that the session has, for the language service alone; it comes before one that is installed. */
export function tslabDeclarations(): string {
  const api = `import(${JSON.stringify(TSLAB)}).Tslab`;
  return `declare module "tslab" {
  /** Shows outputs: a function for each common type. */
  export const display: ${api}["display"];
  /** Makes a display of one output: what is shown by it replaces what it has shown before. */
  export const newDisplay: ${api}["newDisplay"];
  /** Versions of what runs the notebook. */
  export const versions: ${api}["versions"];
  const tslab: ${api};
  export default tslab;
}
`;
}

/** The globals that the session adds, for the language service alone. */
export function globalDeclarations(): string {
  return `declare global {
  /** Shows a value under the cell, in every representation it has; \`Symbol.for("Jupyter.display")\` names its own. */
  const display: import(${JSON.stringify(DISPLAY)}).Display;
  /** Adds packages to the project of the notebook's folder, with its package manager: \`await install("lodash", "arquero@8")\`. */
  function install(...packages: string[]): Promise<void>;
  /** Asks for a line of text and waits for it; an empty answer gives \`fallback\`. \`password\` hides what is typed. */
  function prompt(message?: string, fallback?: string, options?: { readonly password?: boolean }): string;
  /** Asks a question and waits; true when the answer is y or yes. */
  function confirm(message?: string): boolean;
  /** Shows a message and waits until it is acknowledged. */
  function alert(message?: string): void;
  /** Channels to objects at the client, such as widgets: registers what takes the client's comms, and opens comms to it. */
  const comms: import(${JSON.stringify(COMMS)}).Comms;
}
export {};
`;
}
