import ts from "typescript";
import { scopeOf } from "./scope.js";
import { parseCell } from "./transform.js";

/** The names declared between a place in a cell (one-based) and the cell's top level: they hide the session's. */
export function localNamesAt({ cell, line, column }: { cell: string; line: number; column: number }): Set<string> {
  const { file } = parseCell(cell);
  const names = new Set<string>();
  const lines = file.getLineStarts();
  const position = (lines[line - 1] ?? file.end) + column - 1;
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(file) || position >= node.end) return;
    for (const name of scopeOf(node) ?? []) names.add(name);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return names;
}
