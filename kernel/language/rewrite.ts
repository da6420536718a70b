import { MagicString } from "magic-string";
import ts from "typescript";
import { TSLAB } from "../session/tslab-module.js";
import type { NameKind } from "./declarations.js";
import { bindingNames, hoistedNames, isBlockScoped, isWritten, topLevelReferences } from "./scope.js";

/** What `rewrite` needs to know of the cell. */
export interface RewriteOptions {
  /** A string that occurs nowhere in the cell: names the runtime and, with a name behind it, that name's box. */
  readonly prefix: string;
  /** Names the cell declares. */
  readonly declared: ReadonlyMap<string, NameKind>;
  /** Names that earlier cells declared. */
  readonly known: ReadonlyMap<string, NameKind>;
  /** Whether TypeScript has turned the cell's `const` declarations into assignments, as it does for `using`. */
  readonly constantsAreAssigned: boolean;
  /** Whether the last statement is an expression whose value is to be handed to the runtime. */
  readonly capturesResult: boolean;
}

/** The rewritten cell. */
export interface Rewritten {
  readonly js: string;
  /** Source map, JSON, from `js` to the input. */
  readonly map: string;
  readonly needsLoader: boolean;
}

const READ_ONLY: readonly NameKind[] = ["const", "import"];
const UNNAMED: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.ClassExpression,
];

const ENDED_BY_BREAK: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.VariableStatement,
  ts.SyntaxKind.ExpressionStatement,
  ts.SyntaxKind.ReturnStatement,
  ts.SyntaxKind.ThrowStatement,
  ts.SyntaxKind.BreakStatement,
  ts.SyntaxKind.ContinueStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.DebuggerStatement,
];

/**
 * Rewrites the JavaScript of a cell to an async arrow function whose top-level names live in
 * boxes: `box.v` to read and to declare, `box.k` to assign to a constant (which throws).
 */
