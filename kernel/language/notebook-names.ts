import { relative } from "node:path";
import ts from "typescript";
import type { Definition, CellPlace } from "./notebook-messages.js";
import type { CellModule, Notebook } from "./notebook.js";
import { declarationIn, exportedSymbol } from "./service.js";

/** A name that cells have in common, and the module that declares it for a certain cell. */
export interface SharedName {
  readonly name: string;
  /** As an import names it. */
  readonly module: string;
}

/** The name at a place, if it is declared at the top level of its cell, or of one before it. */
export function sharedNameAt(notebook: Notebook, { cell: id, at }: CellPlace): SharedName | undefined {
  const cell = notebook.cell(id);
  const { program } = notebook;
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(cell.file);
  const node = file && identifierAt(file, cell.start + at);
  if (!node) return undefined;
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  const [declaration] = symbol?.declarations ?? [];
  if (!symbol || declaration?.getSourceFile() !== file) return undefined;
  const name = node.text;
  if (declaration.getStart(file) >= cell.start) {
    return exportedSymbol(checker, file, name) === symbol ? { name, module: cell.module } : undefined;
  }
  const module = cell.names.moduleOf(name);
  return module === undefined ? undefined : { name, module };
}

/** Where a module of the notebook declares a name. */
export function declarationOf(notebook: Notebook, { name, module }: SharedName) {
  const owner = notebook.cells.find((cell) => cell.module === module);
  const declared = owner && declarationIn(notebook.program, notebook.program.getSourceFile(owner.file), name);
  return declared && { owner, at: declared.at };
}

/** Where the name at a place is declared. */
export function definition(notebook: Notebook, place: CellPlace): Definition | null {
  const shared = sharedNameAt(notebook, place);
  if (shared) {
    const declared = declarationOf(notebook, shared);
    if (!declared) return { elsewhere: "a cell that is not in this notebook any more" };
    const from = declared.at - declared.owner.start;
    return { cell: declared.owner.id, from, to: from + shared.name.length };
  }
  const { file, start } = notebook.cell(place.cell);
  const [found] = notebook.service.getDefinitionAtPosition(file, start + place.at) ?? [];
  if (!found) return null;
  const { fileName, textSpan } = found;
  const cell = cellWith(notebook, fileName, textSpan.start);
  if (!cell) return { elsewhere: relative(process.cwd(), fileName) };
  const from = textSpan.start - cell.start;
  return { cell: cell.id, from, to: from + textSpan.length };
}

/** The cell whose text has a place of a file. */
export const cellWith = (notebook: Notebook, file: string, at: number): CellModule | undefined =>
  notebook.cells.find((cell) => cell.file === file && cell.start <= at && at <= cell.end);

/** The identifier that a place is in, or at the end of. */
function identifierAt(file: ts.SourceFile, at: number): ts.Identifier | undefined {
  const find = (node: ts.Node): ts.Identifier | undefined => {
    if (ts.isIdentifier(node)) return node;
    return ts.forEachChild(node, (child) => (child.getStart(file) <= at && at <= child.end ? find(child) : undefined));
  };
  return find(file);
}
