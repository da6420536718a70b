import { resolve } from "node:path";

/** What tsconfig.json says of bare import specifiers, its `paths` and `baseUrl`. */
export interface PathAliases {
  /** Folder that the targets of `paths` start from. */
  readonly base: string;
  /** Targets by pattern; each may have one `*`. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
  /** Whether any file below the folder may be named by its path from there (`baseUrl`). */
  readonly isBaseUrl: boolean;
}

/** The paths, without regard to what is there, that a bare specifier may stand for: of the best pattern, then by `baseUrl`. */
export function aliased(specifier: string, aliases: PathAliases | undefined): string[] {
  if (!aliases || specifier.startsWith("node:")) return [];
  const { base, paths, isBaseUrl } = aliases;
  const best = Object.keys(paths)
    .filter((pattern) => starOf(pattern, specifier) !== undefined)
    .sort((a, b) => weight(b) - weight(a))[0];
  const star = best === undefined ? "" : (starOf(best, specifier) ?? "");
  const targets = best === undefined ? [] : (paths[best] ?? []).map((target) => target.replace("*", () => star));
  return [...targets, ...(isBaseUrl ? [specifier] : [])].map((target) => resolve(base, target));
}

/** What the `*` of a pattern stands for in a specifier; undefined where they do not match. */
function starOf(pattern: string, specifier: string): string | undefined {
  const [head = "", tail] = pattern.split("*");
  if (tail === undefined) return pattern === specifier ? "" : undefined;
  const matches =
    specifier.length >= head.length + tail.length && specifier.startsWith(head) && specifier.endsWith(tail);
  return matches ? specifier.slice(head.length, specifier.length - tail.length) : undefined;
}

/** A pattern without a `*` comes first, then the one with the longest text before it. */
const weight = (pattern: string): number => (pattern.includes("*") ? pattern.indexOf("*") : Number.POSITIVE_INFINITY);
