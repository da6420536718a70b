import { Marked } from "marked";
import { bundle, RESULT, text, type Notebook, type Output } from "../notebook-file.js";
import { figureNames, figureOf, type FigureOutput } from "../notebooks/outputs.js";
import { printable } from "../notebooks/progress.js";
import { Formulas } from "./formulas.js";
import { escapeHtml, sanitizeHtml } from "./sanitize.js";

const LONG = 25;

/** Notebooks as HTML, and the specs of their figures in order. */
export interface RenderedNotebooks {
  sections: string[];
  specs: unknown[];
}

/** Turns executed notebooks into sections of the report; figures are numbered through all of them. */
export const renderNotebooks = (notebooks: readonly Notebook[]): RenderedNotebooks => {
  const specs: unknown[] = [];
  const nameOf = figureNames();
  const sections = notebooks.map((notebook) => {
    let code = 0;
    const parts = notebook.cells.map((cell) => {
      const source = text(cell.source);
      if (cell.cell_type === "markdown") return renderMarkdown(source);
      if (cell.cell_type === "raw" || !source.trim()) return "";
      code++;
      const outputs = joinStreams(cell.outputs ?? []).map((output) => {
        const figure = figureOf(bundle(output), (spec) => nameOf(spec, notebook.name));
        if (figure) {
          specs.push(figure.spec);
          return renderFigure(figure, specs.length);
        }
        return renderOutput(output);
      });
      return `${renderCode(source, code)}\n${outputs.join("\n")}`;
    });
    return `<section class="notebook" id="${anchorOf(notebook.name)}">\n${parts.join("\n")}\n</section>`;
  });
  return { sections, specs };
};

/** Anchor of a notebook's section in the report. */
export const anchorOf = (name: string): string => `notebook-${name.replace(/[^A-Za-z0-9-]/g, "-")}`;

/** Markdown as safe HTML; headings go down one level, links to other notebooks lead to their sections. */
export const renderMarkdown = (source: string): string => {
  const formulas = new Formulas();
  const html = new Marked({ gfm: true }, formulas.extension)
    .parse(formulas.clean(source), { async: false })
    .replace(/<(\/?)h([1-5])>/g, (_, end: string, level: string) => `<${end}h${Number(level) + 1}>`)
    .replace(/href="(?:\.\/)?([\w-]+)\.ipynb(?:#[^"]*)?"/g, (_, name: string) => `href="#${anchorOf(name)}"`);
  return formulas.restore(scrollable(sanitizeHtml(html)));
};

const scrollable = (html: string): string =>
  html.replace(/<table/g, '<div class="scroll"><table').replace(/<\/table>/g, "</table></div>");

const renderCode = (source: string, number: number): string =>
  `<details class="code"><summary>Code of cell ${number}</summary><pre><code>${escapeHtml(source)}</code></pre></details>`;

const renderFigure = ({ name, caption, svg, png }: FigureOutput, number: number): string => {
  const alt = escapeHtml(caption || name);
  const source = svg
    ? `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`
    : png
      ? `data:image/png;base64,${png}`
      : "";
  const still = source ? `<img src="${source}" alt="${alt}">` : "";
  return (
    `<figure id="figure-${number}"><div class="plot" data-spec="${number - 1}" data-name="${escapeHtml(name)}">${still}</div>` +
    `<figcaption><b>Figure ${number}.</b> ${escapeHtml(caption)}</figcaption></figure>`
  );
};

const renderOutput = (output: Output): string => {
  if (output.output_type === "stream") return renderText(text(output.text));
  if (output.output_type === "error") {
    const trace = output.traceback.length ? output.traceback.join("\n") : `${output.ename}: ${output.evalue}`;
    return `<div class="error">${renderText(trace)}</div>`;
  }
  const data = bundle(output);
  const svg = text(data["image/svg+xml"]);
  const png = text(data["image/png"]).replace(/\s/g, "");
  if (data["text/html"] !== undefined) return scrollable(sanitizeHtml(text(data["text/html"])));
  if (data["text/markdown"] !== undefined) return renderMarkdown(text(data["text/markdown"]));
  if (svg) return `<img src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}" alt="">`;
  if (/^[A-Za-z0-9+/=]+$/.test(png)) return `<img src="data:image/png;base64,${png}" alt="">`;
  if (data["text/plain"] !== undefined) return renderText(text(data["text/plain"]));
  return data[RESULT] === undefined ? "" : renderText(JSON.stringify(data[RESULT], null, 1));
};

/** Joins neighbouring pieces of one stream: kernels send what a cell prints in many. */
const joinStreams = (outputs: readonly Output[]): Output[] =>
  outputs.reduce<Output[]>((joined, output) => {
    const last = joined.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      joined[joined.length - 1] = { ...last, text: text(last.text) + text(output.text) };
    } else {
      joined.push(output);
    }
    return joined;
  }, []);

const renderText = (value: string): string => {
  const lines = value
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => printable(line.split("\r").findLast(Boolean) ?? ""));
  const pre = `<pre>${escapeHtml(lines.join("\n"))}</pre>`;
  return lines.length > LONG
    ? `<details class="long"><summary>Output, ${lines.length} lines</summary>${pre}</details>`
    : pre;
};
