import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import type { InitializeHook, LoadHook, ResolveHook } from "node:module";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { MessagePort } from "node:worker_threads";
import { transformSync, type Loader } from "esbuild";
import type { TranspiledFile } from "./local-modules.js";
import { TSLAB, TSLAB_SOURCE, TSLAB_URL } from "./tslab-module.js";

/*
 * Hooks of the session's module loader, on the loader's thread. A local file's URL carries a hash of its text and of the
 * local files it imports: an edit makes a new URL and so a new module, an unedited file stays the module it was.
 */

interface LocalFile {
  readonly modified: number;
  readonly code: string;
  readonly map: string | undefined;
  readonly hash: string;
  readonly imports: readonly string[];
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".tsx": "tsx",
  ".jsx": "jsx",
  ".js": "js",
  ".mjs": "js",
  ".json": "json",
};
const TRANSPILED = [".ts", ".mts", ".tsx", ".jsx"];
const SUFFIXES = ["", ".ts", ".mts", ".tsx", ".js", ".mjs", ".json", "/index.ts", "/index.js"];
const files = new Map<string, LocalFile>();
let port: MessagePort | undefined;

/** Takes the port by which source maps go to the session's thread. */
export const initialize: InitializeHook<{ port: MessagePort }> = (data) => {
  port = data.port;
};

/** Resolves local files: TypeScript's way of naming them too (no extension, or `.js` for a `.ts` file). */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier === TSLAB) return { url: TSLAB_URL, format: "module", shortCircuit: true };
  const file = localFile(specifier, context.parentURL);
  if (file === undefined) return next(specifier, context);
  const version = versionOf(file);
  if (version === undefined) return next(specifier, context);
  const isJson = file.endsWith(".json");
  return {
    url: `${pathToFileURL(file).href}?v=${version}`,
    format: isJson ? "json" : "module",
    importAttributes: isJson ? { type: "json" } : context.importAttributes,
    shortCircuit: true,
  };
};

/** Loads what `resolve` has named: transpiled by esbuild where it is TypeScript or JSX. */
export const load: LoadHook = async (url, context, next) => {
  if (url === TSLAB_URL) return { format: "module", source: TSLAB_SOURCE, shortCircuit: true };
  if (!url.startsWith("file:") || !url.includes("?v=")) return next(url, context);
  const path = fileURLToPath(url.slice(0, url.indexOf("?")));
  const file = read(path);
  if (file === undefined) return next(url, context);
  if (path.endsWith(".json")) return { format: "json", source: readFileSync(path, "utf8"), shortCircuit: true };
  if (!TRANSPILED.includes(extname(path)) && isCommonJs(file.code)) return next(pathToFileURL(path).href, context);
  if (file.map !== undefined) port?.postMessage({ url, map: file.map } satisfies TranspiledFile);
  return { format: "module", source: file.code, shortCircuit: true };
};

/** The file a specifier names, if it is local: not a package, nor within one that is installed. */
function localFile(specifier: string, parent: string | undefined): string | undefined {
  const isPath = /^(\.{1,2}\/|\/|file:)/.test(specifier) || specifier === "." || specifier === "..";
  if (!isPath || !parent?.startsWith("file:") || parent.includes("/node_modules/")) return undefined;
  const base = fileURLToPath(new URL(specifier, parent).href.replace(/[?#].*$/, ""));
  if (base.includes("/node_modules/")) return undefined;
  const candidates = SUFFIXES.map((suffix) => base + suffix);
  const typed = /\.(m?)js(x?)$/.exec(base);
  if (typed) candidates.push(base.slice(0, typed.index) + (typed[2] === "x" ? ".tsx" : `.${typed[1]}ts`));
  const found = candidates.find((file) => existsSync(file) && statSync(file).isFile());
  return found !== undefined && extname(found) in LOADERS ? found : undefined;
}

/** Hash of a file and of every local file it reaches. */
function versionOf(start: string): string | undefined {
  const seen = new Set<string>();
  const hash = createHash("sha256");
  const queue = [start];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const file = read(path);
    if (file === undefined) continue;
    hash.update(path).update(file.hash);
    for (const specifier of file.imports) {
      const reached = localFile(specifier, pathToFileURL(path).href);
      if (reached !== undefined) queue.push(reached);
    }
  }
  return read(start) && hash.digest("hex").slice(0, 16);
}

function read(path: string): LocalFile | undefined {
  const modified = statSync(path).mtimeMs;
  const before = files.get(path);
  if (before?.modified === modified) return before;
  const source = readFileSync(path, "utf8");
  const hash = createHash("sha256").update(source).digest("hex");
  if (before?.hash === hash) return before;
  const transpiled = TRANSPILED.includes(extname(path)) ? transpile(source, path) : { code: source, map: undefined };
  const file = { modified, hash, ...transpiled, imports: path.endsWith(".json") ? [] : importsOf(transpiled.code) };
  files.set(path, file);
  return file;
}

function transpile(source: string, path: string): { code: string; map: string } {
  const { code, map } = transformSync(source, {
    loader: LOADERS[extname(path)],
    format: "esm",
    target: `node${process.versions.node}`,
    sourcemap: "external",
    sourcefile: path,
    logLevel: "silent",
  });
  return { code, map };
}

/** Specifiers of local imports; one within a comment or a string does no harm, it makes the hash cover more. */
function importsOf(code: string): string[] {
  return [...code.matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']*|\/[^"']*)["']/g)].map(
    (match) => match[1] ?? "",
  );
}

const isCommonJs = (code: string): boolean =>
  !/^\s*(import|export)\b/m.test(code) && /\b(module\.exports|exports\.)/.test(code);
