import { join } from "node:path";
import ts from "typescript";
import type { CellNames } from "./cell-names.js";
import { typeFaults, type CellContext } from "./check.js";
import type { Fault } from "./compiled-cell.js";
import type { NotebookCell } from "./notebook-messages.js";
import { augments, moduleText, parsedCell, type ParsedCell } from "./parsed-cell.js";
import { documents } from "./residence.js";
import { declarationIn, moduleFile, type CellService } from "./service.js";

/** A cell as a module of the notebook's program. */
export interface CellModule extends CellContext {
  readonly id: string;
  readonly parsed: ParsedCell;
  /** As an import names it. */
  readonly module: string;
  readonly file: string;
  /** What stands in the file: a line that brings in names, the cell, and its exports. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The names that stand before it. */
  readonly names: CellNames;
  /** Where the variables that it uses are declared. */
  originOf(name: string): { readonly file: string; readonly at: number } | undefined;
}

/**
 * A notebook that is being edited: each of its cells is a module of one program and knows the names of the cells above, run
 * or not, and else those that the session has.
 */
export class Notebook {
  readonly #session: CellService;
  readonly #name: string;
  readonly #service: ts.LanguageService;
  /** Each cell's file has a number that stays, wherever the cell goes. */
  readonly #numbers = new Map<string, number>();
  #lastNumber = 0;
  readonly #faults = new Map<string, readonly Fault[]>();
  #given: readonly NotebookCell[] = [];
  #modules = new Map<string, CellModule>();
  #extra: string | undefined;
  #isStale = false;
  #version = 0;
  /** The files on disk that the last program was made of, with their versions. */
  #disk = new Map<string, string>();

  /** @param session - knows the cells that have run; `name` begins those of the notebook's files. */
  constructor(session: CellService, name: string) {
    this.#session = session;
    this.#name = name;
    const host = session.files.hostOf({ version: () => this.#version, roots: () => this.#roots() });
    this.#service = ts.createLanguageService(host, documents);
  }

  /** Holds these cells. */
  open(cells: readonly NotebookCell[]): void {
    this.#given = cells;
    this.#isStale = true;
  }

  /** The session's names have changed. */
  refresh(): void {
    this.#isStale = true;
  }

  /** The cells in their order. */
  get cells(): readonly CellModule[] {
    this.#update();
    return [...this.#modules.values()];
  }

  /** A cell by its id. */
  cell(id: string): CellModule {
    this.#update();
    const found = this.#modules.get(id);
    if (!found) throw new Error(`the notebook has no cell "${id}"`);
    return found;
  }

  /** The language service of the notebook's program, as it stands now. */
  get service(): ts.LanguageService {
    this.#update();
    return this.#service;
  }

  /** The notebook's program, as it stands now. */
  get program(): ts.Program {
    const program = this.service.getProgram();
    if (!program) throw new Error("TypeScript has no program");
    return program;
  }

  /** What is wrong with a cell's types; found anew only where the cell, or something it comes from, has changed. */
  typeFaults(id: string): readonly Fault[] {
    const cell = this.cell(id);
    const known = this.#faults.get(id);
    if (known) return known;
    const found = typeFaults(cell, { service: this.service, ...cell }, cell.parsed.code);
    this.#faults.set(id, found);
    this.#noteDisk();
    return found;
  }

  /** Asks about a text as if it were a file of the notebook's folder, for that one question. */
  withFile<T>(name: string, text: string, ask: (file: string, service: ts.LanguageService) => T): T {
    this.#extra = this.#session.files.write(`${this.#name}-${name}`, text);
    this.#version += 1;
    try {
      return ask(this.#extra, this.service);
    } finally {
      this.#session.files.delete(this.#extra);
      this.#extra = undefined;
      this.#version += 1;
    }
  }

  #roots(): string[] {
    const files = [...this.#modules.values()].map(({ file }) => file);
    return this.#extra === undefined ? files : [...files, this.#extra];
  }

  #update(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const { files, names: sessionNames } = this.#session;
    const before = this.#modules;
    const names = sessionNames.copy();
    const changed = new Set<string>();
    this.#modules = new Map();
    for (const { id, code } of this.#given) {
      const old = before.get(id);
      const parsed = old?.parsed.code === code ? old.parsed : parsedCell(code);
      const cell = this.#moduleOf(id, parsed, names.copy());
      this.#modules.set(id, cell);
      names.add(cell.module, parsed.owned, augments(code));
      names.addGlobals(code);
      const isSame = old?.text === cell.text && old.file === cell.file;
      const uses = cell.text.slice(0, cell.start);
      if (isSame && ![...changed].some((module) => uses.includes(`"${module}"`))) continue;
      changed.add(cell.module);
      this.#faults.delete(id);
      if (!isSame && augments(code + old?.parsed.code)) this.#faults.clear();
    }
    for (const [id, { file }] of before) {
      if (this.#modules.get(id)?.file !== file) files.delete(file);
      if (this.#modules.has(id)) continue;
      this.#numbers.delete(id);
      this.#faults.delete(id);
    }
    const isDiskSame = [...this.#disk].every(([path, seen]) => files.versionOnDisk(path) === seen);
    if (!isDiskSame) this.#faults.clear();
    if (changed.size > 0 || before.size !== this.#modules.size || !isDiskSame) this.#version += 1;
  }

  #moduleOf(id: string, parsed: ParsedCell, names: CellNames): CellModule {
    const { notebook, files } = this.#session;
    const { code, source, owned, extension } = parsed;
    const name = `${this.#name}-${this.#numberOf(id)}`;
    const prelude = names.preludeOf(code, owned);
    const text = prelude + moduleText(parsed);
    const start = prelude.length + (source === code ? 0 : 1);
    return {
      ...{ id, parsed, names, text, start, end: start + code.length, notebook },
      module: `./${name}`,
      file: files.write(name + extension, text),
      kindOf: (used) => names.kindOf(used),
      isOnGlobal: (used) => names.isOnGlobal(used),
      originOf: (used) => this.#originOf(names, used),
    };
  }

  #originOf(names: CellNames, name: string) {
    const module = names.moduleOfVariable(name);
    if (module === undefined) return undefined;
    const { program } = this;
    return declarationIn(program, moduleFile(program, join(this.#session.files.folder, module)), name);
  }

  #noteDisk(): void {
    const { files } = this.#session;
    const paths = this.program.getSourceFiles().map(({ fileName }) => fileName);
    this.#disk = new Map(
      paths.filter((path) => files.textOf(path) === undefined).map((path) => [path, files.versionOnDisk(path)]),
    );
  }

  #numberOf(id: string): number {
    const number = this.#numbers.get(id) ?? ++this.#lastNumber;
    this.#numbers.set(id, number);
    return number;
  }
}
