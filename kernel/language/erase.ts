import { blankSourceFile } from "ts-blank-space";
import ts from "typescript";

/** JavaScript of a TypeScript text. */
export interface Erased {
  readonly text: string;
  /** Source map, JSON; undefined where every character stands where it stood. */
  readonly map: string | undefined;
  /** Whether the last expression already hands its value to the runtime. */
  readonly isCaptured: boolean;
}

/** What decides the JavaScript. */
export interface EraseOptions {
  /** Name of the runtime, to which the last expression's value is handed. */
  readonly runtime: string;
  readonly compilerOptions: ts.CompilerOptions;
}

/** The least that every Node runs. */
const ERASED: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  removeComments: true,
};

/**
 * Erases the types of a cell: by blanks in their place, which is quick, or, where TypeScript has more to say than types
 * (namespaces, parameter properties, decorators, `using`, JSX), by its compiler.
 */
export function erase(file: ts.SourceFile, options: EraseOptions): Erased {
  const text = options.compilerOptions.useDefineForClassFields === false ? undefined : blank(file);
  return text === undefined ? compile(file, options) : { text, map: undefined, isCaptured: false };
}

/** The text with blanks in the place of types; undefined where that is not enough. */
function blank(file: ts.SourceFile): string | undefined {
  if (needsCompiler(file)) return undefined;
  const enums: ts.EnumDeclaration[] = [];
  let isMore = false;
  let text = blankSourceFile(file, (node) => {
    if (ts.isEnumDeclaration(node)) enums.push(node);
    else isMore = true;
  });
  for (const node of enums.reverse()) {
    const replacement = isMore ? undefined : enumeration(node, file);
    if (replacement === undefined) return undefined;
    text = text.slice(0, node.getStart(file)) + replacement + text.slice(node.end);
  }
  return isMore ? undefined : text;
}

/** An enum's JavaScript, as many lines long; undefined where it cannot stand in the enum's place. */
function enumeration(node: ts.EnumDeclaration, file: ts.SourceFile): string | undefined {
  const source = node.getText(file);
  const [rest = ""] = /^.*/.exec(file.text.slice(node.end)) ?? [];
  const merges = file.statements.some(
    (other) => other !== node && ts.isEnumDeclaration(other) && other.name.text === node.name.text,
  );
  if (node.parent !== file || merges || rest.trim() !== "" || source.includes("`")) return undefined;
  const { outputText } = ts.transpileModule(source, { compilerOptions: ERASED });
  return outputText.trimEnd().replaceAll("\n", " ") + "\n".repeat(source.split("\n").length - 1);
}

/** Whether a file has what is no type and yet nothing that every Node runs. */
function needsCompiler(node: ts.Node): boolean {
  if (ts.isDecorator(node) || ts.isJsxOpeningLikeElement(node) || ts.isJsxFragment(node)) return true;
  if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) !== 0 && isUsing(node)) return true;
  if (ts.isPropertyDeclaration(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AccessorKeyword))
    return true;
  return ts.forEachChild(node, needsCompiler) ?? false;
}

/** `using` and `await using` share bits of their flags with `let` and `const`. */
function isUsing({ flags }: ts.VariableDeclarationList): boolean {
  const kind = flags & ts.NodeFlags.BlockScoped;
  return kind === ts.NodeFlags.Using || kind === ts.NodeFlags.AwaitUsing;
}

function compile(file: ts.SourceFile, { runtime, compilerOptions }: EraseOptions): Erased {
  const emitted = ts.transpileModule(file.text, {
    fileName: file.fileName,
    transformers: { before: [() => (source) => captureResult(source, runtime)] },
    compilerOptions: {
      ...ERASED,
      experimentalDecorators: compilerOptions.experimentalDecorators,
      emitDecoratorMetadata: compilerOptions.emitDecoratorMetadata,
      useDefineForClassFields: compilerOptions.useDefineForClassFields,
      jsxFactory: compilerOptions.jsxFactory,
      jsxFragmentFactory: compilerOptions.jsxFragmentFactory,
      jsx: ts.JsxEmit.React,
      sourceMap: true,
    },
  });
  const text = emitted.outputText.replace(/\/\/# sourceMappingURL=.*$/, "");
  return { text, map: emitted.sourceMapText ?? "", isCaptured: true };
}

/** Makes the last statement, if it is an expression, hand its value to the runtime. */
function captureResult(file: ts.SourceFile, runtime: string): ts.SourceFile {
  const last = file.statements.at(-1);
  if (!last || !ts.isExpressionStatement(last)) return file;
  const { factory } = ts;
  const result = factory.createPropertyAccessExpression(factory.createIdentifier(runtime), "result");
  const value = factory.createParenthesizedExpression(last.expression);
  const captured = factory.updateExpressionStatement(last, factory.createAssignment(result, value));
  return factory.updateSourceFile(file, [...file.statements.slice(0, -1), captured]);
}
