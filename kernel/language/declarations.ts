import ts from "typescript";
import { bindingNames, hoistedNames, isBlockScoped } from "./scope.js";

/** How a name was declared, which decides whether later cells may assign to it. */
export type NameKind = "let" | "const" | "var" | "function" | "class" | "enum" | "namespace" | "import";

/** A name declared twice in one cell, where the language forbids it. */
export interface Duplicate {
  readonly name: string;
  readonly node: ts.Node;
}

/** What a cell declares at its top level. */
export interface Declarations {
  readonly names: Map<string, NameKind>;
  readonly duplicates: Duplicate[];
  /** Whether the cell has a top-level `using`, which TypeScript lowers by turning declarations into assignments. */
  readonly hasUsing: boolean;
}

const isDeclare = (node: ts.HasModifiers): boolean =>
  node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) ?? false;

/** Finds the values (not the types) that a TypeScript cell declares at its top level. */
export function declarationsOf(file: ts.SourceFile): Declarations {
  const names = new Map<string, NameKind>();
  const duplicates: Duplicate[] = [];
  let hasUsing = false;

  const add = (name: string, kind: NameKind, node: ts.Node): void => {
    const before = names.get(name);
    const merges = before === undefined || !isExclusive(kind, before);
    if (!merges) duplicates.push({ name, node });
    if (before === undefined || kind !== "namespace") names.set(name, kind);
  };

  const hoisted = new Set<string>();
  hoistedNames(file, hoisted);
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      if (isDeclare(statement)) {
        for (const { name } of statement.declarationList.declarations)
          if (ts.isIdentifier(name)) hoisted.delete(name.text);
        continue;
      }
      const { flags, declarations } = statement.declarationList;
      if (!isBlockScoped(statement.declarationList)) continue;
      const isUsing = (flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
      const kind = (flags & ts.NodeFlags.Let) !== 0 && !isUsing ? "let" : "const";
      if (isUsing || (flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing) hasUsing = true;
      for (const declaration of declarations) {
        const bound = new Set<string>();
        bindingNames(declaration.name, bound);
        for (const name of bound) add(name, kind, declaration.name);
      }
    } else if (ts.isFunctionDeclaration(statement)) {
      if (statement.name && statement.body && !isDeclare(statement))
        add(statement.name.text, "function", statement.name);
    } else if (ts.isClassDeclaration(statement)) {
      if (statement.name && !isDeclare(statement)) add(statement.name.text, "class", statement.name);
    } else if (ts.isEnumDeclaration(statement)) {
      if (!isDeclare(statement)) add(statement.name.text, "enum", statement.name);
    } else if (ts.isModuleDeclaration(statement)) {
      if (!isDeclare(statement) && ts.isIdentifier(statement.name))
        add(statement.name.text, "namespace", statement.name);
    } else if (ts.isImportDeclaration(statement)) {
      for (const name of importedNames(statement)) add(name.text, "import", name);
    }
  }
  for (const name of hoisted) add(name, "var", file);
  return { names, duplicates, hasUsing };
}

/** The names a cell declares at its top level for types alone, or with `declare`, so that nothing of them is there to run. */
export function declaredTypes(file: ts.SourceFile): string[] {
  return file.statements.flatMap((statement): string[] => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [statement.name.text];
    if (ts.isImportDeclaration(statement)) return importedTypes(statement);
    if (!ts.canHaveModifiers(statement) || !isDeclare(statement)) return [];
    if (ts.isVariableStatement(statement)) {
      const bound = new Set<string>();
      for (const { name } of statement.declarationList.declarations) bindingNames(name, bound);
      return [...bound];
    }
    const { name } = statement as ts.DeclarationStatement;
    return name && ts.isIdentifier(name) ? [name.text] : [];
  });
}

/** The local names of `import type` and of `{ type T }`. */
function importedTypes({ importClause }: ts.ImportDeclaration): string[] {
  if (!importClause) return [];
  const isType = importClause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const { name, namedBindings } = importClause;
  const bound = isType && name ? [name.text] : [];
  if (!namedBindings) return bound;
  if (ts.isNamespaceImport(namedBindings)) return isType ? [...bound, namedBindings.name.text] : bound;
  const elements = namedBindings.elements.filter((element) => isType || element.isTypeOnly);
  return [...bound, ...elements.map((element) => element.name.text)];
}

/** The local names an import binds as values. */
function importedNames({ importClause }: ts.ImportDeclaration): ts.Identifier[] {
  if (!importClause || importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const bound: ts.Identifier[] = importClause.name ? [importClause.name] : [];
  const { namedBindings } = importClause;
  if (namedBindings && ts.isNamespaceImport(namedBindings)) bound.push(namedBindings.name);
  if (namedBindings && ts.isNamedImports(namedBindings)) {
    for (const element of namedBindings.elements) if (!element.isTypeOnly) bound.push(element.name);
  }
  return bound;
}

function isExclusive(kind: NameKind, before: NameKind): boolean {
  if (kind === "namespace" || before === "namespace") return false;
  if (kind === "function" && before === "function") return false;
  if (kind === "enum" && before === "enum") return false;
  return !(kind === "var" && before === "function");
}
