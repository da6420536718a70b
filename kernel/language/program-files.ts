import { isBuiltin } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { DiskFiles } from "./disk-files.js";
import { flatLibraries } from "./flat-libraries.js";
import { globalDeclarations, nodeTypes, tslabDeclarations } from "./globals.js";

let instances = 0;

const GLOBALS = "cell-globals.d.ts";
const TSLAB_TYPES = "cell-tslab.d.ts";

/** The files of a session's programs: cells in memory, as if they lay in the notebook's folder, and what they import from disk. */
export class ProgramFiles {
  /** What TypeScript asks. */
  readonly host: ts.LanguageServiceHost;
  /** Tells what a program without cells depends on, but for files that change. */
  readonly basis: string;
  readonly #always: readonly string[];
  readonly #flat: ReadonlyMap<string, string>;
  /** The file that a program is made for. */
  #root: string;
  #roots = 0;
  /** Sets the versions of these files apart from those of others, which may have the same paths. */
  readonly #id = ++instances;
  readonly #inMemory = new Map<string, { text: string; version: number }>();
  /** Counts texts of all files: one that is written again after it was deleted has a version of its own. */
  #texts = 0;
  readonly #disk = new DiskFiles();

  /** @param folder - the notebook's folder, from which imports are resolved. */
  constructor(
    readonly folder: string,
    readonly options: ts.CompilerOptions,
  ) {
    const globals = { [GLOBALS]: globalDeclarations(), [TSLAB_TYPES]: tslabDeclarations() };
    const node = nodeTypes(folder);
    const own = Object.entries(globals).map(([name, text]) => this.write(name, text));
    this.#always = node === undefined ? own : [node, ...own];
    this.#flat = flatLibraries(options.lib ?? [], node);
    this.basis = JSON.stringify([options, node, globals]);
    this.#root = this.write("cell.ts", "");
    this.host = this.hostOf({ version: () => this.#roots, roots: () => [this.#root] });
  }

  /** Writes a file in memory; gives its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    if (this.#inMemory.get(path)?.text !== text) this.#inMemory.set(path, { text, version: ++this.#texts });
    return path;
  }

  /** Takes a file out of memory. */
  delete(path: string): void {
    this.#inMemory.delete(path);
  }

  /** Lets the next program be made for a file in memory. */
  setRoot(path: string): void {
    this.#root = path;
    this.#roots += 1;
  }

  /** The text of a file in memory. */
  textOf(path: string): string | undefined {
    return this.#inMemory.get(path)?.text;
  }

  /** Tells the state of a file on disk from its states before. */
  versionOnDisk(path: string): string {
    return this.#disk.version(path);
  }

  /** Where the module lies that a file names; Node's own lie nowhere: its types declare them, whatever a package is called. */
  resolve(name: string, from: string): ts.ResolvedModuleFull | undefined {
    if (isBuiltin(name)) return undefined;
    return ts.resolveModuleName(name, from, this.options, this.host).resolvedModule;
  }

  /**
   * What TypeScript asks of programs made for certain files.
   *
   * @param of - `roots` are the files; TypeScript keeps its program as long as `version` is the same.
   */
  hostOf({ roots, version }: { roots(): readonly string[]; version(): number }): ts.LanguageServiceHost {
    return {
      getCompilationSettings: () => this.options,
      getCurrentDirectory: () => this.folder,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      getProjectVersion: () => String(version()),
      getScriptFileNames: () => [...this.#always, ...roots()],
      getScriptVersion: (path) => {
        const version = this.#inMemory.get(path)?.version;
        return version === undefined ? this.#disk.version(path) : `${this.#id}.${version}`;
      },
      getScriptSnapshot: (path) => {
        const text = this.textOf(path) ?? this.#flat.get(path);
        return text === undefined ? this.#disk.snapshot(path) : ts.ScriptSnapshot.fromString(text);
      },
      fileExists: (path) => this.#inMemory.has(path) || ts.sys.fileExists(path),
      readFile: (path) => this.textOf(path) ?? ts.sys.readFile(path),
      readDirectory: (...query) => ts.sys.readDirectory(...query),
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
      realpath: (path) => (this.#inMemory.has(path) ? path : (ts.sys.realpath?.(path) ?? path)),
    };
  }
}