export function rewrite(code: string, options: RewriteOptions): Rewritten {
  const { prefix, declared, known } = options;
  const file = ts.createSourceFile("cell.js", code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const text = new MagicString(code);
  const used = new Set<string>();
  const resets = new Set<string>();
  const functions: string[] = [];
  const helpers = temporaries(file, declared);
  const isBoxed = (name: string): boolean => !helpers.has(name) && (declared.has(name) || known.has(name));
  const box = (name: string): string => {
    used.add(name);
    return prefix + name;
  };

  const references = topLevelReferences(file).filter((node) => isBoxed(node.text));
  const read = new Set(references.map((node) => node.text));
  for (const node of references) {
    const { parent } = node;
    const kind = declared.get(node.text) ?? known.get(node.text);
    const assignable = options.constantsAreAssigned && declared.has(node.text);
    const isConstant = kind !== undefined && READ_ONLY.includes(kind) && !assignable;
    const place = `${box(node.text)}.${isConstant && isWritten(node) ? "k" : "v"}`;
    const opening = openingOfCall(node, file);
    if (ts.isShorthandPropertyAssignment(parent) || (ts.isBindingElement(parent) && isShorthand(parent))) {
      text.update(node.getStart(file), node.end, `${node.text}: ${place}`);
    } else if (opening === undefined) {
      text.update(node.getStart(file), node.end, place);
    } else {
      // V8 places a call of anything but a plain name at its parenthesis: one chunk maps that to the name too.
      text.update(node.getStart(file), opening, `(0, ${place})${code.slice(node.end, opening)}`);
    }
  }

  const visitVariables = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node)) rewriteVariables(node);
    ts.forEachChild(node, visitVariables);
  };

  const rewriteVariables = (list: ts.VariableDeclarationList): void => {
    const isTop = ts.isVariableStatement(list.parent) && ts.isSourceFile(list.parent.parent);
    if (isBlockScoped(list) && !isTop) return;
    const bound = new Set<string>();
    for (const { name } of list.declarations) bindingNames(name, bound);
    const boxed = [...bound].filter((name) => declared.has(name) && !helpers.has(name));
    if (boxed.length === 0) return;
    if (!isBlockScoped(list)) for (const name of boxed) resets.add(name);
    const first = list.declarations[0];
    if (first === undefined) return;
    text.remove(list.getStart(file), first.getStart(file));
    const isLoop = ts.isForInStatement(list.parent) || ts.isForOfStatement(list.parent);
    if (isLoop) return;
    for (const declaration of list.declarations) {
      const { name, initializer } = declaration;
      if (initializer === undefined) {
        if (isBlockScoped(list)) text.appendLeft(declaration.end, " = void 0");
      } else if (!ts.isIdentifier(name)) {
        text.prependRight(declaration.getStart(file), "(");
        text.appendLeft(declaration.end, ")");
      } else if (isUnnamed(initializer) && name.text !== "__proto__") {
        text.prependRight(initializer.getStart(file), `({ ${JSON.stringify(name.text)}: `);
        text.appendLeft(initializer.end, ` })[${JSON.stringify(name.text)}]`);
      }
    }
  };

  let needsLoader = false;
  const firstOther = file.statements.find((statement) => !ts.isImportDeclaration(statement));
  const anchor = firstOther?.getStart(file) ?? code.length;
  /** Lets the runtime take part where a cell imports, awaits or catches. */
  const visitHooks = (node: ts.Node): void => {
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      text.update(node.getStart(file), node.end, `${prefix}.meta`);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (!specifier || !ts.isStringLiteralLike(specifier) || isLoaders(specifier.text)) needsLoader = true;
      text.appendRight(node.getStart(file), `${prefix}.imported(`);
      text.appendLeft(node.end, ")");
    } else if (ts.isAwaitExpression(node)) {
      text.appendRight(node.getStart(file), `${prefix}.resumed(`);
      text.appendLeft(node.end, ")");
    } else if (ts.isForOfStatement(node) && node.awaitModifier && ts.isBlock(node.statement)) {
      text.appendLeft(node.statement.getStart(file) + 1, ` ${prefix}.resumed();`);
    } else if (ts.isCatchClause(node)) {
      rewriteCatch(node, text, prefix);
    }
    ts.forEachChild(node, visitHooks);
  };

  const load = (specifier: ts.Expression, attributes: ts.ImportAttributes | undefined): string => {
    if (ts.isStringLiteral(specifier) && isLoaders(specifier.text)) needsLoader = true;
    const clause = attributes
      ? `, { with: { ${attributes.elements.map((element) => element.getText(file)).join(", ")} } }`
      : "";
    return `await ${prefix}.imported(import(${specifier.getText(file)}${clause}))`;
  };

  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (ts.isImportDeclaration(statement)) {
      const pairs = importPairs(statement).filter(([local]) => isBoxed(local));
      for (const [local] of pairs) used.add(local);
      const required = pairs.map(([local]) => local).filter((local) => read.has(local));
      const loaded = load(statement.moduleSpecifier, statement.attributes);
      const bound = `${prefix}.bind(${loaded}, ${statement.moduleSpecifier.getText(file)}, ${JSON.stringify(pairs)}, ${JSON.stringify(required)});`;
      text.update(start, statement.end, pairs.length === 0 ? `${loaded};` : bound);
      if (start > anchor) text.move(start, statement.end, anchor);
    } else if (ts.isExportDeclaration(statement)) {
      const replacement = statement.moduleSpecifier ? `${load(statement.moduleSpecifier, statement.attributes)};` : ";";
      text.update(start, statement.end, replacement);
    } else if (ts.isExportAssignment(statement)) {
      text.update(start, statement.expression.getStart(file), "(");
      text.appendLeft(statement.expression.end, ")");
    } else if (ts.isFunctionDeclaration(statement)) {
      if (statement.name === undefined) {
        text.update(start, keywordStart(statement, file), "(");
        text.appendLeft(statement.end, ");");
      } else {
        text.remove(start, keywordStart(statement, file));
        if (isBoxed(statement.name.text)) functions.push(statement.name.text);
      }
    } else if (ts.isClassDeclaration(statement)) {
      const assignment = statement.name && isBoxed(statement.name.text) ? `${box(statement.name.text)}.v = ` : "(";
      text.update(start, keywordStart(statement, file) + "class".length, `${assignment}class`);
      text.appendLeft(statement.end, assignment === "(" ? ");" : ";");
    } else if (ts.isVariableStatement(statement) && start !== statement.declarationList.getStart(file)) {
      text.remove(start, statement.declarationList.getStart(file));
    }
  }
  visitVariables(file);
  visitHooks(file);
  if (options.capturesResult) captureResult(file, text, prefix);
  endStatements(file, text);

  const values = [...resets].map((name) => `${box(name)}.v = void 0; `);
  const hoisted = functions.map((name) => `${box(name)}.v = ${name}; `);
  const boxes = [...used].map((name) => `${prefix}${name} = ${prefix}.box(${JSON.stringify(name)})`);
  const opening = boxes.length > 0 ? `const ${boxes.join(", ")}; ` : "";
  text.prepend(`(async (${prefix}) => { "use strict"; ${opening}${values.join("")}${hoisted.join("")}\n`);
  text.append("\n})");
  return { js: text.toString(), map: text.generateMap({ hires: "boundary" }).toString(), needsLoader };
}

