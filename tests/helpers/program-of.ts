import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The compiler's program of modules that are never written.
 *
 * @param modules - their texts by path; where a path lies decides what its imports find.
 */
export const programOf = (modules: ReadonlyMap<string, string>): ts.Program => {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.base.json`, (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const settings = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, ROOT).options;
  // A reader's project need not be as strict as this one.
  const options = {
    ...settings,
    noEmit: true,
    composite: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noUncheckedIndexedAccess: false,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => modules.get(path) ?? readFile(path);
  host.fileExists = (path) => modules.has(path) || fileExists(path);
  return ts.createProgram([...modules.keys()], options, host);
};

/** What the compiler does not accept in a file of a program; lines are counted from 0. */
export const typeErrors = (program: ts.Program, file: string): { line: number; message: string }[] => {
  const source = program.getSourceFile(file)!;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => ({
    line: source.getLineAndCharacterOfPosition(found.start!).line,
    message: ts.flattenDiagnosticMessageText(found.messageText, " "),
  }));
};
