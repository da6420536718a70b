import { join } from "node:path";
import ts from "typescript";
import { CellModules } from "./cell-modules.js";
import { CellNames } from "./cell-names.js";
import { notebookOptions, type NotebookOptions } from "./compiler-options.js";
import { augments, moduleText, parsedCell, wordsOf, type OwnedKind, type ParsedCell } from "./parsed-cell.js";
import { ProgramFiles } from "./program-files.js";
import { Residence } from "./residence.js";

/** A text opened in the language service. */
export interface OpenCell {
  readonly service: ts.LanguageService;
  readonly file: string;
  /** Where the text begins in the file, behind the line that imports the names of earlier cells. */
  readonly start: number;
  /** Where it ends, if something stands behind it. */
  readonly end?: number;
}

/** A cell that has run. */
export interface RanCell {
  readonly fileName: string;
  readonly code: string;
  /** Told once it has ended with a value; `count` is what the value is named after, if it is. */
  readonly result?: { readonly count?: number };
  /** Whether its types cannot be found in reasonable time: its names are then of any type. */
  readonly isOpaque?: boolean;
}

const OPEN_CELL = "cell";
const OPAQUE_RESULT = "declare const result: any; export default result;";

/** A tag where an expression begins, in a text that may be unfinished so that neither reading of it is without faults. */
const LOOKS_LIKE_JSX = /(?:[=(,?:&|{[]|=>|\breturn)\s*<(?:[a-zA-Z][\w.]*(?:\s+[\w-]+=|\s*\/?>)|>)/;

/**
 * The cells of a session in TypeScript's language service: each is a module of its own in the notebook's folder, which
 * imports the names it uses from the cells that own them, so that a name may be declared anew with another type.
 */
export class CellService {
  /** The compiler's options. */
  readonly notebook: NotebookOptions;
  /** Every file of the session's programs. */
  readonly files: ProgramFiles;
  readonly #residence: Residence;
  readonly #pending: RanCell[] = [];
  readonly #names = new CellNames();
  readonly #modules = new CellModules();
  #parsed: ParsedCell | undefined;

  /** @param folder - the notebook's folder, from which imports are resolved. */
  constructor(folder: string) {
    this.notebook = notebookOptions(folder);
    this.files = new ProgramFiles(folder, this.notebook.options);
    this.#residence = new Residence(this.files);
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

  /** The names of the cells so far. */
  get names(): CellNames {
    this.#settle();
    return this.#names;
  }

  /** Forgets every cell. */
  clear(): void {
    this.#pending.length = 0;
    this.#names.clear();
    this.#residence.leave();
  }

  /** Opens a text in the making as the cell that comes next: it may use any name of the earlier cells. */
  open(code: string): OpenCell {
    const { owned, extension } = this.#parse(code);
    const hasJsx = extension === ".tsx" || LOOKS_LIKE_JSX.test(code);
    return this.#open(
      `${OPEN_CELL}${hasJsx ? ".tsx" : ".ts"}`,
      this.#names.prelude(code, (name) => !owned.has(name)),
      code,
    );
  }

  /** Opens a whole cell: it brings in only the names that it uses. */
  openWhole(code: string): OpenCell {
    const { owned, source, extension } = this.#parse(code);
    const opened = this.#open(OPEN_CELL + extension, this.#names.preludeOf(code, owned), source);
    return { ...opened, start: opened.start + (source === code ? 0 : 1) };
  }

  /** Whether the types of a cell rest on those of an earlier one that could not be found. */
  isVague(code: string): boolean {
    const { owned } = this.#parse(code);
    return this.#names.usesVague(code, owned);
  }

  /** Where an earlier cell declares a name that stands in a later one as a variable of its own. */
  originOf(name: string): { readonly file: string; readonly at: number } | undefined {
    const module = this.#names.moduleOfVariable(name);
    const { program } = this.#residence;
    return module === undefined || !program
      ? undefined
      : declarationIn(program, moduleFile(program, join(this.files.folder, module)), name);
  }

  /** How an earlier cell declared a name. */
  kindOf(name: string): OwnedKind | undefined {
    return this.#names.kindOf(name);
  }

  /** Whether an earlier cell speaks of `globalThis.name`. */
  isOnGlobal(name: string): boolean {
    return this.#names.isOnGlobal(name);
  }

  #open(name: string, prelude: string, text: string): OpenCell {
    return { ...this.#residence.open(name, prelude + text, augments(text)), start: prelude.length };
  }

  /** Parses a text that comes after every cell so far; the cell just checked is most often the one that then runs. */
  #parse(code: string): ParsedCell {
    this.#settle();
    if (this.#parsed?.code !== code) this.#parsed = parsedCell(code);
    return this.#parsed;
  }

  #settle(): void {
    for (const cell of this.#pending.splice(0)) this.#record(cell);
  }

  #record(cell: RanCell): void {
    const parsed = this.#parsed?.code === cell.code ? this.#parsed : parsedCell(cell.code);
    this.#recordNames(cell, parsed);
    if (cell.result) this.#recordResult(cell, parsed);
  }

  #recordNames({ fileName, code, isOpaque }: RanCell, parsed: ParsedCell): void {
    this.#names.addGlobals(code);
    const { owned, extension } = parsed;
    if (owned.size === 0 && !augments(code)) return;
    const text = isOpaque ? opaque(owned) : moduleText(parsed);
    const prelude = isOpaque ? "" : this.#names.preludeOf(code, owned);
    const module = this.#module(fileName.replace(/\.ts$/, ""), extension, prelude, text);
    const isVague = isOpaque === true || this.#names.usesVague(code, owned);
    this.#names.add(module, owned, augments(code), isVague);
    for (const path of this.#modules.sweep(() => this.#names.modules())) this.files.delete(path);
  }

  /** A result's type is that of its expression in a cell that would follow. */
  #recordResult({ fileName, result, isOpaque }: RanCell, { expression, extension }: ParsedCell): void {
    const name = fileName.replace(/\.ts$/, "-result");
    const isKnown = expression !== undefined && !isOpaque;
    const prelude = isKnown ? this.#names.preludeOf(expression, new Map()) : "";
    const module = this.#module(name, extension, prelude, isKnown ? resultModule(expression) : OPAQUE_RESULT);
    this.#names.results.add(module, result?.count);
  }

  /** The module of a text: the one that was made of the same text, else a new one of this name. */
  #module(name: string, extension: ParsedCell["extension"], prelude: string, rest: string): string {
    const text = prelude + rest;
    const known = this.#modules.named(text);
    if (known !== undefined) return known;
    const uses = [...prelude.matchAll(/"([^"]+)"/g)].map(([, used = ""]) => used);
    this.#modules.add(`./${name}`, { text, path: this.files.write(name + extension, text), uses });
    return `./${name}`;
  }
}

