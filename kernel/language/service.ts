import { join } from "node:path";
import ts from "typescript";
import { CellModules } from "./cell-modules.js";
import { notebookOptions, type NotebookOptions } from "./compiler-options.js";
import { declarationsOf, declaredTypes, type NameKind } from "./declarations.js";
import { ProgramFiles } from "./program-files.js";
import { Residence } from "./residence.js";
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

const OPEN_CELL = "cell";
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
  readonly #files: ProgramFiles;
  readonly #residence: Residence;
  readonly #pending: RanCell[] = [];
  readonly #owners = new Map<string, Owner>();
  readonly #modules = new CellModules();
  readonly #augmenting = new Set<string>();
  readonly #globals = new Set<string>();
  readonly #results = new ResultTypes();
  #parsed: Parsed | undefined;

  /** @param folder - the notebook's folder, from which imports are resolved. */
  constructor(folder: string) {
    this.notebook = notebookOptions(folder);
    this.#files = new ProgramFiles(folder, this.notebook.options);
    this.#residence = new Residence(this.#files);
  }

  /** Leaves what it knows of the libraries to the next service with the same options. */
  bequeath(): void {
    this.#residence.bequeath();
  }

  /** Makes the program anew where it has grown, while no cell has to wait for that. */
  refresh(sample: string): void {
    if (!this.#residence.hasGrown) return;
    this.#residence.leave();
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
    this.#residence.leave();
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
    const { program } = this.#residence;
    const path = join(this.#files.folder, owner.module);
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
    return { ...this.#residence.open(name, prelude + text, AUGMENTS.test(text)), start: prelude.length };
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
    this.#modules.add(`./${name}`, { text, path: this.#files.write(name + extension, text), uses });
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
