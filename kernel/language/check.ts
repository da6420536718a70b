import ts from "typescript";
import type { Fault } from "./compiled-cell.js";
import type { NotebookOptions } from "./compiler-options.js";
import type { OwnedKind } from "./parsed-cell.js";
import { placeOf } from "./places.js";
import type { CellService, OpenCell } from "./service.js";

/** What is known of the cells before the one that is looked at. */
export interface CellContext {
  readonly notebook: NotebookOptions;
  /** How an earlier cell declared a name. */
  kindOf(name: string): OwnedKind | undefined;
  /** Whether an earlier cell speaks of `globalThis.name`. */
  isOnGlobal(name: string): boolean;
}

/**
 * A module that cannot be found, or only without types, or that its types give no default export, which Node makes of any
 * CommonJS: whether it is there shows when the cell runs.
 */
const UNRESOLVED: readonly number[] = [1192, 2307, 2732, 2792, 2875, 2882, 6142, 7016];

/** A cell has more statements than TypeScript follows, as a program that wrote it may have; nothing is wrong with them. */
const TOO_LARGE_TO_FOLLOW = 2563;

const CANNOT_FIND_NAME: readonly number[] = [2304, 2318, 2503, 2552, 2580, 2584, 2591, 18004];

/** Complaints of unreachable code and the like, among those of types left out. */
const NOT_IMPLICIT_ANY: readonly number[] = [7027, 7028, 7029, 7030];

/** An earlier cell's names are imports to TypeScript, which says so when one is assigned to. */
const ASSIGNED_IMPORT = 2632;
const ASSIGNED: Readonly<Partial<Record<OwnedKind, readonly [code: number, what: string]>>> = {
  class: [2629, "a class"],
  enum: [2628, "an enum"],
  function: [2630, "a function"],
  namespace: [2631, "a namespace"],
};

/** Finds what is wrong with a cell's types, and with its syntax beyond what a parser sees; in the order of the text. */
export function check(cells: CellService, code: string): Fault[] {
  return typeFaults(cells, cells.openWhole(code), code);
}

/** What is wrong with the types of a cell that is open. */
export function typeFaults(cells: CellContext, opened: OpenCell, code: string): Fault[] {
  const { service, file, start: shift, end = Infinity } = opened;
  const source = service.getProgram()?.getSourceFile(file);
  if (!source) throw new Error(`TypeScript has no file ${file}`);
  return service
    .getSemanticDiagnostics(file)
    .filter((found): found is ts.DiagnosticWithLocation => found.start !== undefined)
    .filter(({ start }) => start >= shift && start <= end)
    .filter((found) => found.category === ts.DiagnosticCategory.Error && !isForgiven(cells, source, found))
    .sort((a, b) => a.start - b.start)
    .map((found) => ({ ...placeOf(code, found.start - shift, found.length), ...wordsOf(cells, source, found) }));
}

function isForgiven(cells: CellContext, source: ts.SourceFile, { code, start, length }: ts.DiagnosticWithLocation) {
  if (UNRESOLVED.includes(code) || code === TOO_LARGE_TO_FOLLOW) return true;
  const isImplicitAny = code >= 7005 && code <= 7062 && !NOT_IMPLICIT_ANY.includes(code);
  if (isImplicitAny) return !cells.notebook.reportsImplicitAny;
  if (!CANNOT_FIND_NAME.includes(code)) return false;
  // `typeof x` is how one asks; and Node may have globals that its types do not tell of.
  const name = source.text.slice(start, start + length);
  return name in globalThis || ts.isTypeOfExpression(innermost(source, start).parent);
}

function wordsOf(cells: CellContext, source: ts.SourceFile, found: ts.DiagnosticWithLocation) {
  const { code, start, length } = found;
  const message = ts.flattenDiagnosticMessageText(found.messageText, "\n");
  const name = source.text.slice(start, start + length);
  if (CANNOT_FIND_NAME.includes(code) && cells.isOnGlobal(name)) {
    const hint = `Write globalThis.${name}, or tell its type: declare var ${name}: any`;
    return { code, message: `${message} ${hint}` };
  }
  const kind = code === ASSIGNED_IMPORT ? cells.kindOf(name) : undefined;
  const [assigned, what] = (kind && ASSIGNED[kind]) ?? [];
  if (assigned !== undefined) return { code: assigned, message: `Cannot assign to '${name}' because it is ${what}.` };
  if (code < 2000 && ts.isRegularExpressionLiteral(innermost(source, start))) {
    return { code, message: `Invalid regular expression: ${message}` };
  }
  return { code, message };
}

/** The innermost node at a place. */
function innermost(source: ts.SourceFile, at: number): ts.Node {
  let node: ts.Node = source;
  for (let next: ts.Node | undefined = node; next;) {
    node = next;
    next = ts.forEachChild(node, (child) => (child.getStart(source) <= at && at < child.end ? child : undefined));
  }
  return node;
}
