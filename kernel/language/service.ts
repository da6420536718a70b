import { join } from "node:path";
import ts from "typescript";
import { CellModules } from "./cell-modules.js";
import { notebookOptions, type NotebookOptions } from "./compiler-options.js";
import { declarationsOf, declaredTypes, type NameKind } from "./declarations.js";
import { DiskFiles } from "./disk-files.js";
import { flatLibraries } from "./flat-libraries.js";
import { globalDeclarations, nodeTypes } from "./globals.js";
import { parseCell } from "./transform.js";

/** A text opened in the language service. */
export interface OpenCell {
  readonly service: ts.LanguageService;
  readonly file: string;
  /** Where the text begins in the file, behind the line that imports the names of earlier cells. */
  readonly start: number;
}

/** How an earlier cell declared a name. */
export type OwnedKind = NameKind | "type";

/** A cell that has run. */
export interface RanCell {
  readonly fileName: string;
  readonly code: string;
  /** Whether its types cannot be found in reasonable time: its names are then of any type. */
  readonly isOpaque?: boolean;
}

interface Owner {
  /** Name of the module, as an import names it. */
  readonly module: string;
  readonly kind: OwnedKind;
}

interface Parsed {
  readonly code: string;
  /** Of the file's name: a cell with JSX needs its own. */
  readonly extension: ".ts" | ".tsx";
  /** The text as TypeScript takes it: an object literal gets parentheses. */
  readonly source: string;
  readonly owned: ReadonlyMap<string, OwnedKind>;
}

/** Parsed files, shared by all services of this process and by those that a startup snapshot makes. */
const documents = ts.createDocumentRegistry();
let services = 0;

const OPEN_CELL = "cell";
const GLOBALS = "cell-globals.d.ts";

/** Names that come as variables of the type they were given: an import of them could not be assigned to, or said so wrongly. */
const VARIABLES: readonly OwnedKind[] = ["let", "var", "const"];

