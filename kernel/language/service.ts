import { join } from "node:path";
import ts from "typescript";
import { CellModules } from "./cell-modules.js";
import { notebookOptions, type NotebookOptions } from "./compiler-options.js";
import { declarationsOf, declaredTypes, type NameKind } from "./declarations.js";
import { DiskFiles } from "./disk-files.js";
import { flatLibraries } from "./flat-libraries.js";
import { globalDeclarations, nodeTypes, tslabDeclarations } from "./globals.js";
import { type LaterModules, ResidentProgram } from "./resident-program.js";
import { ResultTypes } from "./result-types.js";
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
  /** Told once it has ended with a value; `count` is what the value is named after, if it is. */
  readonly result?: { readonly count?: number };
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
  /** The last statement, if it is an expression. */
  readonly expression: string | undefined;
}

/** Parsed files, shared by all services of this process and by those that a startup snapshot makes. */
const documents = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);
let services = 0;

/** So many characters of later modules, and a program is made anew: of each, the checker remembers some 200 bytes. */
const MUCH_TEXT = 100_000;

/** TypeScript with a program that stays as long as it holds good. */
interface Resident {
  readonly service: ts.LanguageService;
  readonly program: ResidentProgram;
  /** The files on disk that it was made of, with their versions. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether it is of a text that adds to the types of others: it may never run. */
  readonly augments: boolean;
}

/** What a service has left to the next one: a startup snapshot holds it. */
let legacy: { readonly basis: string; readonly resident: Resident } | undefined;

const OPEN_CELL = "cell";
const GLOBALS = "cell-globals.d.ts";
const TSLAB_TYPES = "cell-tslab.d.ts";
const OPAQUE_RESULT = "declare const result: any; export default result;";

/** Names that come as variables of the type they were given: an import of them could not be assigned to, or said so wrongly. */
const VARIABLES: readonly OwnedKind[] = ["let", "var", "const"];

