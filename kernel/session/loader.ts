import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { isBuiltin, type InitializeHook, type LoadHook, type ModuleFormat, type ResolveHook } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { MessagePort } from "node:worker_threads";
import { transformSync, type Loader, type TransformFailure } from "esbuild";
import { fileStamp } from "./file-stamp.js";
import { aliased, type PathAliases } from "./path-aliases.js";
import type { LoaderData, TranspiledFile } from "./local-modules.js";
import { TSLAB, TSLAB_SOURCE, TSLAB_URL } from "./tslab-module.js";
import { wasmModule } from "./wasm-module.js";

/*
 * Hooks of the session's module loader, on the loader's thread. A local file's URL carries a hash of its text and of the
 * local files it imports: an edit makes a new URL and so a new module, an unedited file stays the module it was.
 */

interface LocalFile {
  readonly stamp: string;
  readonly format: ModuleFormat;
  readonly code: string;
  readonly map: string | undefined;
  readonly hash: string;
  readonly imports: readonly string[];
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".jsx": "jsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
};
const SUFFIXES = ["", ".ts", ".mts", ".tsx", ".js", ".mjs", ".json", "/index.ts", "/index.tsx", "/index.js"];
const SPECIFIERS = /(?:from|import|require)\s*\(?\s*["']([^"'\n]+)["']/g;

/**
 * Node reads the names of CommonJS exports off the text, which fails at `module.exports = { … }`. This one says that the
 * default export has them all, as Node itself does from version 23 on; it is read, never run.
 */
const COMMONJS_MARK = '\n;if (false) exports["module.exports"] = 0;';

const files = new Map<string, LocalFile>();
let port: MessagePort | undefined;
let aliases: PathAliases | undefined;

/** Takes the port by which source maps go to the session's thread, and what tsconfig.json says of paths. */
export const initialize: InitializeHook<LoaderData> = (data) => {
  ({ port, aliases } = data);
};

/** Resolves local files: TypeScript's way of naming them too (an alias, no extension, or `.js` for a `.ts` file). */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier === TSLAB) return { url: TSLAB_URL, format: "module", shortCircuit: true };
  const { parentURL } = context;
  const missing = missingPackage(specifier, parentURL);
  if (missing !== undefined) {
    const message = `Cannot find package '${missing}' imported from ${fileURLToPath(parentURL ?? "")}`;
    throw Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
  }
  const file = localFile(specifier, parentURL);
  const read = file === undefined ? undefined : readLocal(file);
  if (file === undefined || read === undefined) return next(specifier, context);
  const isJson = read.format === "json";
  return {
    url: `${pathToFileURL(file).href}?v=${versionOf(file)}`,
    format: read.format,
    importAttributes: isJson ? { type: "json" } : context.importAttributes,
    shortCircuit: true,
  };
};

/** Loads what `resolve` has named, as esbuild has printed it; and WebAssembly from anywhere. */
export const load: LoadHook = async (url, context, next) => {
  if (url === TSLAB_URL) return { format: "module", source: TSLAB_SOURCE, shortCircuit: true };
  if (/^file:.*\.wasm(\?.*)?$/.test(url)) {
    return { format: "module", source: wasmModule(fileURLToPath(url.replace(/\?.*$/, ""))), shortCircuit: true };
  }
  if (!url.startsWith("file:") || !url.includes("?v=")) return next(url, context);
  const file = readLocal(fileURLToPath(url.slice(0, url.indexOf("?"))));
  if (file === undefined) return next(url, context);
  const { format, map } = file;
  if (map !== undefined) port?.postMessage({ url, map } satisfies TranspiledFile);
  return { format, source: format === "commonjs" ? file.code + COMMONJS_MARK : file.code, shortCircuit: true };
};

/**
 * The package a specifier names, where no folder above the importing file has it. Node, once asked, would take it for missing
 * even when it has been installed.
 */
