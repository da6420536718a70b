const TAGS = new Set(
  (
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 " +
    "hr i img ins kbd li mark ol p pre q s small span strong sub summary sup table tbody td tfoot th thead tr u ul var"
  ).split(" "),
);
const VOID_TAGS = new Set(["br", "col", "hr", "img"]);
const DROPPED_WITH_CONTENT =
  /<(script|style|iframe|object|template|noscript|svg|math|textarea|title)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
const ATTRIBUTES = new Set("alt align class colspan rowspan scope title open start href src width height".split(" "));
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;
const ATTRIBUTE = /([^\s"'=<>/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?/g;

/** Text as HTML: the five characters that have a meaning there are escaped. */
export const escapeHtml = (value: string): string =>
  value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * Keeps of an HTML fragment what prose and tables need. Scripts, styles, frames and embedded documents go with their
 * content, other unknown tags go alone, attributes but a few go, links lead only to http(s) pages or into the page,
 * pictures only come from data URLs, and what is left open is closed.
 */
export const sanitizeHtml = (html: string): string => {
  const source = html.replace(/<!--[\s\S]*?(?:-->|$)/g, "").replace(DROPPED_WITH_CONTENT, "");
  const open: string[] = [];
  let out = "";
  let at = 0;
  for (const match of source.matchAll(TAG)) {
    out += textOf(source.slice(at, match.index));
    at = match.index + match[0].length;
    const tag = (match[2] as string).toLowerCase();
    if (!TAGS.has(tag)) continue;
    if (match[1]) {
      const depth = open.lastIndexOf(tag);
      if (depth >= 0) out += closing(open.splice(depth));
    } else {
      out += `<${tag}${attributesOf(match[3] ?? "")}>`;
      if (!VOID_TAGS.has(tag)) open.push(tag);
    }
  }
  return out + textOf(source.slice(at)) + closing(open);
};

const closing = (tags: readonly string[]): string =>
  tags
    .toReversed()
    .map((tag) => `</${tag}>`)
    .join("");

const textOf = (value: string): string => value.replace(/</g, "&lt;").replace(/>/g, "&gt;");

const attributesOf = (source: string): string => {
  let out = "";
  for (const [, name = "", quoted] of source.matchAll(ATTRIBUTE)) {
    const attribute = name.toLowerCase();
    if (!ATTRIBUTES.has(attribute)) continue;
    const value = (quoted ?? "").replace(/^["']|["']$/g, "");
    if (attribute === "href" && !/^(https?:\/\/|#)/i.test(value)) continue;
    if (attribute === "src" && !/^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i.test(value)) continue;
    out += ` ${attribute}="${value.replace(/"/g, "&quot;").replace(/</g, "&lt;")}"`;
  }
  return out;
};