/** The file of a module, by its path without the extension. */
export const moduleFile = (program: ts.Program, path: string): ts.SourceFile | undefined =>
  program.getSourceFile(`${path}.ts`) ?? program.getSourceFile(`${path}.tsx`);

/** Where a module declares a name that it exports. */
export function declarationIn(program: ts.Program, file: ts.SourceFile | undefined, name: string) {
  const symbol = file && exportedSymbol(program.getTypeChecker(), file, name);
  const declaration = symbol?.valueDeclaration ?? symbol?.declarations?.[0];
  const declared = declaration && ts.getNameOfDeclaration(declaration);
  return declared && { file: declared.getSourceFile().fileName, at: declared.getStart() };
}

/** What a cell's module has under a name that it exports at its end. */
export function exportedSymbol(checker: ts.TypeChecker, file: ts.SourceFile, name: string): ts.Symbol | undefined {
  const module = checker.getSymbolAtLocation(file);
  const [specifier] = module?.exports?.get(ts.escapeLeadingUnderscores(name))?.declarations ?? [];
  return specifier && ts.isExportSpecifier(specifier)
    ? checker.getExportSpecifierLocalTargetSymbol(specifier)
    : undefined;
}

/** The module whose default export is of the type of an expression. */
function resultModule(expression: string): string {
  let name = "result";
  for (const words = wordsOf(expression); words.has(name);) name += "$";
  return `let ${name} = (${expression}\n); export { ${name} as default };`;
}

/** A module that has the same names, each of any type. */
function opaque(owned: ParsedCell["owned"]): string {
  return [...owned].map(([name]) => `export declare const ${name}: any; export type ${name} = any;`).join("\n");
}