/** A cell that adds to the types of all that follow, or of a package. */
const AUGMENTS = /\bdeclare\s+(?:global\b|module\s*["'])/;

/** A tag where an expression begins, in a text that may be unfinished so that neither reading of it is without faults. */
const LOOKS_LIKE_JSX = /(?:[=(,?:&|{[]|=>|\breturn)\s*<(?:[a-zA-Z][\w.]*(?:\s+[\w-]+=|\s*\/?>)|>)/;

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
  readonly #results = new ResultTypes();
  readonly #disk = new DiskFiles();
  readonly #host: ts.LanguageServiceHost;
  readonly #later: LaterModules = {
    textOf: (path) => this.#files.get(path)?.text,
    resolve: (name, from) => ts.resolveModuleName(name, from, this.notebook.options, this.#host).resolvedModule,
  };
  #service: ts.LanguageService | undefined;
  #resident: Resident | undefined;
  #programs = 0;
  #opened = 0;
  #parsed: Parsed | undefined;
  #root: string;

  /** @param folder - the notebook's folder, from which imports are resolved. */
  constructor(folder: string) {
    this.#folder = folder;
    this.notebook = notebookOptions(folder);
    this.#root = this.#write(`${OPEN_CELL}.ts`, "");
    this.#write(GLOBALS, globalDeclarations());
    this.#write(TSLAB_TYPES, tslabDeclarations());
    this.#host = this.#createHost();
    if (legacy?.basis === this.#basis()) this.#resident = legacy.resident;
    legacy = undefined;
  }

  /** Leaves its program, which knows the libraries, to the next service with the same options. */
  bequeath(): void {
    if (this.#resident) legacy = { basis: this.#basis(), resident: this.#resident };
  }

  /** Makes the program anew where it has grown, while no cell has to wait for that. */
  refresh(sample: string): void {
    if (!this.#resident || this.#resident.program.length < MUCH_TEXT / 2) return;
    this.#resident = undefined;
    this.openWhole(sample);
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
    this.#results.clear();
    this.#resident = undefined;
  }

  /** Opens a text in the making as the cell that comes next: it may use any name of the earlier cells. */
  open(code: string): OpenCell {
    const { owned, extension } = this.#parse(code);
    const hasJsx = extension === ".tsx" || LOOKS_LIKE_JSX.test(code);
    return this.#open(
      `${OPEN_CELL}${hasJsx ? ".tsx" : ".ts"}`,
      this.#prelude(code, (name) => !owned.has(name)),
      code,
    );
  }

  /** Opens a whole cell: it brings in only the names that it uses. */
  openWhole(code: string): OpenCell {
    const { owned, source, extension } = this.#parse(code);
    const opened = this.#open(OPEN_CELL + extension, this.#preludeOf(code, owned), source);
    return { ...opened, start: opened.start + (source === code ? 0 : 1) };
  }

  /** Where an earlier cell declares a name that stands in a later one as a variable of its own. */
  originOf(name: string): { readonly file: string; readonly at: number } | undefined {
    const owner = this.#owners.get(name);
    if (!owner || !VARIABLES.includes(owner.kind)) return undefined;
    const program = this.#resident?.service.getProgram();
    const path = join(this.#folder, owner.module);
    const file = program?.getSourceFile(`${path}.ts`) ?? program?.getSourceFile(`${path}.tsx`);
    const module = file && program?.getTypeChecker().getSymbolAtLocation(file);
    const symbol = module?.exports?.get(ts.escapeLeadingUnderscores(name));
    const exported = symbol && program?.getTypeChecker().getAliasedSymbol(symbol);
    const declared = exported?.valueDeclaration && ts.getNameOfDeclaration(exported.valueDeclaration);
    return declared && { file: declared.getSourceFile().fileName, at: declared.getStart() };
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
    const resident = this.#currentResident();
    const later = join(this.#folder, `${OPEN_CELL}-open-${++this.#opened}.ts`);
    const fits = name.endsWith(".ts") && !AUGMENTS.test(text);
    if (fits && resident?.program.add(later, prelude + text, this.#later)) {
      return { service: resident.service, file: later, start: prelude.length };
    }
    const file = this.#write(name, prelude + text);
    this.#root = file;
    this.#resident = this.#makeResident(AUGMENTS.test(text));
    return { service: this.#resident.service, file, start: prelude.length };
  }

  /** The program that stays, unless a file of it has changed, or it has grown much. */
  #currentResident(): Resident | undefined {
    if (!this.#resident || this.#resident.augments || this.#resident.program.length > MUCH_TEXT) return undefined;
    const isCurrent = [...this.#resident.files].every(([path, version]) => this.#disk.version(path) === version);
    return isCurrent ? this.#resident : undefined;
  }

  #makeResident(augments: boolean): Resident {
    this.#programs += 1;
    this.#service ??= ts.createLanguageService(this.#host, documents);
    const program = this.#service.getProgram();
    if (!program) throw new Error("TypeScript has no program");
    const resident = new ResidentProgram(program);
    const onDisk = resident.files.filter((path) => !this.#files.has(path));
    const files = new Map(onDisk.map((path) => [path, this.#disk.version(path)]));
    return { service: this.#service, program: resident, files, augments };
  }

  /** All that a program without cells depends on, but for files that change. */
  #basis(): string {
    const globals = [GLOBALS, TSLAB_TYPES].map((name) => this.#files.get(join(this.#folder, name))?.text);
    return JSON.stringify([this.notebook.options, nodeTypes(this.#folder), globals]);
  }

  /** Parses a text that comes after every cell so far; the cell just checked is most often the one that then runs. */
  #parse(code: string): Parsed {
    for (const cell of this.#pending.splice(0)) this.#record(cell);
    if (this.#parsed?.code !== code) this.#parsed = parse(code);
    return this.#parsed;
  }

  #record(cell: RanCell): void {
    const parsed = this.#parsed?.code === cell.code ? this.#parsed : parse(cell.code);
    this.#recordNames(cell, parsed);
    if (cell.result) this.#recordResult(cell, parsed);
  }

  #recordNames({ fileName, code, isOpaque }: RanCell, { source, owned, extension }: Parsed): void {
    for (const [, assigned = ""] of code.matchAll(ASSIGNED_GLOBAL)) this.#globals.add(assigned);
    const augments = AUGMENTS.test(code);
    if (owned.size === 0 && !augments) return;
    const exports = `export { ${[...owned.keys()].join(", ")} };\n`;
    const text = isOpaque ? opaque(owned) : `${source}\n${exports}`;
    const prelude = isOpaque ? "" : this.#preludeOf(code, owned);
    const module = this.#module(fileName.replace(/\.ts$/, ""), extension, prelude, text);
    if (augments) this.#augmenting.add(module);
    for (const [known, kind] of owned) this.#owners.set(known, { module, kind });
    const owners = (): string[] => [...this.#owners.values()].map((owner) => owner.module);
    const roots = (): string[] => [...this.#augmenting, ...owners(), ...this.#results.modules()];
    for (const path of this.#modules.sweep(roots)) this.#files.delete(path);
  }

  /** A result's type is that of its expression in a cell that would follow. */
  #recordResult({ fileName, result, isOpaque }: RanCell, { expression, extension }: Parsed): void {
    const name = fileName.replace(/\.ts$/, "-result");
    const isKnown = expression !== undefined && !isOpaque;
    const prelude = isKnown ? this.#preludeOf(expression, new Map()) : "";
    const module = this.#module(name, extension, prelude, isKnown ? resultModule(expression) : OPAQUE_RESULT);
    this.#results.add(module, result?.count);
  }

  /** The module of a text: the one that was made of the same text, else a new one of this name. */
  #module(name: string, extension: Parsed["extension"], prelude: string, rest: string): string {
    const text = prelude + rest;
    const known = this.#modules.named(text);
    if (known !== undefined) return known;
    const uses = [...prelude.matchAll(/"([^"]+)"/g)].map(([, used = ""]) => used);
    this.#modules.add(`./${name}`, { text, path: this.#write(name + extension, text), uses });
    return `./${name}`;
  }

  #preludeOf(code: string, owned: Parsed["owned"]): string {
    const words = wordsOf(code);
    return this.#prelude(code, (name) => words.has(name) && !owned.has(name));
  }

  /** The line that brings names of earlier cells, and of results, into a cell. */
  #prelude(code: string, wants: (name: string) => boolean): string {
    const imports = new Map<string, string[]>();
    const unowned = [...wordsOf(code)].filter((word) => wants(word) && !this.#owners.has(word));
    let line = this.#results.declarations(unowned);
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

  #createHost(): ts.LanguageServiceHost {
    const roots = [join(this.#folder, GLOBALS), join(this.#folder, TSLAB_TYPES)];
    const node = nodeTypes(this.#folder);
    if (node !== undefined) roots.unshift(node);
    const flat = flatLibraries(this.notebook.options.lib ?? [], node);
    const read = (path: string): string | undefined => this.#files.get(path)?.text ?? ts.sys.readFile(path);
    return {
      getCompilationSettings: () => this.notebook.options,
      getCurrentDirectory: () => this.#folder,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      // TypeScript keeps its program as long as this is the same.
      getProjectVersion: () => String(this.#programs),
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
  const last = file.statements.at(-1);
  const expression = last && ts.isExpressionStatement(last) ? last.expression.getText(file) : undefined;
  return { code, extension: file.fileName.endsWith("x") ? ".tsx" : ".ts", source, owned, expression };
}

const wordsOf = (code: string): Set<string> => new Set(code.match(/[\p{ID_Continue}$]+/gu));

/** The module whose default export is of the type of an expression. */
function resultModule(expression: string): string {
  let name = "result";
  for (const words = wordsOf(expression); words.has(name);) name += "$";
  return `let ${name} = (${expression}\n); export { ${name} as default };`;
}

/** A module that has the same names, each of any type. */
function opaque(owned: Parsed["owned"]): string {
  return [...owned].map(([name]) => `export declare const ${name}: any; export type ${name} = any;`).join("\n");
}
