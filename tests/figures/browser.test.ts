import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as vega from "vega";
import { compile } from "vega-lite";
import { BRUSH, linkedCells, onDark, selectedCells, type BrushValue, type Figure } from "../../figures/index.js";
import { FONT, FULL_WIDTH, COLUMN_WIDTH } from "../../figures/theme.js";
import { renderVegaLite } from "../../kernel/display/vega.js";
import { analysisSamples } from "./analysis-samples.js";
import { inspectPicture } from "./inspect-picture.js";
import { samples } from "./samples.js";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const require = createRequire(import.meta.url);
const figures: Readonly<Record<string, () => Figure>> = { ...samples, ...analysisSamples };

/** Sections put parts with labels of different lengths on one axis: they may be this much wider than the text of a page. */
const SECTION_WIDTH = 1.13 * FULL_WIDTH;

const fonts = ([400, 500, 600, 700] as const).map((weight) => {
  const name = { 400: "400Regular", 500: "500Medium", 600: "600SemiBold", 700: "700Bold" }[weight];
  const file = require.resolve(`@expo-google-fonts/inter/${name}/Inter_${name}.ttf`);
  const data = readFileSync(file).toString("base64");
  return `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/ttf;base64,${data}); }`;
});

describe.runIf(existsSync(CHROMIUM))("in a browser", () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 900, height: 1600 } });
    await page.setContent(`<style>${fonts.join("")} text { font-family: ${FONT} }</style><div id="chart"></div>`);
  });

  afterAll(() => browser.close());

  describe.each(Object.keys(figures))("%s", (key) => {
    test("has marks, no text over another, no legend over data, and the width of its page", async () => {
      const { svg, width } = await renderVegaLite(figures[key]!());
      await page.locator("#chart").evaluate((chart, drawing) => (chart.innerHTML = drawing), svg);
      await page.evaluate("document.fonts.ready");
      const { marks, overlaps, covered } = await page.evaluate(inspectPicture);
      expect(marks).toBeGreaterThan(0);
      expect(overlaps).toEqual([]);
      expect(covered).toEqual([]);
      const widest =
        key.endsWith("Column") || key === "table2"
          ? COLUMN_WIDTH
          : key.startsWith("section")
            ? SECTION_WIDTH
            : FULL_WIDTH;
      expect(width).toBeLessThanOrEqual(1.05 * widest);
    });
  });

  test("an inspection sees texts and legends that lie over others", async () => {
    const drawing =
      `<svg width="200" height="100"><g class="role-scope"><g><path class="background" d="M0,0h200v90h-200Z"/></g></g>` +
      `<g class="mark-text role-mark"><text x="10" y="20">one</text><text x="14" y="24">two</text><text x="90" y="20">far</text></g>` +
      `<g class="role-legend"><g class="role-legend-entry"><text x="150" y="50">entry</text></g></g></svg>`;
    await page.locator("#chart").evaluate((chart, svg) => (chart.innerHTML = svg), drawing);
    expect(await page.evaluate(inspectPicture)).toEqual({ marks: 3, overlaps: ["one / two"], covered: ["entry"] });
  });

  test("a drag over linkedCells is read back as cell names, and the table follows", async () => {
    const figure = linkedCells({
      ...{ x: [0, 2, 3, 10], y: [0, 2, 3, 10], labels: ["T", "B", "B", "T"], names: ["t-1", "b-1", "b-2", "t-2"] },
      ...{ genes: ["MS4A1"], expression: [[1, 2, 3, 0]] },
    });
    const { spec } = compile(structuredClone(figure));
    await page.locator("#chart").evaluate((chart) => (chart.innerHTML = ""));
    await page.addScriptTag({ path: require.resolve("vega").replace(/[^/]*$/, "vega.min.js") });
    await page.evaluate(
      `window.view = new vega.View(vega.parse(${JSON.stringify(spec)}), { container: "#chart", renderer: "svg" }); view.runAsync().then(() => null)`,
    );
    const plot = (await page.locator("#chart .role-scope > g > .background").first().boundingBox())!;
    await page.mouse.move(plot.x + 1, plot.y + plot.height - 1);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width / 3, plot.y + plot.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.evaluate("view.runAsync().then(() => null)");
    const brush = (await page.evaluate(`view.signal("${BRUSH}")`)) as BrushValue;
    expect(selectedCells(figure, brush)).toEqual(["b-1", "b-2"]);
    const table = await page.locator("#chart text").allTextContents();
    expect(table).toEqual(expect.arrayContaining(["2.50 (100)", "0.50 (50)"]));
  });
});

test("on a dark page every text keeps a contrast of 4.5 to the ground", async () => {
  const luminance = (color: string): number => {
    const { r, g, b } = vega.expressionFunction("rgb")(color) as { r: number; g: number; b: number };
    const [red, green, blue] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = luminance("#161616");
  for (const key of ["volcano", "clusterFlow", "markerHeatmap", "qcViolins", "metricBars", "linkedCells"]) {
    const { svg } = await renderVegaLite(onDark(figures[key]!()));
    const inks = new Set([...svg.matchAll(/<text[^>]* fill="(#[^"]*|rgb[^"]*)"/g)].map(([, ink]) => ink!));
    for (const ink of inks) expect((luminance(ink) + 0.05) / (ground + 0.05), `${key}, ${ink}`).toBeGreaterThan(4.5);
  }
});
