import ts from "typescript";
import type { Completeness } from "./messages.js";
import { parseCell, syntaxFaults } from "./transform.js";

const INDENT = "  ";
const OPENERS = "([{";
const CLOSERS = ")]}";
const UNTERMINATED_STRING = 1002;

/**
 * Says whether a text is a whole cell: complete, wanting more (an open bracket, template, comment or a trailing operator),
 * or wrong before its end.
 */
export function isComplete(code: string): Completeness {
  const text = code.trimEnd();
  const { file } = parseCell(text);
  const faults = syntaxFaults(file);
  if (faults.length === 0) return endsOpen(text) ? { status: "incomplete", indent: "" } : { status: "complete" };
  if (faults.some((fault) => fault.code === UNTERMINATED_STRING)) return { status: "invalid" };
  const { depth, isOpen } = scan(text);
  const incomplete: Completeness = { status: "incomplete", indent: INDENT.repeat(Math.max(0, depth)) };
  if (isOpen || depth > 0) return incomplete;
  const { line, character } = file.getLineAndCharacterOfPosition(text.length);
  const atEnd = faults.every(
    (fault) => fault.line > line + 1 || (fault.line === line + 1 && fault.column >= character + 1),
  );
  return atEnd ? incomplete : { status: "invalid" };
}

/** Whether the last token is an operator that asks for an operand, outside a comment. */
function endsOpen(text: string): boolean {
  return (
    !/(^|\n)\s*\/\/[^\n]*$/.test(text) &&
    /(?:[=+\-*/%&|^,<.?:]|=>|\b(?:extends|implements|instanceof|typeof|in|of|new|await|const|let))$/.test(text) &&
    !/(\+\+|--|\*\/|\/[a-z]*)$/.test(text)
  );
}

/** Depth of open brackets, and whether a template or a comment is open at the end. */
function scan(text: string): { depth: number; isOpen: boolean } {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, text);
  const stack: string[] = [];
  let isOpen = false;
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.CloseBraceToken && stack.at(-1) === "`") {
      kind = scanner.reScanTemplateToken(false);
      if (kind === ts.SyntaxKind.TemplateTail) stack.pop();
    } else if (kind === ts.SyntaxKind.TemplateHead) stack.push("`");
    else if (OPENERS.includes(scanner.getTokenText())) stack.push(scanner.getTokenText());
    else if (CLOSERS.includes(scanner.getTokenText())) stack.pop();
    if (scanner.isUnterminated() && (kind === ts.SyntaxKind.TemplateHead || isTemplate(kind))) isOpen = true;
  }
  const comment = text.lastIndexOf("/*");
  const isComment = comment >= 0 && !text.includes("*/", comment) && scanner.getTokenFullStart() <= comment;
  return { depth: stack.length, isOpen: isOpen || isComment };
}

const isTemplate = (kind: ts.SyntaxKind): boolean =>
  kind === ts.SyntaxKind.NoSubstitutionTemplateLiteral ||
  kind === ts.SyntaxKind.TemplateMiddle ||
  kind === ts.SyntaxKind.TemplateTail;