/** A cell that adds to the types of all that follow, or of a package. */
const AUGMENTS = /\bdeclare\s+(?:global\b|module\s*["'])/;

const ASSIGNED_GLOBAL =
  /\bglobalThis(?:\s+as\s+[\w<>, ]+\))?\s*(?:\.\s*|\[\s*["'`])([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;

/**
 * The cells of a session in TypeScript's language service: each is a module of its own in the notebook's folder, which
 * imports the names it uses from the cells that own them, so that a name may be declared anew with another type.
 */
export class CellService {
  /** The compiler's options. */
  readonly notebook: NotebookOptions;
  readonly #folder: string;
  /** Sets the versions of this service's files apart from those of others, whose files may have the same paths. */
  readonly #id = ++services;
  readonly #pending: RanCell[] = [];
  readonly #owners = new Map<string, Owner>();
  readonly #files = new Map<string, { text: string; version: number }>();
  readonly #modules = new CellModules();
  readonly #augmenting = new Set<string>();
  readonly #globals = new Set<string>();
  readonly #disk = new DiskFiles();
  #service: ts.LanguageService | undefined;
  #parsed: Parsed | undefined;
  #root: string;

  /** @param folder - the notebook's folder, from which imports are resolved. */
  constructor(folder: string) {
    this.#folder = folder;
    this.notebook = notebookOptions(folder);
    this.#root = this.#write(`${OPEN_CELL}.ts`, "");
    this.#write(GLOBALS, globalDeclarations());
  }

  /** Takes a cell that runs, so without faults of syntax. It is not looked at before the next text is opened. */
  add(cell: RanCell): void {
    this.#pending.push(cell);
  }

  /** Forgets every cell. */
  clear(): void {
    this.#pending.length = 0;
    this.#owners.clear();
    this.#augmenting.clear();
    this.#globals.clear();
  }

  /** Opens a text in the making as the cell that comes next: it may use any name of the earlier cells. */
  open(code: string): OpenCell {
    const { owned } = this.#parse(code);
    return this.#open(
      `${OPEN_CELL}.ts`,
      this.#prelude((name) => !owned.has(name)),
      code,
    );
  }

  /** Opens a whole cell: it brings in only the names that it uses. */
  openWhole(code: string): OpenCell {
    const { owned, source, extension } = this.#parse(code);
    const opened = this.#open(OPEN_CELL + extension, this.#preludeOf(code, owned), source);
    return { ...opened, start: opened.start + (source === code ? 0 : 1) };
  }

  /** How an earlier cell declared a name. */
  kindOf(name: string): OwnedKind | undefined {
    return this.#owners.get(name)?.kind;
  }

  /** Whether an earlier cell speaks of `globalThis.name`. */
  isOnGlobal(name: string): boolean {
    return this.#globals.has(name);
  }

  #open(name: string, prelude: string, text: string): OpenCell {
    const file = this.#write(name, prelude + text);
    this.#root = file;
    this.#service ??= ts.createLanguageService(this.#host(), documents);
    return { service: this.#service, file, start: prelude.length };
  }

  /** Parses a text that comes after every cell so far; the cell just checked is most often the one that then runs. */
  #parse(code: string): Parsed {
    for (const cell of this.#pending.splice(0)) this.#record(cell);
    if (this.#parsed?.code !== code) this.#parsed = parse(code);
    return this.#parsed;
  }

  #record({ fileName, code, isOpaque }: RanCell): void {
    const { source, owned, extension } = this.#parsed?.code === code ? this.#parsed : parse(code);
    for (const [, assigned = ""] of code.matchAll(ASSIGNED_GLOBAL)) this.#globals.add(assigned);
    const augments = AUGMENTS.test(code);
    if (owned.size === 0 && !augments) return;
    const prelude = isOpaque ? "" : this.#preludeOf(code, owned);
    const text = isOpaque ? opaque(owned) : `${prelude}${source}\nexport { ${[...owned.keys()].join(", ")} };\n`;
    const name = fileName.replace(/\.ts$/, "");
    const module = this.#modules.named(text) ?? `./${name}`;
    if (module === `./${name}`) {
      const uses = [...prelude.matchAll(/"([^"]+)"/g)].map(([, used = ""]) => used);
      this.#modules.add(module, { text, path: this.#write(name + extension, text), uses });
    }
    if (augments) this.#augmenting.add(module);
    for (const [known, kind] of owned) this.#owners.set(known, { module, kind });
    const roots = (): string[] => [...this.#augmenting, ...[...this.#owners.values()].map((owner) => owner.module)];
    for (const path of this.#modules.sweep(roots)) this.#files.delete(path);
  }

  #preludeOf(code: string, owned: Parsed["owned"]): string {
    const words = new Set(code.match(/[\p{ID_Continue}$]+/gu));
    return this.#prelude((known) => words.has(known) && !owned.has(known));
  }

  /** The line that brings names of earlier cells into a cell. */
  #prelude(wants: (name: string) => boolean): string {
    const imports = new Map<string, string[]>();
    let line = "";
    for (const [name, { module, kind }] of this.#owners) {
      if (!wants(name)) continue;
      const keyword = kind === "const" ? "const" : "let";
      if (VARIABLES.includes(kind)) line += `declare ${keyword} ${name}: typeof import("${module}").${name}; `;
      else imports.set(module, [...(imports.get(module) ?? []), name]);
    }
    for (const module of this.#augmenting) line += `import "${module}"; `;
    for (const [module, names] of imports) line += `import { ${names.join(", ")} } from "${module}"; `;
    return `${line}\n`;
  }

  #write(name: string, text: string): string {
    const path = join(this.#folder, name);
    const before = this.#files.get(path);
    if (before?.text !== text) this.#files.set(path, { text, version: (before?.version ?? 0) + 1 });
    return path;
  }

  #host(): ts.LanguageServiceHost {
    const roots = [join(this.#folder, GLOBALS)];
    const node = nodeTypes(this.#folder);
    if (node !== undefined) roots.unshift(node);
    const flat = flatLibraries(this.notebook.options.lib ?? [], node);
    const read = (path: string): string | undefined => this.#files.get(path)?.text ?? ts.sys.readFile(path);
    return {
      getCompilationSettings: () => this.notebook.options,
      getCurrentDirectory: () => this.#folder,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      getScriptFileNames: () => [...roots, this.#root],
      getScriptVersion: (path) => {
        const version = this.#files.get(path)?.version;
        return version === undefined ? this.#disk.version(path) : `${this.#id}.${version}`;
      },
      getScriptSnapshot: (path) => {
        const text = this.#files.get(path)?.text ?? flat.get(path);
        return text === undefined ? this.#disk.snapshot(path) : ts.ScriptSnapshot.fromString(text);
      },
      fileExists: (path) => this.#files.has(path) || ts.sys.fileExists(path),
      readFile: read,
      readDirectory: (...query) => ts.sys.readDirectory(...query),
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
      realpath: (path) => (this.#files.has(path) ? path : (ts.sys.realpath?.(path) ?? path)),
    };
  }
}

function parse(code: string): Parsed {
  const { file, source } = parseCell(code, `${OPEN_CELL}.ts`);
  const owned = new Map<string, OwnedKind>(declarationsOf(file).names);
  for (const type of declaredTypes(file)) owned.set(type, "type");
  return { code, extension: file.fileName.endsWith("x") ? ".tsx" : ".ts", source, owned };
}

/** A module that has the same names, each of any type. */
function opaque(owned: Parsed["owned"]): string {
  return [...owned].map(([name]) => `export declare const ${name}: any; export type ${name} = any;`).join("\n");
}
