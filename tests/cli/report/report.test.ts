import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { buildReport } from "../../../src/cli/report/report.js";
import { code, figure, markdown, sampleRecord } from "../samples.js";

const HOSTILE = "</script><script>alert(1)</script><!--";
let page: string;

const blocks = (): string[] =>
  page
    .split(/<script[^>]*>/)
    .slice(1)
    .map((part) => part.split("</script>")[0] ?? "");

beforeAll(async () => {
  const notebooks = [
    {
      name: "01-first",
      title: HOSTILE,
      cells: [
        markdown(`# First\n\n[paper](https://example.org) ${HOSTILE}`),
        code(`"${HOSTILE}"`, figure("Curve", { title: HOSTILE }), figure("Other")),
      ],
    },
  ];
  const [first] = sampleRecord().notebooks;
  const record = sampleRecord({
    mode: "trial",
    notebooks: [
      { ...first!, title: HOSTILE },
      { ...first!, name: "02 b/c", seconds: null, peakBytes: null },
    ],
    environment: { node: "20.19.0", note: HOSTILE },
    results: {
      m: {
        name: "m",
        notebook: "01",
        columns: ["method", "MSE"],
        rows: [
          [HOSTILE, 0.25],
          ["DAE", 0.5],
        ],
      },
    },
  });
  page = await buildReport(record, notebooks);
}, 60_000);

describe("the report", () => {
  it("has two script elements: the specs and the one script that its policy lets run", () => {
    expect(page.match(/<script/gi)).toHaveLength(2);
    expect(page.match(/<\/script/gi)).toHaveLength(2);
    const [specs = "", script = ""] = blocks();
    expect(script.length).toBeGreaterThan(100_000);
    const hash = createHash("sha256").update(script).digest("base64");
    expect(page).toContain(`script-src 'sha256-${hash}';`);
    expect(JSON.parse(specs)).toMatchObject([{ name: "Curve", title: HOSTILE }, { name: "Other" }]);
  });

  it("has a script that parses, for a page of its encoding", () => {
    expect(() => new Script(blocks()[1] ?? "(")).not.toThrow();
    expect(page.indexOf('<meta charset="utf-8">')).toBeLessThan(100);
  });

  it("lets nothing be fetched, and asks for nothing", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy?.split("; ").filter((rule) => !rule.startsWith("script-src"))).toEqual([
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      "img-src data: blob:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    const document = page.replace(blocks()[1] ?? "", "").replace(blocks()[0] ?? "", "");
    expect(document).not.toMatch(/<(link|iframe|object|embed|base|form)\b/i);
    expect(document).not.toMatch(/\ssrc=(?!"data:)/i);
    expect(document).not.toMatch(/url\(|@import/i);
    expect(document.match(/https?:\/\/[^"\s<]*/g)).toEqual(["https://example.org"]);
  });

  it("has each figure's picture in it", () => {
    expect(
      page.match(/<figure id="figure-\d"><div class="plot" data-spec="\d"[^>]*><img src="data:image\/svg/g),
    ).toHaveLength(2);
  });

  it("starts with measures, what was run, and provenance", () => {
    expect(page).toMatch(/<td class="number">0\.250<\/td>/);
    expect(page).toContain("2 notebooks run through the TypeScript kernel");
    expect(page).toMatch(/<td>1 min 01 s<\/td><td>1\.50 GiB<\/td>/);
    expect(page).toContain("trial: networks trained for one epoch");
    expect(page).toContain("2026-01-02 03:04 UTC, 1 min 05 s");
    expect(page).toMatch(/<td>node<\/td><td>20\.19\.0<\/td>/);
  });

  it("leads to its sections", () => {
    expect(page).toContain('href="#notebook-01-first"');
    expect(page).toContain('href="#notebook-02-b-c"');
    expect(page).toContain('id="notebook-01-first"');
  });
});
