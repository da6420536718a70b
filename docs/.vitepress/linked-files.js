import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const DOCS = fileURLToPath(new URL("..", import.meta.url));
const ROOT = join(DOCS, "..");

/** Files of the checkout that are pages of the site under another name. */
const PAGES = {
  "SECURITY.md": "/security",
  "CONTRIBUTING.md": "/contributing",
  "CHANGELOG.md": "/changes",
  "extension/README.md": "/extension",
  "notebooks/README.md": "/guides/notebooks",
  "course/README.md": "/guides/course",
  "workflow/README.md": "/workflow",
  "README.md": "/",
};
const linked = new Set();

/**
 * Pages are read in the repository too, where a relative link may lead out of docs/: to a page of the site where there is one, else
 * the file is copied beside the site.
 */
export function linkFilesOfCheckout(markdown) {
  markdown.core.ruler.push("files-of-checkout", ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : "";
      if (!/^[^:/#][^:]*$/.test(href)) continue;
      token.attrSet("href", addressOf(href, env.relativePath));
    }
  });
}

function addressOf(href, page) {
  const [path, anchor] = href.split("#");
  const hash = anchor === undefined ? "" : `#${anchor}`;
  // A page that includes a file of the checkout has that file's links, from where that file lies.
  const included = Object.entries(PAGES).find(([, address]) => `${address.slice(1)}.md` === page)?.[0];
  const from = included ? join(ROOT, dirname(included)) : dirname(join(DOCS, page));
  const target = relative(ROOT, join(from, decodeURI(path)));
  if (PAGES[target]) return `${PAGES[target]}${hash}`;
  if (target.startsWith("docs/") && target.endsWith(".md")) return `/${target.slice(5)}${hash}`;
  if (!existsSync(join(ROOT, target))) return href;
  if (statSync(join(ROOT, target)).isDirectory()) return addressOf(`${href}/README.md`, page);
  linked.add(target);
  return `/files/${target}${hash}`;
}

/** Puts the files that pages link to beside them. */
export function copyLinkedFiles(outDir) {
  for (const file of linked) {
    const target = join(outDir, "files", file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(ROOT, file), target);
  }
}
