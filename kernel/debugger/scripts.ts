import type { Debugger } from "node:inspector";
import { SourceMap, type SourceMapPayload } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { cellSource, type Position } from "../session/positions.js";
import type { DebuggedCell } from "../session/debug-access.js";
import type { CellFiles } from "./cell-files.js";
import type { Inspector } from "./inspector.js";
import type { Source } from "./messages.js";

/** What a script was made from: a cell or a file. */
export interface Origin {
  readonly source: Source;
  /** The cell's own text; undefined for files. */
  readonly code: string | undefined;
  /** What precedes a name in the name of its box; undefined for files. */
  readonly prefix: string | undefined;
  /** Maps a place in the script to the source; undefined where the kernel wrote the code. */
  locate(position: Position): Position | undefined;
}

interface Script {
  readonly id: string;
  readonly url: string;
  readonly lastLine: number;
  origin?: Promise<Origin | undefined>;
}

/** URL of the folder with the kernel's own scripts. */
export const KERNEL_URL = new URL("..", import.meta.url).href;

const CELL = /\/cell-\d+\.ts$/;

/** The scripts of a session, and what each was made from. */
export class Scripts {
  readonly #inspector: Inspector;
  readonly #files: CellFiles;
  readonly #scripts = new Map<string, Script>();

  /** @param inspector - of the session. */
  constructor(inspector: Inspector, files: CellFiles) {
    this.#inspector = inspector;
    this.#files = files;
  }

  /** Takes a script that the engine has compiled. */
  add({ scriptId, url, endLine }: Debugger.ScriptParsedEventDataType): void {
    if (url.startsWith("file:") && !url.startsWith(KERNEL_URL))
      this.#scripts.set(scriptId, { id: scriptId, url, lastLine: endLine });
  }

  /** The files that the session has loaded. */
  get files(): { id: string; name: string; path: string }[] {
    const files = [...this.#scripts.values()].filter(({ url }) => !CELL.test(url));
    return files.map(({ id, url }) => ({ id, name: basename(pathOf(url)), path: pathOf(url) }));
  }

  /** What a script was made from; undefined for Node's own, the kernel's and evaluated texts. */
  origin(scriptId: string): Promise<Origin | undefined> {
    const script = this.#scripts.get(scriptId);
    if (!script) return Promise.resolve(undefined);
    return (script.origin ??= CELL.test(script.url) ? this.#cell(script) : this.#file(script));
  }

  /** URL of a script. */
  urlOf(scriptId: string): string | undefined {
    return this.#scripts.get(scriptId)?.url;
  }

  /** The scripts made from a cell's file or any other file. */
  async madeFrom(path: string): Promise<string[]> {
    await this.#arrived();
    const scripts = [...this.#scripts.values()];
    if (!this.#files.isCell(path)) return scripts.filter(({ url }) => pathOf(url) === path).map(({ id }) => id);
    const cells = scripts.filter(({ url }) => CELL.test(url));
    const names = JSON.stringify(cells.map(({ url }) => pathOf(url)));
    const sources = await this.#inspector.access<(string | null)[]>(`sources(${names})`);
    return cells.filter((_, i) => this.#files.pathOf(sources[i] ?? "") === path).map(({ id }) => id);
  }

  /** Resolves once the scripts of every cell that has ended are known: the engine tells of them on a pipe of its own. */
  async #arrived(): Promise<void> {
    await this.#inspector.post("Runtime.evaluate", { expression: "0", disableBreaks: true });
  }

  async #cell(script: Script): Promise<Origin | undefined> {
    const path = pathOf(script.url);
    const cell = await this.#inspector.access<DebuggedCell | undefined>(`cell(${JSON.stringify(path)})`);
    return cell ? this.cellOrigin(cell, script.lastLine) : this.#file(script);
  }

  /** What a cell's script leads back to. @param lastLine - the script's, zero-based. */
  cellOrigin({ label, source, mapping }: DebuggedCell, lastLine: number): Origin {
    const { locate } = cellSource(label, source, mapping);
    // The kernel has put a line before the cell's code and one behind it.
    return {
      source: { name: label, path: this.#files.pathOf(source) },
      code: source,
      prefix: mapping.prefix,
      locate: (position) => (position.line > 1 && position.line <= lastLine ? locate(position) : undefined),
    };
  }

  async #file({ url }: Script): Promise<Origin> {
    const path = pathOf(url);
    const json = await this.#inspector.access<string | undefined>(`moduleMap(${JSON.stringify(url)})`);
    const map = json === undefined ? undefined : new SourceMap(JSON.parse(json) as SourceMapPayload);
    return {
      source: { name: basename(path), path },
      code: undefined,
      prefix: undefined,
      locate: (position) => (map ? originalOf(map, position) : position),
    };
  }
}

function originalOf(map: SourceMap, { line, column }: Position): Position | undefined {
  const entry = map.findEntry(line - 1, column - 1);
  return "originalLine" in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined;
}

/** Path of a script's file, without the version that the loader has added. */
function pathOf(url: string): string {
  return fileURLToPath(url.replace(/[?#].*$/, ""));
}
