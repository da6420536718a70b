// Writes api/errors.md: every message that the sources throw as a literal, with the places of its values marked.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PARTS = {
  "The set-up": "scripts/setup",
  "The command line": "src/cli",
  "The library": "src/lib",
  "The kernel": "kernel",
  Figures: "figures",
};
const THROWN = /(Error|Failure|Problem)$/;
// Parts of a problem that is told in a paragraph; `why` says why it matters.
const PARAGRAPH = ["what", "doing", "cure"];

const sections = Object.entries(PARTS).map(([title, folder]) => `## ${title}\n\n${list(messagesOf(folder))}`);
const text = `# Error messages

Generated from the sources: every message that they throw as a literal, \`…\` where a value stands. Messages that are put together elsewhere,
and those of other packages, are not among them. A message says what to do where there is something to do;
[Troubleshooting](../troubleshooting.md) tells more of those that people meet.

${sections.join("\n\n")}
`;
writeFileSync(join(ROOT, "docs", "api", "errors.md"), text);

function messagesOf(folder) {
  const files = readdirSync(join(ROOT, folder), { recursive: true }).filter((path) => /(?<!\.d)\.ts$|\.js$/.test(path));
  const found = new Map();
  for (const path of files.sort()) {
    const source = ts.createSourceFile(path, readFileSync(join(ROOT, folder, path), "utf8"), ts.ScriptTarget.Latest);
    visit(source, (message) => found.set(message, join(folder, path)));
  }
  return found;
}

function visit(node, tell) {
  const called = (ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression);
  if (called && THROWN.test(node.expression.text)) {
    const told = (node.arguments ?? []).flatMap(partsOf).filter((part) => /[a-z] [a-z]/i.test(part ?? ""));
    if (told.length > 0) tell(told.map((part) => part.replace(/[.:]$/, "")).join(". "));
  }
  ts.forEachChild(node, (child) => visit(child, tell));
}

function partsOf(argument) {
  if (!ts.isObjectLiteralExpression(argument)) return [literal(argument)];
  const values = argument.properties.filter(ts.isPropertyAssignment);
  return PARAGRAPH.flatMap((name) => values.filter((value) => value.name.text === name)).map(({ initializer }) =>
    literal(initializer),
  );
}

/** The text of a literal, a template or a sum of both; undefined for anything else. */
function literal(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join("");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const sides = [literal(node.left), literal(node.right)];
    return sides.every((side) => side === undefined) ? undefined : sides.map((side) => side ?? "…").join("");
  }
  return undefined;
}

function list(messages) {
  return [...messages].map(([message, file]) => `- \`\` ${message.replaceAll("\n", " ")} \`\` (${file})`).join("\n");
}