function missingPackage(specifier: string, parent: string | undefined): string | undefined {
  const name = /^(?:@[^/:]+\/)?[^./#@:][^/:]*(?=\/|$)/.exec(specifier)?.[0];
  if (name === undefined || isBuiltin(specifier) || !parent?.startsWith("file:")) return undefined;
  if (localFile(specifier, parent) !== undefined) return undefined;
  for (let folder = dirname(fileURLToPath(parent)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules", name)) || nameOfPackage(folder) === name) return undefined;
    if (folder === dirname(folder)) return name;
  }
}

function nameOfPackage(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string }).name;
  } catch {
    return undefined;
  }
}

/** The file a specifier names, if it is local: not a package, nor within one that is installed. */
function localFile(specifier: string, parent: string | undefined): string | undefined {
  if (!parent?.startsWith("file:") || parent.includes("/node_modules/")) return undefined;
  const isPath = /^(\.{1,2}\/|\/|file:)/.test(specifier) || specifier === "." || specifier === "..";
  const bases = isPath
    ? [fileURLToPath(new URL(specifier, parent).href.replace(/[?#].*$/, ""))]
    : aliased(specifier, aliases);
  for (const base of bases) {
    const found = base.includes("/node_modules/") ? undefined : candidates(base).find(isFile);
    if (found !== undefined) return isLoadable(found) ? found : undefined;
  }
  return undefined;
}

function candidates(base: string): string[] {
  const named = SUFFIXES.map((suffix) => base + suffix);
  const typed = /\.([mc]?)js(x?)$/.exec(base);
  if (typed) named.push(base.slice(0, typed.index) + (typed[2] === "x" ? ".tsx" : `.${typed[1]}ts`));
  return named;
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

const isLoadable = (path: string): boolean => extname(path) in LOADERS || path.endsWith(".json");

/** Hash of a file and of every local file it reaches. */
function versionOf(start: string): string {
  const seen = new Set<string>();
  const hash = createHash("sha256");
  const queue = [start];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const file = readLocal(path);
    if (file === undefined) continue;
    hash.update(path).update(file.hash);
    for (const specifier of file.imports) {
      const reached = localFile(specifier, pathToFileURL(path).href);
      if (reached !== undefined) queue.push(reached);
    }
  }
  return hash.digest("hex").slice(0, 16);
}

function readLocal(path: string): LocalFile | undefined {
  const stamp = fileStamp(path);
  const before = files.get(path);
  if (before?.stamp === stamp) return before;
  const source = readFileSync(path, "utf8");
  const hash = createHash("sha256").update(source).digest("hex");
  const file = before?.hash === hash ? { ...before, stamp } : { stamp, hash, ...translate(source, path) };
  files.set(path, file);
  return file;
}

function translate(source: string, path: string): Pick<LocalFile, "format" | "code" | "map" | "imports"> {
  const extension = extname(path);
  if (extension === ".json") return { format: "json", code: source, map: undefined, imports: [] };
  const format = formatOf(source, extension);
  const { code, map } = transpile(source, path, LOADERS[extension] ?? "js", format);
  return { format, code, map, imports: [...code.matchAll(SPECIFIERS)].map((match) => match[1] ?? "") };
}

function formatOf(source: string, extension: string): ModuleFormat {
  if (extension === ".cjs" || extension === ".cts") return "commonjs";
  return extension === ".js" && isCommonJs(source) ? "commonjs" : "module";
}

function transpile(source: string, path: string, loader: Loader, format: ModuleFormat): { code: string; map: string } {
  try {
    const { code, map } = transformSync(source, {
      loader,
      format: format === "commonjs" ? "cjs" : "esm",
      target: `node${process.versions.node}`,
      sourcemap: "external",
      sourcefile: path,
      logLevel: "silent",
    });
    return { code, map };
  } catch (error) {
    const [first] = (error as TransformFailure).errors ?? [];
    if (!first?.location) throw error;
    const { line, column } = first.location;
    throw new SyntaxError(`${first.text} (${path}:${line}:${column + 1})`);
  }
}

const isCommonJs = (code: string): boolean =>
  !/^\s*(import|export)\b/m.test(code) && /\b(module\.exports|exports\.|require\s*\()/.test(code);
