import type { ResultTable } from "../../lib/repair/index.js";
import { escapeHtml } from "../report/sanitize.js";
import { STYLES } from "../report/styles.js";

/** A part of the page: what it shows and what to make of it. */
export interface PageSection {
  readonly title: string;
  readonly text: string;
  readonly tables?: readonly ResultTable[];
  /** SVG documents with what they show. */
  readonly figures?: readonly { readonly caption: string; readonly svg: string }[];
}

/** One HTML page without scripts that opens from disk without network. */
export const reproductionPage = (
  title: string,
  lead: string,
  sections: readonly PageSection[],
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLES}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(lead)}</p>
<nav><ol>${sections.map((section, k) => `<li><a href="#s${k}">${escapeHtml(section.title)}</a></li>`).join("")}</ol></nav>
${sections.map(sectionHtml).join("\n")}
</main>
</body>
</html>
`;

const sectionHtml = ({ title, text, tables = [], figures = [] }: PageSection, k: number): string =>
  [
    `<h2 id="s${k}">${escapeHtml(title)}</h2>\n<p>${escapeHtml(text)}</p>`,
    ...tables.map((table) => `<h3>${escapeHtml(table.name)}</h3>\n<div class="scroll">${table.toHtml()}</div>`),
    ...figures.map(({ caption, svg }) => {
      const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
      const shown = escapeHtml(caption);
      return `<figure><div class="plot"><img src="${source}" alt="${shown}"></div><figcaption>${shown}</figcaption></figure>`;
    }),
  ].join("\n");
