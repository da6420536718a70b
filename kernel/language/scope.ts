import ts from "typescript";

type Names = Set<string>;

/** Adds every name that a binding (an identifier or a destructuring pattern) declares. */
export function bindingNames(name: ts.BindingName, into: Names): void {
  if (ts.isIdentifier(name)) {
    into.add(name.text);
    return;
  }
  for (const element of name.elements) if (ts.isBindingElement(element)) bindingNames(element.name, into);
}

/** Whether a declaration list is `let`, `const` or `using`, so bound to its block. */
export function isBlockScoped(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) !== 0;
}

/** Adds the names that `var` hoists to the function (or cell) around `node`; functions within are not entered. */
export function hoistedNames(node: ts.Node, into: Names): void {
  const visit = (child: ts.Node): void => {
    if (ts.isFunctionLike(child) || ts.isClassStaticBlockDeclaration(child)) return;
    if (ts.isVariableDeclarationList(child) && !isBlockScoped(child)) {
      for (const declaration of child.declarations) bindingNames(declaration.name, into);
    }
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
}

function lexicalNames(statements: readonly ts.Statement[], into: Names): void {
  for (const statement of statements) {
    if (ts.isVariableStatement(statement) && isBlockScoped(statement.declarationList)) {
      for (const declaration of statement.declarationList.declarations) bindingNames(declaration.name, into);
    } else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) {
      into.add(statement.name.text);
    }
  }
}

/** The names a node's own scope declares; undefined when the node opens none. */
export function scopeOf(node: ts.Node): Names | undefined {
  const names: Names = new Set();
  if (ts.isFunctionLike(node)) {
    const { name, parameters, body } = node as ts.FunctionLikeDeclaration;
    if (ts.isFunctionExpression(node) && name && ts.isIdentifier(name)) names.add(name.text);
    for (const parameter of parameters) bindingNames(parameter.name, names);
    if (body) hoistedNames(body, names);
    if (!ts.isArrowFunction(node)) names.add("arguments");
    return names;
  }
  if (ts.isClassLike(node)) {
    if (node.name) names.add(node.name.text);
    return names;
  }
  if (ts.isClassStaticBlockDeclaration(node)) {
    hoistedNames(node.body, names);
    return names;
  }
  if (ts.isBlock(node)) {
    lexicalNames(node.statements, names);
    return names;
  }
  if (ts.isCaseBlock(node)) {
    for (const clause of node.clauses) lexicalNames(clause.statements, names);
    return names;
  }
  if (ts.isForStatement(node) || ts.isForInStatement(node) || ts.isForOfStatement(node)) {
    const { initializer } = node;
    if (initializer && ts.isVariableDeclarationList(initializer) && isBlockScoped(initializer)) {
      for (const declaration of initializer.declarations) bindingNames(declaration.name, names);
    }
    return names;
  }
  if (ts.isCatchClause(node)) {
    if (node.variableDeclaration) bindingNames(node.variableDeclaration.name, names);
    return names;
  }
  return undefined;
}

/** Whether an identifier stands for a variable, and not for a property, a label or a declaration that keeps its name. */
function isVariable(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  if (ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  if (ts.isMethodDeclaration(parent) || ts.isAccessor(parent)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent)) return false;
  if (ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent)) return false;
  return true;
}

/**
 * The identifiers of a JavaScript file that refer to its top level or to nothing declared in it, in source order: reads,
 * writes and the names in top-level variable declarations. Imports and exports are not entered.
 */
export function topLevelReferences(file: ts.SourceFile): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const scopes: Names[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isIdentifier(node)) {
      if (isVariable(node) && !scopes.some((scope) => scope.has(node.text))) found.push(node);
      return;
    }
    const scope = scopeOf(node);
    if (scope) scopes.push(scope);
    ts.forEachChild(node, visit);
    if (scope) scopes.pop();
  };
  ts.forEachChild(file, visit);
  return found;
}

/** Whether an identifier is assigned to: `n = …`, `n += …`, `n++`, `for (n of …)`, or a place in a destructuring assignment. */
export function isWritten(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    return parent.left === node && kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
  }
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isWritten(parent);
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name === node && isWritten(parent);
  if (
    ts.isParenthesizedExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent)
  ) {
    return isWritten(parent);
  }
  return false;
}
