import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, extname, join, relative, resolve } from "node:path";

/** The notebook's folder: a cell may leave it, its imports do not. */
const FOLDER = process.cwd();
const MAX_LISTED = 12;
const EXTENSIONS = ["", ".ts", ".mts", ".tsx", ".js", ".mjs", ".cjs", ".json"];

/** What to do about an import or a `require` that found nothing, by Node's message; undefined for other messages. */
export function adviceOn(message: string): string | undefined {
  const [first = ""] = message.split("\n");
  const builtin = /^No such built-in module: (?:node:)?(.+)$/.exec(first)?.[1];
  if (builtin !== undefined) return meant(nearest(builtin, builtinModules), (name) => `node:${name}`);
  const subpath = /^Package subpath '(.+)' is not defined by "exports" in (.+?package\.json)/.exec(first);
  if (subpath) return adviceOnSubpath(subpath[1] ?? "", subpath[2] ?? "");
  const wanted = /^Cannot find (?:package|module) '([^']+)'/.exec(first)?.[1];
  if (wanted === undefined) return undefined;
  return /^[./]/.test(wanted) ? adviceOnFile(resolve(FOLDER, wanted)) : adviceOnPackage(wanted);
}

function adviceOnPackage(specifier: string): string {
  const file = EXTENSIONS.map((extension) => specifier + extension).find((name) => existsSync(join(FOLDER, name)));
  if (file !== undefined) return `A file of the notebook's folder is imported by its path: "./${file}"`;
  const [scope = "", name] = specifier.split("/");
  const wanted = scope.startsWith("@") && name !== undefined ? `${scope}/${name}` : scope;
  const how = `Install it with: await install("${wanted}"), or in a terminal in the notebook's folder: npm install ${wanted}`;
  const builtin = nearest(wanted, builtinModules);
  return builtin === undefined ? how : `${meant(builtin, (near) => `node:${near}`)} Otherwise: ${how}`;
}

function adviceOnFile(path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) return `There is no folder ${folder}`;
  const files = readdirSync(folder).filter((name) => EXTENSIONS.slice(1).includes(extname(name)));
  const stem = (name: string): string => name.replace(/\.[a-z]+$/, "");
  const near = nearest(
    stem(basename(path)),
    files.map((name) => stem(name)),
  );
  const file = files.find((name) => stem(name) === near);
  if (file !== undefined) return meant(join(folder, file), (found) => `./${relative(FOLDER, found)}`) ?? "";
  if (files.length === 0) return `There is no module in the folder ${folder}`;
  const listed = files.slice(0, MAX_LISTED).join(", ");
  return `Modules in the folder ${folder}: ${listed}${files.length > MAX_LISTED ? ", …" : ""}`;
}

function adviceOnSubpath(subpath: string, manifest: string): string | undefined {
  try {
    const { name, exports } = JSON.parse(readFileSync(manifest, "utf8")) as { name: string; exports: object | string };
    const keys = typeof exports === "object" ? Object.keys(exports).filter((key) => key.startsWith(".")) : [];
    const all = (keys.length === 0 ? ["."] : keys).map((key) => `"${name}${key.slice(1)}"`);
    const near = nearest(subpath, keys);
    const meantKey = near === undefined ? "" : `${meant(near, (key) => name + key.slice(1))} `;
    return `${meantKey}The package lets import: ${all.slice(0, MAX_LISTED).join(", ")}${all.length > MAX_LISTED ? ", …" : ""}`;
  } catch {
    return undefined;
  }
}

function meant(near: string | undefined, shown: (near: string) => string): string | undefined {
  return near === undefined ? undefined : `Did you mean "${shown(near)}"?`;
}

/** The word that is one slip away, or two in a long word. */
function nearest(word: string, words: readonly string[]): string | undefined {
  const allowed = word.length > 4 ? 2 : 1;
  const near = words
    .map((other) => ({ other, slips: slipsBetween(word, other) }))
    .filter(({ other, slips }) => slips <= allowed && slips < other.length)
    .sort((a, b) => a.slips - b.slips);
  return near[0]?.other;
}

/** Letters to add, drop or replace to make one word of the other. */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