/** Lets the runtime see what a clause catches before the cell does: a message may speak of boxes, an interrupt goes on. */
function rewriteCatch({ variableDeclaration: caught, block }: ts.CatchClause, text: MagicString, prefix: string): void {
  const body = block.getStart() + 1;
  if (caught && ts.isIdentifier(caught.name)) {
    text.appendLeft(body, ` ${prefix}.caught(${caught.name.text});`);
    return;
  }
  // No box has this name: a variable's does not begin with a digit.
  const error = `${prefix}0`;
  if (!caught) {
    text.appendRight(block.getStart(), `(${error}) `);
    text.appendLeft(body, ` ${prefix}.caught(${error});`);
    return;
  }
  text.appendRight(caught.getStart(), `${error}) { ${prefix}.caught(${error}); let `);
  text.update(caught.end, body, ` = ${error};`);
}

/** Hands the value of the last statement, an expression, to the runtime. */
function captureResult(file: ts.SourceFile, text: MagicString, prefix: string): void {
  const last = file.statements.at(-1);
  if (!last || !ts.isExpressionStatement(last)) return;
  text.prependRight(last.expression.getStart(file), `${prefix}.result = (`);
  text.appendLeft(last.expression.end, ")");
}

/** Ends statements that a line break ends: the next may begin with a parenthesis now. */
function endStatements(file: ts.SourceFile, text: MagicString): void {
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (ENDED_BY_BREAK.includes(node.kind) && file.text[node.end - 1] !== ";") text.appendLeft(node.end, ";");
  };
  ts.forEachChild(file, visit);
}

/** Names at the printed file's top level that TypeScript made: helpers and temporaries. */
function temporaries(file: ts.SourceFile, declared: ReadonlyMap<string, NameKind>): Set<string> {
  const names = new Set<string>();
  hoistedNames(file, names);
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name } of statement.declarationList.declarations) bindingNames(name, names);
  }
  for (const name of declared.keys()) names.delete(name);
  return names;
}

/** Local and exported name of everything an import binds; "*" is the namespace. */
function importPairs({ importClause }: ts.ImportDeclaration): (readonly [string, string])[] {
  if (!importClause) return [];
  const pairs: (readonly [string, string])[] = importClause.name ? [[importClause.name.text, "default"]] : [];
  const { namedBindings } = importClause;
  if (namedBindings && ts.isNamespaceImport(namedBindings)) pairs.push([namedBindings.name.text, "*"]);
  if (namedBindings && ts.isNamedImports(namedBindings)) {
    for (const { name, propertyName } of namedBindings.elements) pairs.push([name.text, (propertyName ?? name).text]);
  }
  return pairs;
}

/** Whether the session's loader has a hand in an import: of a path, of WebAssembly, or of the kernel's own module. */
const isLoaders = (specifier: string): boolean =>
  specifier === TSLAB || /^(\.|\/|file:|[A-Za-z]:)|\.wasm$/.test(specifier);

/** Where the parenthesis or the backtick of a call ends, when a name is what is called. */
function openingOfCall(node: ts.Identifier, file: ts.SourceFile): number | undefined {
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression === node) return parent.arguments.pos;
  if (ts.isTaggedTemplateExpression(parent) && parent.tag === node) return parent.template.getStart(file) + 1;
  return undefined;
}

const isShorthand = (element: ts.BindingElement): boolean =>
  ts.isObjectBindingPattern(element.parent) && !element.propertyName && !element.dotDotDotToken;

function isUnnamed(expression: ts.Expression): boolean {
  return (
    UNNAMED.includes(expression.kind) && (expression as ts.FunctionExpression | ts.ClassExpression).name === undefined
  );
}

/** Where a declaration begins once `export` and `default` before it are left out. */
function keywordStart(statement: ts.FunctionDeclaration | ts.ClassDeclaration, file: ts.SourceFile): number {
  const exported = statement.modifiers?.filter(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword,
  );
  const after = exported?.at(-1)?.end ?? statement.getStart(file);
  const lead = /^\s*/.exec(file.text.slice(after))?.[0].length ?? 0;
  return after + lead;
}
