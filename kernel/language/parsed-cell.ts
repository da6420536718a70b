import ts from "typescript";
import { declarationsOf, declaredTypes, type NameKind } from "./declarations.js";
import { parseCell } from "./transform.js";

/** How a cell declares a name. */
export type OwnedKind = NameKind | "type";

/** What a cell is to the cells after it. */
export interface ParsedCell {
  readonly code: string;
  /** Of the file's name: a cell with JSX needs its own. */
  readonly extension: ".ts" | ".tsx";
  /** The text as TypeScript takes it: an object literal gets parentheses. */
  readonly source: string;
  readonly owned: ReadonlyMap<string, OwnedKind>;
  /** The last statement, if it is an expression. */
  readonly expression: string | undefined;
}

/** A cell that adds to the types of all that follow, or of a package. */
const AUGMENTS = /\bdeclare\s+(?:global\b|module\s*["'])/;

/** Parses a cell. */
export function parsedCell(code: string): ParsedCell {
  const { file, source } = parseCell(code);
  const owned = new Map<string, OwnedKind>(declarationsOf(file).names);
  for (const type of declaredTypes(file)) owned.set(type, "type");
  const last = file.statements.at(-1);
  const expression = last && ts.isExpressionStatement(last) ? last.expression.getText(file) : undefined;
  return { code, extension: file.fileName.endsWith("x") ? ".tsx" : ".ts", source, owned, expression };
}

/** Whether a text adds to the types of all that follow, or of a package. */
export const augments = (code: string): boolean => AUGMENTS.test(code);

/** The words of a text: every name that it uses is among them. */
export const wordsOf = (code: string): Set<string> => new Set(code.match(/[\p{ID_Continue}$]+/gu));

/** The text of the module that a cell becomes, behind the line that brings in the names it uses. */
export const moduleText = ({ source, owned }: ParsedCell): string =>
  `${source}\nexport { ${[...owned.keys()].join(", ")} };\n`;
