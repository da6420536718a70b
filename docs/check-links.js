// Every link of the built site that stays in it must lead to a file, and its anchor to an element of that page.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const SITE = fileURLToPath(new URL("../dist/site", import.meta.url));

const pages = readdirSync(SITE, { recursive: true }).filter((path) => path.endsWith(".html"));
const texts = new Map(pages.map((path) => [join(SITE, path), readFileSync(join(SITE, path), "utf8")]));
const anchors = new Map([...texts].map(([path, text]) => [path, new Set(all(text, /\sid="([^"]+)"/g))]));
let count = 0;
const broken = [...texts].flatMap(([path, text]) =>
  [...new Set(all(text, /<(?:a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]+)"/g))]
    .filter((href) => !/^[a-z]+:/.test(href))
    .filter((href) => {
      count++;
      return !leads(href, path);
    })
    .map((href) => `${relative(SITE, path)}: ${href}`),
);
process.stdout.write(`${pages.length} pages, ${count} links, ${broken.length} broken\n`);
if (broken.length > 0 || pages.length === 0) {
  process.stderr.write(`${broken.join("\n")}\n`);
  process.exitCode = 1;
}

function leads(href, from) {
  const [path, anchor] = decodeURI(href.replaceAll("&amp;", "&")).split("#");
  const target = path === "" ? from : path.startsWith("/") ? join(SITE, path) : join(dirname(from), path);
  const found = [target, `${target}.html`, join(target, "index.html")].find(
    (file) => existsSync(file) && (texts.has(file) || !file.endsWith("/")),
  );
  if (!found) return false;
  const page = texts.has(found) ? found : join(found, "index.html");
  return !anchor || !texts.has(page) || anchors.get(page).has(anchor);
}

function all(text, pattern) {
  return [...text.matchAll(pattern)].map(([, match]) => match);
}
