import ts from "typescript";
import type { Fault, Transformed } from "./compiled-cell.js";
import { pathAliases } from "./compiler-options.js";
import { declarationsOf, type NameKind } from "./declarations.js";
import { erase } from "./erase.js";
import { rewrite } from "./rewrite.js";

/** What a cell is compiled against. */
export interface TransformOptions {
  /** Names that earlier cells declared. */
  readonly known: ReadonlyMap<string, NameKind>;
  /** Options of the notebook folder's tsconfig.json that decide the emitted code. */
  readonly compilerOptions?: ts.CompilerOptions;
}

/**
 * Compiles a TypeScript cell to the source of an async function that keeps every top-level name in a box.
 *
 * `let n = 1` becomes `$$n.v = 1`, where `$$n` is the session's box of that name, so that later cells, and functions of
 * earlier ones, see one variable. Imports become `await import(…)`; the last expression's value is handed to the runtime.
 * Types are erased; `check` looks at them.
 */
export function transform(code: string, options: TransformOptions): Transformed {
  const { source, file } = parseCell(code);
  const declarations = declarationsOf(file);
  const faults = cellFaults(file, declarations);
  if (faults.length > 0) return { ok: false, faults };

  const prefix = freePrefix(source);
  const aliases = pathAliases(options.compilerOptions);
  const erased = erase(file, { runtime: prefix, compilerOptions: options.compilerOptions ?? {} });
  const last = file.statements.at(-1);
  const { js, map, needsLoader } = rewrite(erased.text, {
    prefix,
    declared: declarations.names,
    known: options.known,
    constantsAreAssigned: declarations.hasUsing,
    capturesResult: !erased.isCaptured && last !== undefined && ts.isExpressionStatement(last),
  });
  return {
    ok: true,
    program: {
      js,
      maps: erased.map === undefined ? [map] : [map, erased.map],
      prefix,
      needsLoader: needsLoader || (aliases !== undefined && /\bimport\b/.test(js)),
      aliases,
    },
    names: [...declarations.names],
  };
}

/** What keeps a cell from running, whatever its types. */
export function cellFaults(file: ts.SourceFile, { duplicates } = declarationsOf(file)): Fault[] {
  return [
    ...syntaxFaults(file),
    ...duplicates.map(({ name, node }) => faultAt(file, node, 2451, `'${name}' is declared twice in this cell.`)),
    ...returnFaults(file),
  ];
}

/** A cell's text as TypeScript takes it, parsed. */
interface Parse {
  readonly source: string;
  readonly file: ts.SourceFile;
}

/** The last parse: a cell is compiled, checked and then noted as run. */
let lastParse: { readonly code: string; readonly parse: Parse } | undefined;

/** Parses a cell: as TypeScript, else as TSX, else, when it is one object literal, as an expression. */
export function parseCell(code: string): Parse {
  if (lastParse?.code !== code) lastParse = { code, parse: parse(code) };
  return lastParse.parse;
}

function parse(code: string): Parse {
  const read = (source: string, kind: ts.ScriptKind): Parse => ({
    source,
    file: ts.createSourceFile(
      kind === ts.ScriptKind.TSX ? "cell.tsx" : "cell.ts",
      source,
      ts.ScriptTarget.ESNext,
      true,
      kind,
    ),
  });
  const plain = read(code, ts.ScriptKind.TS);
  if (/^\s*\{/.test(code)) {
    const literal = read(`(${code.replace(/;\s*$/, "")}\n)`, ts.ScriptKind.TS);
    if (syntaxFaults(literal.file).length === 0 && literal.file.statements.length === 1) return literal;
  }
  if (syntaxFaults(plain.file).length === 0) return plain;
  const jsx = read(code, ts.ScriptKind.TSX);
  return syntaxFaults(jsx.file).length === 0 ? jsx : plain;
}

/** The parser's own findings in a file. */
export function syntaxFaults(file: ts.SourceFile): Fault[] {
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] };
  return parseDiagnostics.map((diagnostic) => faultOf(file, diagnostic));
}

/** Turns a TypeScript diagnostic with a place into a fault. */
export function faultOf(file: ts.SourceFile, diagnostic: ts.DiagnosticWithLocation): Fault {
  const { line, character } = file.getLineAndCharacterOfPosition(diagnostic.start);
  return {
    code: diagnostic.code,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
    line: line + 1,
    column: character + 1,
    length: diagnostic.length,
  };
}

function faultAt(file: ts.SourceFile, node: ts.Node, code: number, message: string): Fault {
  const start = node.getStart(file);
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return { code, message, line: line + 1, column: character + 1, length: node.end - start };
}

function returnFaults(file: ts.SourceFile): Fault[] {
  const faults: Fault[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return;
    if (ts.isReturnStatement(node)) {
      faults.push(faultAt(file, node, 1108, "A 'return' statement can only be used within a function body."));
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return faults;
}

function freePrefix(source: string): string {
  let prefix = "$$";
  while (source.includes(prefix)) prefix += "$";
  return prefix;
}
