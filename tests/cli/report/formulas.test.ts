import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../../../src/cli/report/cells.js";

describe("formulas in Markdown", () => {
  test("become MathML, in a line and for themselves", () => {
    expect(renderMarkdown("the factor $e^{-i\\ell}$.")).toMatch(/the factor <math>.*<msup>.*<\/math>\./);
    const display = renderMarkdown("$$y = \\max\\bigl(0,\\; x_1\\bigr)$$");
    expect(display).toContain('<math display="block"');
    expect(display).toContain("<msub>");
    expect(display).not.toContain("$");
  });

  test("keep what Markdown would read as emphasis or escape", () => {
    expect(renderMarkdown("$a_1 * b_2 * c$")).not.toContain("<em>");
    expect(renderMarkdown("$x \\, y$")).toContain("<mspace");
  });

  test("prices, code and lone dollars stay as they are", () => {
    expect(renderMarkdown("$5 or $6")).toBe("<p>$5 or $6</p>\n");
    expect(renderMarkdown("`$a$`")).toBe("<p><code>$a$</code></p>\n");
    expect(renderMarkdown("a $ b")).toBe("<p>a $ b</p>\n");
  });

  test("cannot bring in what the sanitiser keeps out", () => {
    const html = renderMarkdown("$\\href{javascript:alert(1)}{x}$ $<script>alert(1)</script>$ \uE0000\uE000");
    expect(html).not.toMatch(/<script|href=/);
    expect(html).not.toContain("\uE000");
  });

  test("a formula that TeX does not know is shown as it is written", () => {
    expect(renderMarkdown("$\\nosuch{x}$")).toContain("\\nosuch");
  });
});
