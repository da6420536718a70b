import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { PathAliases } from "../session/path-aliases.js";

/** What a notebook's folder says about types and about the code that is made of them. */
export interface NotebookOptions {
  readonly options: ts.CompilerOptions;
  /** Whether the folder's tsconfig.json asks for every type that is left out. */
  readonly reportsImplicitAny: boolean;
  /** What is wrong with tsconfig.json. */
  readonly problems: readonly string[];
}

/** The options a tsconfig.json may set; all others would change what a cell is, or where its output goes. */
const RESPECTED: readonly string[] = [
  "allowJs",
  "allowSyntheticDefaultImports",
  "alwaysStrict",
  "baseUrl",
  "checkJs",
  "customConditions",
  "emitDecoratorMetadata",
  "esModuleInterop",
  "exactOptionalPropertyTypes",
  "experimentalDecorators",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "lib",
  "maxNodeModuleJsDepth",
  "noFallthroughCasesInSwitch",
  "noImplicitOverride",
  "noImplicitReturns",
  "noImplicitThis",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedIndexedAccess",
  "paths",
  "pathsBasePath",
  "resolveJsonModule",
  "strict",
  "strictBindCallApply",
  "strictBuiltinIteratorReturn",
  "strictFunctionTypes",
  "strictNullChecks",
  "strictPropertyInitialization",
  "typeRoots",
  "types",
  "useDefineForClassFields",
  "useUnknownInCatchVariables",
];

/** TypeScript's names of what a Node can run: of a new edition, those parts that are there. */
export function libraries(node: number): string[] {
  if (node >= 24) return ["es2025", "esnext.disposable", "esnext.array", "esnext.error", "esnext.sharedmemory"];
  if (node >= 22) return ["es2024", "es2025.collection", "es2025.iterator", "esnext.disposable", "esnext.array"];
  return ["es2023", "es2024.arraybuffer", "es2024.sharedmemory", "es2024.string", "esnext.disposable"];
}

/**
 * Strict, so that a type says what it says elsewhere, and forgiving where a notebook tries things out: types may be left
 * out, names and branches unused, and what is caught is `any`.
 *
 * `noImplicitAny` is on and its complaints are dropped (see `check`): without it `const rows = []` would be `never[]`.
 */
const DEFAULTS: ts.CompilerOptions = {
  lib: libraries(Number.parseInt(process.versions.node)).map((name) => `lib.${name}.d.ts`),
  strict: true,
  noImplicitThis: false,
  useUnknownInCatchVariables: false,
  jsx: ts.JsxEmit.React,
  customConditions: ["node"],
  types: [],
  allowJs: true,
  esModuleInterop: true,
  resolveJsonModule: true,
};

/** What a cell is, whatever tsconfig.json says: a module that Node runs, of which nothing is written. */
const FIXED: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  noUncheckedSideEffectImports: false,
  noImplicitAny: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Reads the compiler's options for notebooks of a folder: its own tsconfig.json, not one of a folder above, counts. */
export function notebookOptions(folder: string): NotebookOptions {
  const { options, problems } = readConfig(join(folder, "tsconfig.json"));
  return {
    options: { ...DEFAULTS, ...options, ...FIXED },
    reportsImplicitAny: options.noImplicitAny ?? options.strict ?? false,
    problems,
  };
}

/** The aliases of paths among a compiler's options, which imports at run time follow too. */
export function pathAliases({ baseUrl, paths, pathsBasePath }: ts.CompilerOptions = {}): PathAliases | undefined {
  const base = baseUrl ?? pathsBasePath;
  if (typeof base !== "string") return undefined;
  return { base, paths: paths ?? {}, isBaseUrl: baseUrl !== undefined };
}

function readConfig(path: string): { options: ts.CompilerOptions; problems: string[] } {
  if (!existsSync(path)) return { options: {}, problems: [] };
  const problems: string[] = [];
  const note = ({ messageText }: ts.Diagnostic): void => {
    problems.push(ts.flattenDiagnosticMessageText(messageText, "\n"));
  };
  const host = {
    ...ts.sys,
    getCurrentDirectory: () => dirname(path),
    readDirectory: () => [],
    onUnRecoverableConfigFileDiagnostic: note,
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(path, {}, host);
  const given = Object.entries(parsed?.options ?? {});
  // "No inputs were found" is no fault: the cells are the inputs.
  for (const diagnostic of parsed?.errors ?? []) if (diagnostic.code !== 18003) note(diagnostic);
  const options = Object.fromEntries(given.filter(([name]) => RESPECTED.includes(name))) as ts.CompilerOptions;
  const noImplicitAny = parsed?.options.noImplicitAny;
  return { options: noImplicitAny === undefined ? options : { ...options, noImplicitAny }, problems };
}
