import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

/** TypeScript reads references above a file's first declaration alone. */
const REFERENCE = /^\/\/\/\s*<reference\s+(lib|path|types)="([^"]+)".*$/gm;

/** A module's declarations are its own: they cannot stand in another file. */
const IS_MODULE = /^(?:import|export)\b/m;

/** What was flattened before; a startup snapshot has it of the usual libraries. */
const known = new Map<string, ReadonlyMap<string, string>>();

/**
 * JavaScript's and Node's own types with each set in one file: by path, the text that a file is to have. TypeScript looks at
 * every file of a program anew for every check, and these are 160.
 *
 * @param libraries - file names of the compiler option `lib`.
 * @param node - `index.d.ts` of `@types/node`.
 */
export function flatLibraries(libraries: readonly string[], node: string | undefined): ReadonlyMap<string, string> {
  const key = [node, ...libraries].join("\n");
  const flat = known.get(key) ?? flattenAll(libraries, node);
  known.set(key, flat);
  return flat;
}

function flattenAll(libraries: readonly string[], node: string | undefined): Map<string, string> {
  const folder = dirname(ts.getDefaultLibFilePath({}));
  const texts = flatten(
    libraries.map((name) => join(folder, name)),
    (kind, name) => (kind === "lib" ? join(folder, `lib.${name}.d.ts`) : undefined),
  );
  if (node === undefined) return texts;
  const ofNode = flatten([node], (kind, name, from) => {
    const path = resolve(dirname(from), name);
    return kind === "path" && !IS_MODULE.test(readFileSync(path, "utf8")) ? path : undefined;
  });
  return new Map([...texts, ...ofNode]);
}

/** Puts files, and those they refer to as far as `inline` gives their path, into the first one; the others are left empty. */
function flatten(
  paths: readonly string[],
  inline: (kind: string, name: string, from: string) => string | undefined,
): Map<string, string> {
  const texts = new Map<string, string>();
  const [first] = paths;
  if (first === undefined) return texts;
  const kept = new Set<string>();
  const visit = (path: string): string => {
    if (texts.has(path)) return "";
    texts.set(path, "");
    return readFileSync(path, "utf8").replaceAll(REFERENCE, (line, kind: string, name: string) => {
      const found = inline(kind, name, path);
      if (found !== undefined) return visit(found);
      kept.add(kind === "path" ? line.replace(name, relative(dirname(first), resolve(dirname(path), name))) : line);
      return "";
    });
  };
  const body = paths.map(visit).join("\n");
  return texts.set(first, [...kept, body].join("\n"));
}
