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

/**
 * Erases the types of a cell: by blanks in their place, which is quick, or, where TypeScript has more to say than types
 * (enums, namespaces, parameter properties, decorators, `using`, JSX), by its compiler.
 */
export function erase(file: ts.SourceFile, options: EraseOptions): Erased {
  let isMore = options.compilerOptions.useDefineForClassFields === false || needsCompiler(file);
  if (!isMore) {
    const text = blankSourceFile(file, () => (isMore = true));
    if (!isMore) return { text, map: undefined, isCaptured: false };
  }
  return compile(file, options);
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
      experimentalDecorators: compilerOptions.experimentalDecorators,
      emitDecoratorMetadata: compilerOptions.emitDecoratorMetadata,
      useDefineForClassFields: compilerOptions.useDefineForClassFields,
      jsxFactory: compilerOptions.jsxFactory,
      jsxFragmentFactory: compilerOptions.jsxFragmentFactory,
      jsx: ts.JsxEmit.React,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      sourceMap: true,
      removeComments: true,
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
