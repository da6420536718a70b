import ts from "typescript";

/** Functions and classes that modules export, in namespaces too, whose doc comment has no `@example`: `pp.scale`. */
export const exportsWithoutExample = (program: ts.Program, entries: readonly string[]): string[] => {
  const checker = program.getTypeChecker();
  const inModule = (module: ts.Symbol): string[] =>
    checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (symbol.flags & ts.SymbolFlags.ValueModule) return inModule(symbol).map((name) => `${exported.name}.${name}`);
      return !isCallable(symbol) || hasExample(symbol) ? [] : [exported.name];
    });
  const isCallable = (symbol: ts.Symbol): boolean => {
    if (!symbol.valueDeclaration) return false;
    const type = checker.getTypeOfSymbol(symbol);
    return type.getCallSignatures().length + type.getConstructSignatures().length > 0;
  };
  const hasExample = (symbol: ts.Symbol): boolean =>
    symbol.getJsDocTags(checker).some(({ name }) => name === "example");
  return entries.flatMap((path) => inModule(checker.getSymbolAtLocation(program.getSourceFile(path)!)!));
};
