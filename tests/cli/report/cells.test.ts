import { describe, expect, it } from "vitest";
import type { Cell, Output } from "../../../src/cli/notebook-file.js";
import { renderMarkdown, renderNotebooks } from "../../../src/cli/report/cells.js";
import { code, figure, markdown, PNG, result, stdout, SVG } from "../samples.js";

const render = (...cells: Cell[]) => renderNotebooks([{ name: "01-data", title: "Data", cells }]);
const shown = (...outputs: Output[]) => render(code("x", ...outputs)).sections.join("");
const display = (data: Record<string, unknown>): Output => ({ output_type: "display_data", data });

describe("prose", () => {
  it("goes one heading level down, since the report has a title of its own", () => {
    expect(renderMarkdown("# A\n\n##### B")).toMatch(/<h2>A<\/h2>\s*<h6>B<\/h6>/);
  });

  it("leads to other notebooks inside the report", () => {
    expect(renderMarkdown("[next](02-degradation.ipynb#part), [web](https://x.org)")).toContain(
      '<a href="#notebook-02-degradation">next</a>, <a href="https://x.org">web</a>',
    );
  });

  it("has no scripts, and tables that scroll", () => {
    const html = renderMarkdown("a <script>alert(1)</script><img src=x onerror=alert(1)>\n\n| a |\n|---|\n| 1 |");
    expect(html).not.toMatch(/script|onerror/);
    expect(html).toMatch(/<div class="scroll"><table>[\s\S]*<\/table><\/div>/);
  });
});

describe("a cell", () => {
  it("shows its code folded, numbered and escaped", () => {
    const [section] = render(code("a"), markdown("text"), code("  "), code('if (a < b) "</code>"')).sections;
    expect(section).toContain("Code of cell 1</summary><pre><code>a</code>");
    expect(section).toContain("Code of cell 2</summary><pre><code>if (a &#60; b) &#34;&#60;/code&#62;&#34;</code>");
    expect(section).not.toContain("Code of cell 3");
  });

  it("shows what it prints as one text, rewritten lines as they ended, without escape sequences", () => {
    const html = shown(stdout("epoch 1\repoch 2\n\u001b[31mred"), stdout(" <b>\n"));
    expect(html).toContain("<pre>epoch 2\nred &#60;b&#62;</pre>");
  });

  it("folds long output", () => {
    expect(shown(stdout("x\n".repeat(26)))).toContain("<summary>Output, 26 lines</summary>");
    expect(shown(stdout("x\n".repeat(25)))).not.toContain('details class="long"');
  });

  it("shows an error with its traceback, or what it has", () => {
    const error = { output_type: "error", ename: "E", evalue: "<no>" } as const;
    expect(shown({ ...error, traceback: ["\u001b[1mat\u001b[0m", "line 1"] })).toContain("<pre>at\nline 1</pre>");
    expect(shown({ ...error, traceback: [] })).toContain('<div class="error"><pre>E: &#60;no&#62;</pre>');
  });

  it.each([
    [{ "text/html": "<b>bold</b><script>1</script>", "text/plain": "plain" }, "<b>bold</b>"],
    [{ "text/markdown": "*a*", "text/plain": "plain" }, "<em>a</em>"],
    [{ "image/svg+xml": SVG, "image/png": PNG }, `<img src="data:image/svg+xml;base64,${btoaUtf8(SVG)}" alt="">`],
    [{ "image/png": `${PNG}\n`, "text/plain": "plain" }, `<img src="data:image/png;base64,${PNG}" alt="">`],
    [{ "image/png": '"><script>', "text/plain": "plain" }, "<pre>plain</pre>"],
    [{ "text/plain": ["<a>\n", "b"] }, "<pre>&#60;a&#62;\nb</pre>"],
  ])("shows of %j the richest that is safe", (data, expected) => {
    const html = shown(display(data));
    expect(html).toContain(expected);
    expect(html.match(/plain|bold|<img|<em>|<pre>(?!<code>)/g)).toHaveLength(1 + Number(expected.includes("plain")));
    expect(html).not.toContain("<script");
  });

  it("shows a table of results where it has no other form", () => {
    expect(shown(result("m", ["a"], [[1]]))).toContain("&#34;columns&#34;");
    expect(shown(display({ "application/x-unknown": 1 }))).not.toContain("<pre>{");
  });
});

describe("figures", () => {
  it("are numbered through all notebooks, each a picture and a spec", () => {
    const notebook = (name: string) => ({ name, title: name, cells: [code("x", figure("Curve"))] });
    const { sections, specs } = renderNotebooks([notebook("01-a"), notebook("02-b")]);
    expect(specs).toHaveLength(2);
    expect(sections[0]).toContain('<section class="notebook" id="notebook-01-a">');
    expect(sections[1]).toContain('<figure id="figure-2"><div class="plot" data-spec="1" data-name="curve-2">');
    expect(sections[1]).toContain(`<img src="data:image/svg+xml;base64,${btoaUtf8(SVG)}" alt="Caption of Curve.">`);
    expect(sections[1]).toContain("<figcaption><b>Figure 2.</b> Caption of Curve.</figcaption>");
  });

  it("escape their captions", () => {
    const html = shown(figure("x", { description: '"><script>alert(1)</script>' }));
    expect(html).not.toContain("<script");
    expect(html).toContain('alt="&#34;&#62;&#60;script');
  });
});

function btoaUtf8(value: string): string {
  return Buffer.from(value).toString("base64");
}
