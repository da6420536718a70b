import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { declarationsOf, declaredTypes, type NameKind } from "./declarations.js";
import { parseCell } from "./transform.js";

/** A text opened in the language service. */
export interface OpenCell {
  readonly service: ts.LanguageService;
  readonly file: string;
  /** Where the text begins in the file, behind the line that imports the names of earlier cells. */
  readonly start: number;
}

interface Owner {
  /** Name of the module, as an import names it. */
  readonly module: string;
  /** Whether cells may assign to the name, which an import would forbid. */
  readonly isVariable: boolean;
}

interface Parsed {
  readonly fileName: string;
  readonly owned: ReadonlyMap<string, NameKind | "type">;
}

const OPEN_CELL = "cell.ts";
const GLOBALS = "cell-globals.d.ts";
const HAS_ES2024 = Number.parseInt(process.versions.node) >= 22;

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  lib: [HAS_ES2024 ? "lib.es2024.d.ts" : "lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  customConditions: ["node"],
  types: [],
  strict: true,
  allowJs: true,
  allowImportingTsExtensions: true,
  jsx: ts.JsxEmit.React,
  noEmit: true,
};

/**
 * The cells of a session in TypeScript's language service: each is a module of its own in the notebook's folder, which
 * imports the names it uses from the cells that own them, so that a name may be declared anew with another type.
 */
export class CellService {
  readonly #folder: string;
  readonly #pending: { readonly fileName: string; readonly code: string }[] = [];
  readonly #owners = new Map<string, Owner>();
  readonly #files = new Map<string, { text: string; version: number }>();
  /** Modules by their text: a cell that is run again, against the same cells, is the module it was. */
  readonly #modules = new Map<string, string>();
  #service: ts.LanguageService | undefined;

  /** @param folder - the notebook's folder, from which imports are resolved. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#write(GLOBALS, globalDeclarations());
  }

  /** Takes a cell that was compiled, so without faults of syntax. It is not looked at before `open`. */
  add(fileName: string, code: string): void {
    this.#pending.push({ fileName, code });
  }

  /** Forgets every cell. */
  clear(): void {
    this.#pending.length = 0;
    this.#owners.clear();
  }

  /** Opens a text, whole or in the making, as the cell that comes next. */
  open(code: string): OpenCell {
    for (const cell of this.#pending.splice(0)) this.#record(cell.fileName, cell.code);
    const { owned } = parse(OPEN_CELL, code);
    const prelude = this.#prelude((name) => !owned.has(name));
    const file = this.#write(OPEN_CELL, prelude + code);
    this.#service ??= ts.createLanguageService(this.#host());
    return { service: this.#service, file, start: prelude.length };
  }

  #record(name: string, code: string): void {
    const { fileName, owned } = parse(name, code);
    if (owned.size === 0) return;
    const words = new Set(code.match(/[\p{ID_Continue}$]+/gu));
    const prelude = this.#prelude((known) => words.has(known) && !owned.has(known));
    const text = `${prelude}${code}\nexport { ${[...owned.keys()].join(", ")} };\n`;
    const module = this.#modules.get(text) ?? `./${fileName.replace(/\.tsx?$/, "")}`;
    if (!this.#modules.has(text)) this.#write(fileName, text);
    this.#modules.set(text, module);
    for (const [known, kind] of owned)
      this.#owners.set(known, { module, isVariable: kind === "let" || kind === "var" });
  }

  /** The line that brings names of earlier cells into a cell. */
  #prelude(wants: (name: string) => boolean): string {
    const imports = new Map<string, string[]>();
    let line = "";
    for (const [name, { module, isVariable }] of this.#owners) {
      if (!wants(name)) continue;
      if (isVariable) line += `declare let ${name}: typeof import("${module}").${name}; `;
      else imports.set(module, [...(imports.get(module) ?? []), name]);
    }
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
    const roots = [GLOBALS, OPEN_CELL].map((name) => join(this.#folder, name));
    const node = nodeTypes(this.#folder);
    if (node !== undefined) roots.unshift(node);
    const read = (path: string): string | undefined => this.#files.get(path)?.text ?? ts.sys.readFile(path);
    return {
      getCompilationSettings: () => OPTIONS,
      getCurrentDirectory: () => this.#folder,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      getScriptFileNames: () => roots,
      getScriptVersion: (path) =>
        String(this.#files.get(path)?.version ?? ts.sys.getModifiedTime?.(path)?.getTime() ?? "none"),
      getScriptSnapshot: (path) => {
        const text = read(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
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

function parse(name: string, code: string): Parsed {
  const { file } = parseCell(code, name);
  const owned = new Map<string, NameKind | "type">(declarationsOf(file).names);
  for (const type of declaredTypes(file)) owned.set(type, "type");
  return { fileName: file.fileName, owned };
}

/** Node's types: those the notebook's folder has, else those beside the kernel. */
function nodeTypes(folder: string): string | undefined {
  for (const from of [join(folder, OPEN_CELL), import.meta.url]) {
    try {
      return join(dirname(createRequire(from).resolve("@types/node/package.json")), "index.d.ts");
    } catch {
      // The next place may have them.
    }
  }
  return undefined;
}

/** The globals that the session adds, for the language service alone. */
function globalDeclarations(): string {
  const display = fileURLToPath(new URL("../session/display.js", import.meta.url));
  return `declare global {
  /** Shows a value under the cell, in every representation it has; \`Symbol.for("Jupyter.display")\` names its own. */
  const display: import(${JSON.stringify(display)}).Display;
  /** Asks for a line of text and waits for it; an empty answer gives \`fallback\`. \`password\` hides what is typed. */
  function prompt(message?: string, fallback?: string, options?: { readonly password?: boolean }): string;
  /** Asks a question and waits; true when the answer is y or yes. */
  function confirm(message?: string): boolean;
  /** Shows a message and waits until it is acknowledged. */
  function alert(message?: string): void;
}
export {};
`;
}
