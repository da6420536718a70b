import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { figureFiles, saveFigure, type FigureFormat } from "../../figures/index.js";
import { svgToPdf } from "../../figures/pdf.js";
import { renderVegaLite } from "../../kernel/display/vega.js";
import { readPdf } from "../helpers/read-pdf.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { analysisSamples } from "./analysis-samples.js";

const figure = analysisSamples.metricTable();

const svg = (body: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48">${body}</svg>`;

describe("saveFigure", () => {
  test("writes the spec with its data, SVG, PNG and PDF under the figure's name", async () => {
    const folder = `${temporaryFolder()}/made`;
    const paths = await saveFigure(figure, folder);
    expect(paths).toEqual(["vl.json", "svg", "png", "pdf"].map((ending) => `${folder}/metric-table.${ending}`));
    expect(readdirSync(folder)).toHaveLength(4);
    expect(JSON.parse(readFileSync(paths[0]!, "utf8"))).toEqual(analysisSamples.metricTable());
    expect(readFileSync(paths[1]!, "utf8")).toContain("DiffRepairer, paper");
  });

  test("leaves nothing behind where a file cannot be written", async () => {
    const folder = temporaryFolder();
    // A folder stands where the file should be.
    mkdirSync(`${folder}/metric-table.svg`);
    await expect(saveFigure(figure, folder, { formats: ["svg"] })).rejects.toThrow(/metric-table\.svg/);
    expect(readdirSync(folder)).toEqual(["metric-table.svg"]);
  });

  test("writes a PNG of 300 dots an inch at the figure's size in print", async () => {
    const [png] = await figureFiles(figure, { formats: ["png"] });
    const { width } = await renderVegaLite(figure);
    const bytes = Buffer.from(png!.content as Uint8Array);
    expect(Math.abs(bytes.readUInt32BE(16) - (width * 300) / 96)).toBeLessThan(4);
    const density = bytes.indexOf("pHYs");
    expect([bytes.readUInt32BE(density + 4), bytes.readUInt8(density + 12)]).toEqual([11811, 1]);
  });

  test("refuses formats and options that it does not know", async () => {
    await expect(figureFiles(figure, { formats: ["gif" as FigureFormat] })).rejects.toThrow(
      'no format "gif"; formats: vl.json, svg, png, pdf',
    );
    await expect(figureFiles(figure, { dpi: 300 } as object)).rejects.toThrow('unknown option "dpi"');
  });
});

describe("a PDF of a figure", () => {
  test("is the same every time, its table points at its objects, and its page has the picture's size", async () => {
    const [pdf] = await figureFiles(figure, { formats: ["pdf"] });
    const [again] = await figureFiles(figure, { formats: ["pdf"] });
    expect(again).toEqual(pdf);
    const { text, table, offsets } = readPdf(pdf!.content as Uint8Array);
    expect(text.startsWith("%PDF-1.4\n")).toBe(true);
    expect(text.slice(table)).toMatch(/^xref\n0 6\n/);
    offsets.forEach((offset, k) => expect(text.slice(offset, offset + 8)).toBe(`${k + 1} 0 obj\n`));
    const [width, height] = /MediaBox \[0 0 (\S+) (\S+)\]/.exec(text)!.slice(1).map(Number) as [number, number];
    const picture = await renderVegaLite(figure);
    expect(Math.abs(width - picture.width * 0.75)).toBeLessThan(1);
    expect(Math.abs(height - picture.height * 0.75)).toBeLessThan(1);
  });

  test.each([
    ...(["clusterFlow", "ridgePlot", "dotPlotColumn", "markerHeatmap", "linkedCells", "tokenAttention"] as const),
    ...(["responseCurvesColumn", "severitySlider", "onDark", "section38"] as const),
  ])("can be made of %s", async (key) => {
    const [pdf] = await figureFiles(analysisSamples[key](), { formats: ["pdf"] });
    const { content } = readPdf(pdf!.content as Uint8Array);
    expect(content).not.toMatch(/NaN|undefined|Infinity/);
    expect(content.match(/^q$/gm)?.length).toBe(content.match(/^Q$/gm)?.length);
    expect(content.match(/^f\*?$/gm)!.length).toBeGreaterThan(10);
  });

  test("draws each shape with its colours, opacity, dashes, clip and gradient", () => {
    const pdf = svgToPdf(
      svg(
        `<defs><clipPath id="c"><path d="M 0 0 L 9 0 L 9 9 Z"/></clipPath><linearGradient id="g" x1="0" y1="0" x2="1" y2="0">` +
          `<stop offset="0" stop-color="#ff0000"/><stop offset="1" stop-color="#0000ff"/></linearGradient></defs>` +
          `<g opacity="0.5" transform="matrix(1 0 0 1 5 6)" clip-path="url(#c)">` +
          `<path fill="#00ff00" fill-opacity="0.5" stroke="#0000ff" stroke-width="2" stroke-dasharray="4 3" d="M 1 2 Q 4 2 4 5 Z"/></g>` +
          `<path fill="url(#g)" d="M 10 20 L 30 20 L 30 40 Z"/>`,
      ),
      "Größe",
    );
    const { text, content } = readPdf(pdf);
    expect(content).toContain("0.75 0 0 -0.75 0 36 cm");
    expect(content).toContain("1 0 0 1 5 6 cm");
    expect(content).toContain("0 0 m\n9 0 l\n9 9 l\nh\nW n");
    expect(content).toContain("0 1 0 rg\n1 2 m\n3 2 4 3 4 5 c\nh\nf");
    expect(content).toContain("0 0 1 RG 2 w\n0 J 0 j\n4 M\n[4 3] 0 d");
    expect(text).toContain("<< /ca 0.25 /CA 0.5 >>");
    expect(text).toContain("/Coords [10 20 30 20]");
    expect(text).toContain("/C0 [1 0 0] /C1 [0 0 1]");
    expect(text).toContain("/Title <FEFF0047007200F600DF0065>");
  });

  test("says what it cannot be made of", () => {
    expect(() => svgToPdf(svg(`<image/>`), "a")).toThrow("cannot be made of <image>; use SVG or PNG");
    expect(() => svgToPdf(svg(`<path fill="red" d="M 0 0"/>`), "a")).toThrow('the colour "red"');
    expect(() => svgToPdf(svg(`<path d="M 0 0 A 1 1"/>`), "a")).toThrow('the path command "A"');
    expect(() => svgToPdf(svg(`<path fill="url(#x)" d="M 0 0"/>`), "a")).toThrow("url(#x), which it does not define");
    expect(() => svgToPdf("<svg><g>", "a")).toThrow("before its outermost element is closed");
  });
});
