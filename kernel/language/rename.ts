import ts from "typescript";
import type { CellEdits, Edit, CellPlace } from "./notebook-messages.js";
import { cellWith, declarationOf, sharedNameAt, type SharedName } from "./notebook-names.js";
import type { CellModule, Notebook } from "./notebook.js";
import { Refusal } from "./refusal.js";

/** A name in shorthand is written out, so that a property keeps its own. */
const PREFERENCES: ts.UserPreferences = { providePrefixAndSuffixTextForRename: true };

/** Gives what is named at a place another name, wherever cells use it. Throws, in words for a person, where it cannot. */
export function rename(notebook: Notebook, { name, ...place }: CellPlace & { readonly name: string }): CellEdits {
  if (!isIdentifier(name)) throw new Refusal(`"${name}" is no name that TypeScript allows`);
  const shared = sharedNameAt(notebook, place);
  return shared ? renameShared(notebook, shared, name) : renameOther(notebook, place, name);
}

/** Renames in the cell that declares a name, and in each that has it from there: to TypeScript they are names apart. */
function renameShared(notebook: Notebook, shared: SharedName, to: string): CellEdits {
  const declared = declarationOf(notebook, shared);
  if (!declared) throw new Refusal(`"${shared.name}" is declared in a cell that is not in this notebook any more`);
  const users = notebook.cells.filter(({ names }) => names.moduleOf(shared.name) === shared.module);
  const taken = [declared.owner, ...users].some(({ names, parsed }) => parsed.owned.has(to) || names.moduleOf(to));
  if (taken) throw new Refusal(`"${to}" is declared already, in a cell or in the session`);
  const edits: Record<string, Edit[]> = {};
  const add = (cell: CellModule, at: number): void => {
    const found = locations(notebook, cell, at).filter(({ fileName }) => fileName === cell.file);
    const own = editsOf(found, to, ({ start }) => (start >= cell.start && start < cell.end ? cell : undefined));
    Object.assign(edits, own);
  };
  add(declared.owner, declared.at);
  for (const cell of users) {
    const at = broughtInAt(cell.text.slice(0, cell.start), shared.name);
    if (at !== undefined) add(cell, at);
  }
  return edits;
}

function renameOther(notebook: Notebook, { cell: id, at }: CellPlace, to: string): CellEdits {
  const cell = notebook.cell(id);
  const info = notebook.service.getRenameInfo(cell.file, cell.start + at, PREFERENCES);
  if (!info.canRename) throw new Refusal(info.localizedErrorMessage);
  const found = locations(notebook, cell, cell.start + at);
  return editsOf(found, to, ({ start }, fileName) => {
    const owner = cellWith(notebook, fileName, start);
    if (!owner) throw new Refusal(`"${info.displayName}" is used outside this notebook, in ${fileName}`);
    return owner;
  });
}

const locations = ({ service }: Notebook, { file }: CellModule, at: number): readonly ts.RenameLocation[] =>
  service.findRenameLocations(file, at, false, false, PREFERENCES) ?? [];

function editsOf(
  found: readonly ts.RenameLocation[],
  to: string,
  cellOf: (span: ts.TextSpan, fileName: string) => CellModule | undefined,
): Record<string, Edit[]> {
  const edits: Record<string, Edit[]> = {};
  for (const { fileName, textSpan, prefixText = "", suffixText = "" } of found) {
    const cell = cellOf(textSpan, fileName);
    if (!cell) continue;
    const from = textSpan.start - cell.start;
    const edit = { from, to: from + textSpan.length, text: prefixText + to + suffixText };
    (edits[cell.id] ??= []).push(edit);
  }
  return edits;
}

/** Where the line that brings names into a cell has one. */
function broughtInAt(prelude: string, name: string): number | undefined {
  const escaped = name.replaceAll("$", "\\$");
  const found = new RegExp(`(?:declare (?:let|const) |[{,] )${escaped}(?=[:, ])`, "u").exec(prelude);
  return found ? found.index + found[0].length - name.length : undefined;
}

function isIdentifier(text: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, text);
  const kind = scanner.scan();
  const isName = kind === ts.SyntaxKind.Identifier || kind > ts.SyntaxKind.LastFutureReservedWord;
  return isName && kind !== ts.SyntaxKind.AwaitKeyword && scanner.getTokenEnd() === text.length;
}
