import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, sanitizeHtml } from "../../../src/cli/report/sanitize.js";

describe("sanitized HTML", () => {
  it("keeps prose, tables, links and pictures in the page", () => {
    for (const html of [
      '<p>a <b>b</b> <a href="https://x.org/?a=1">c</a> <a href="#figure-1">d</a></p>',
      '<table class="frame"><thead><tr><th scope="col">x</th></tr></thead><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
      '<details open=""><summary>more</summary><pre><code>x &lt; y</code></pre></details>',
      '<img src="data:image/png;base64,AAAA" alt="a picture" width="10">',
      "5 &gt; 4 &amp; 3<br>",
    ]) {
      expect(sanitizeHtml(html)).toBe(html);
    }
  });

  it.each([
    ["<script>alert(1)</script>a", "a"],
    ["<SCRIPT src=//x>alert(1)</script >a", "a"],
    ["a<script>alert(1)", "a"],
    ["<scr<script></script>ipt>alert(1)</script>", "alert(1)"],
    ["<style>*{background:url(http://x)}</style>a", "a"],
    ["<iframe srcdoc='<script>1</script>'></iframe>a", "a"],
    ["<svg onload=alert(1)><script>1</script></svg>a", "a"],
    ["<svg/onload=alert(1)>", ""],
    ["<math><mtext><img src=x onerror=1></math>a", "a"],
    [
      "<object data=x></object><embed src=x><base href=//x><link rel=stylesheet href=//x><meta http-equiv=refresh>a",
      "a",
    ],
    ["<form action=//x><input onfocus=1 autofocus>a</form>", "a"],
    ["<!-- <b> --><b>x</b><!-- open <script>", "<b>x</b>"],
    ["<img src=x onerror=alert(1)>", "<img>"],
    ['<img src="http://x/track.png" alt="a">', '<img alt="a">'],
    ['<img/src="https://x"/onerror="1">', "<img>"],
    ['<p onclick="x" style="position:fixed" id="specs">a</p>', "<p>a</p>"],
    ['<a href="javascript:alert(1)">a</a>', "<a>a</a>"],
    ['<a href=" javascript:alert(1)">a</a>', "<a>a</a>"],
    ['<a href="&#106;avascript:alert(1)">a</a>', "<a>a</a>"],
    ['<a href="java\nscript:alert(1)">a</a>', "<a>a</a>"],
    ['<a href="data:text/html,x">a</a>', "<a>a</a>"],
    ['<img src="data:text/html;base64,AAAA">', "<img>"],
    [`<a title='"><b>a'>a</a>`, '<a title="&quot;>&lt;b>a">a</a>'],
    ["<b><i>a", "<b><i>a</i></b>"],
    ["</div></b>a<b>b</i></b></b>", "a<b>b</b>"],
    ["<b><i>a</b>b</i>", "<b><i>a</i></b>b"],
    ["1 < 2 and <3", "1 &lt; 2 and &lt;3"],
    ['<a title="never closed>a', '&lt;a title="never closed&gt;a'],
  ])("makes of %s %s", (html, expected) => {
    expect(sanitizeHtml(html)).toBe(expected);
  });

  const SAFE_TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"<]*")*)>/g;
  const VOID = new Set(["br", "col", "hr", "img"]);
  const FORBIDDEN = new Set("script style iframe object embed svg math form input base link meta template".split(" "));

  /** Reads HTML strictly; throws at the first thing that is not a plain tag, a safe attribute or text. */
  function checkSafe(html: string): void {
    const open: string[] = [];
    const rest = html.replace(SAFE_TAG, (_, slash: string, tag: string, attributes: string) => {
      if (FORBIDDEN.has(tag)) throw new Error(`forbidden ${tag}`);
      for (const [, name, value = ""] of attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
        if (name?.startsWith("on") || name === "style" || name === "srcdoc") throw new Error(`attribute ${name}`);
        if (name === "href" && !/^(https?:\/\/|#)/i.test(value)) throw new Error(`href ${value}`);
        if (name === "src" && !value.toLowerCase().startsWith("data:image/")) throw new Error(`src ${value}`);
      }
      if (slash && open.pop() !== tag) throw new Error(`closes ${tag}, which is not the last opened`);
      if (!slash && !VOID.has(tag)) open.push(tag);
      return "";
    });
    if (/[<>]/.test(rest)) throw new Error(`markup left: ${rest}`);
    if (open.length) throw new Error(`open: ${open.join()}`);
  }

  const pieces = fc.constantFrom(
    ..."< > </ /> \" ' = ` / & ; # : ! -- <!-- --> a b p img script style svg svg/onload iframe title textarea href src".split(
      " ",
    ),
    ...[
      "onerror",
      "onclick",
      "=alert(1)",
      "javascript:",
      "data:image/svg+xml,",
      "https://x",
      "\n",
      "\t",
      "\0",
      " ",
      "é",
    ],
    ...["<b>", "</b>", "<p ", "<a href=", '<img src="', "<script>", "</script>", "<svg>", "</svg>", "<td title='"],
  );
  const anyHtml = fc.array(fc.oneof(pieces, pieces, fc.string({ maxLength: 3 })), { maxLength: 40 });

  it("is balanced and safe whatever goes in", () => {
    fc.assert(
      fc.property(anyHtml, (parts) => checkSafe(sanitizeHtml(parts.join("")))),
      { numRuns: 3000, seed: 1 },
    );
  });

  it("stays as it is when sanitized again", () => {
    fc.assert(
      fc.property(anyHtml, (parts) => {
        const once = sanitizeHtml(parts.join(""));
        expect(sanitizeHtml(once)).toBe(once);
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  it("is checked by a reader that sees what is unsafe", () => {
    for (const html of ["<script>", "<b>", "<a href=x>", '<a href="x">a</a>', '<b onclick="x">a</b>', "<b></i></b>"]) {
      expect(() => checkSafe(html), html).toThrow();
    }
  });
});

it("escaped text can neither open a tag nor end an attribute", () => {
  expect(escapeHtml(`<a href="x" title='y'>&`)).not.toMatch(/[<>"']/);
  fc.assert(
    fc.property(fc.string(), (value) => {
      const back = escapeHtml(value).replace(/&#(\d+);/g, (_, point) => String.fromCharCode(Number(point)));
      expect(back).toBe(value);
    }),
  );
});
