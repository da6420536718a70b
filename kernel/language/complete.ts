import ts from "typescript";
import { codePointsBefore, offsetOf } from "./cursor.js";
import type { Completion, Question } from "./messages.js";
import type { CellService } from "./service.js";

const { SymbolFlags } = ts;

/** What JupyterLab calls a symbol, by its flags. */
const TYPES: readonly (readonly [ts.SymbolFlags, string])[] = [
  [SymbolFlags.Function | SymbolFlags.Method, "function"],
  [SymbolFlags.Class | SymbolFlags.Interface | SymbolFlags.TypeAlias | SymbolFlags.Enum, "class"],
  [SymbolFlags.Variable, "instance"],
  [SymbolFlags.Module, "module"],
  [SymbolFlags.Property | SymbolFlags.Accessor | SymbolFlags.EnumMember, "property"],
];

/** Members that are no identifiers: their brackets would replace the dot, which clients take for a text that does not fit. */
const IN_BRACKETS = /^(\?\.)?\[/;

/** Says what may stand at the cursor: members, names in scope, keywords, files and packages in import specifiers. */
export function complete(cells: CellService, { code, cursor }: Question): Completion {
  const at = offsetOf(code, cursor);
  const { service, file, start: shift } = cells.open(code);
  const { entries = [] } =
    service.getCompletionsAtPosition(file, shift + at, {
      includeSymbol: true,
      includeCompletionsWithInsertText: true,
    }) ?? {};
  const word = /#?[\p{ID_Continue}$]*$/u.exec(code.slice(0, at))?.[0] ?? "";
  const offered = entries.map((entry) => {
    const { start, length } = entry.replacementSpan ?? { start: shift + at - word.length, length: word.length };
    return { entry, text: entry.insertText ?? entry.name, start: start - shift, end: start - shift + length };
  });
  const fitting = offered
    .filter(({ entry, text, start }) => !IN_BRACKETS.test(text) && begins(entry.name, code.slice(start, at)))
    .sort((a, b) => compare(a.entry, b.entry));

  // The protocol has one span for all: the others' texts are made as long as the longest.
  const from = Math.min(at, ...fitting.map(({ start }) => start));
  const to = Math.max(at, ...fitting.map(({ end }) => end));
  const start = codePointsBefore(code, from);
  const end = codePointsBefore(code, to);
  const checker = service.getProgram()?.getTypeChecker();
  const typeOf = new Map<string, string>();
  for (const { entry, text, ...span } of fitting) {
    const whole = code.slice(from, span.start) + text + code.slice(span.end, to);
    if (!typeOf.has(whole)) typeOf.set(whole, typeName(entry, checker));
  }
  return {
    matches: [...typeOf.keys()],
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: [...typeOf].map(([text, type]) => ({ text, type, start, end })) },
  };
}

/** Whether a name begins with what is typed so far, where the dot before it may be replaced along with it. */
function begins(name: string, typed: string): boolean {
  return name.toLowerCase().startsWith(typed.replace(/^\./, "").toLowerCase());
}

function compare(a: ts.CompletionEntry, b: ts.CompletionEntry): number {
  if (a.sortText !== b.sortText) return a.sortText < b.sortText ? -1 : 1;
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

function typeName({ symbol, kind }: ts.CompletionEntry, checker: ts.TypeChecker | undefined): string {
  if (!symbol) return kind;
  const isAlias = (symbol.flags & SymbolFlags.Alias) !== 0;
  const { flags } = isAlias && checker ? checker.getAliasedSymbol(symbol) : symbol;
  return TYPES.find(([some]) => (flags & some) !== 0)?.[1] ?? kind;
}
