import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import type * as Esbuild from "esbuild";
import { fileStamp } from "./file-stamp.js";
import { defineProperty } from "./primordials.js";

const TYPESCRIPT = [".ts", ".cts", ".tsx", ".jsx"];

type Compiled = NodeJS.Module & { _compile(code: string, path: string): void };

/**
 * The `require` of cells: resolves from the notebook's folder, takes TypeScript too, and reads local files anew once one of
 * them has been edited.
 */
export class LocalRequire {
  readonly require: NodeJS.Require;
  /** What each local file was when it was loaded, also by an import. */
  readonly #stamps = new Map<string, string>();

  /**
   * @param folder - the notebook's folder.
   * @param transpiled - told the source map of each file that was transpiled.
   */
  constructor(folder: string, transpiled: (file: string, map: string) => void) {
    const from = join(folder, "cell.js");
    const own = createRequire(from);
    for (const extension of TYPESCRIPT) {
      own.extensions[extension] = (module, path) => compile(module as Compiled, path, transpiled);
    }
    const required = (specifier: string): unknown => {
      this.refresh();
      try {
        return own(specifier);
      } catch (error) {
        forgetCell(error, from);
        throw error;
      } finally {
        this.note();
      }
    };
    const { resolve, cache, extensions, main } = own;
    this.require = Object.assign(required, { resolve, cache, extensions, main });
  }

  /** Forgets all local modules when the file of one has changed: which of them hold on to it, Node does not always tell. */
  refresh(): void {
    if ([...this.#stamps].every(([path, stamp]) => stamp === fileStamp(path))) return;
    for (const path of this.#stamps.keys()) Reflect.deleteProperty(this.require.cache, path);
    this.#stamps.clear();
  }

  /** Notes what the local modules are that have been loaded. */
  note(): void {
    for (const path of Object.keys(this.require.cache)) {
      if (!path.includes("/node_modules/") && !this.#stamps.has(path)) this.#stamps.set(path, fileStamp(path));
    }
  }
}

function compile(module: Compiled, path: string, transpiled: (file: string, map: string) => void): void {
  const { transformSync } = createRequire(import.meta.url)("esbuild") as typeof Esbuild;
  const { code, map } = transformSync(readFileSync(path, "utf8"), {
    loader: extname(path) === ".cts" ? "ts" : (extname(path).slice(1) as Esbuild.Loader),
    format: "cjs",
    target: `node${process.versions.node}`,
    sourcemap: "external",
    sourcefile: path,
    logLevel: "silent",
  });
  transpiled(path, map);
  module._compile(code, path);
}

/** A cell is no file: Node's message need not say who required what is missing. */
function forgetCell(error: unknown, from: string): void {
  if (!(error instanceof Error) || !error.message.endsWith(`Require stack:\n- ${from}`)) return;
  const [message] = error.message.split("\n");
  defineProperty(error, "message", { value: message, writable: true, configurable: true });
  Reflect.deleteProperty(error, "requireStack");
}
