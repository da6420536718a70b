import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { describe, expect, it } from "vitest";
import { PdfContext } from "../../extension/src/pdf/context.js";
import { pdfFile } from "../../extension/src/pdf/file.js";
import { fontOf, runsOf, widthOf } from "../../extension/src/pdf/text.js";
import { readPdf } from "../helpers/read-pdf.js";

const read = async (file: Blob) => readPdf(new Uint8Array(await file.arrayBuffer()));

/** The content of a page of 100 × 50 pixels, on which something is drawn. */
const drawn = async (draw: (context: PdfContext) => void) => {
  const context = new PdfContext(100, 50);
  draw(context);
  const { text, content } = await read(await context.file("test"));
  return { text, lines: content.split("\n").slice(1) };
};

const scatter: TopLevelSpec = {
  width: 200,
  height: 100,
  background: "#ffffff",
  title: "Expression, −1 to 1 (β)",
  data: { values: [-1, 0, 1].map((x) => ({ x, y: x * x, type: `type ${x}` })) },
  mark: { type: "circle", opacity: 0.5, clip: true },
  encoding: {
    x: { field: "x", type: "quantitative" },
    y: { field: "y", type: "quantitative" },
    color: { field: "x", type: "quantitative", scale: { range: ["#0072b2", "#d55e00"] } },
  },
};

describe("a PDF of a chart", () => {
  it("is one page of the chart's size, with its marks, clip, gradient and text", async () => {
    const view = new vega.View(vega.parse(compile(scatter).spec), { renderer: "none" });
    const [, width, height] = / width="(\d+)" height="(\d+)"/.exec(await view.toSVG())!.map(Number) as number[];
    const context = new PdfContext(width!, height!);
    await view.toCanvas(1, { externalContext: context });
    const { text, table, offsets, content } = await read(await context.file("Ünïcode"));
    view.finalize();
    expect(text.startsWith("%PDF-1.4\n")).toBe(true);
    expect(text.slice(table)).toMatch(/^xref\n0 6\n/);
    offsets.forEach((offset, k) => expect(text.slice(offset, offset + 8)).toBe(`${k + 1} 0 obj\n`));
    expect(text).toContain(`/MediaBox [0 0 ${width! * 0.75} ${height! * 0.75}]`);
    expect(text).toContain("/Title <FEFF00dc006e00ef0063006f00640065>");
    expect(content).not.toMatch(/NaN|undefined|Infinity/);
    expect(content.match(/^q$/gm)?.length).toBe(content.match(/^Q$/gm)?.length);
    expect(content.match(/^W n$/gm)!.length).toBeGreaterThan(0);
    expect(text).toContain("/ShadingType 2");
    expect(text).toContain("/ca 0.5 /CA 0.5");
    const title = Buffer.from("Expression, ").toString("hex");
    expect(content).toContain(`/F1 13 Tf 0 Ts <${title}> Tj\n/F4 13 Tf 0 Ts <2d> Tj`);
  });

  it("holds pictures as colours and opacity", async () => {
    const data = Uint8ClampedArray.of(255, 0, 0, 128, 1, 2, 3, 255);
    const picture = { width: 2, height: 1, data, colorSpace: "srgb" } as ImageData;
    const page = { width: 4, height: 4, title: "", content: "/I0 Do", fonts: [], states: [], patterns: [] };
    const { text, streams } = await read(await pdfFile({ ...page, pictures: [picture] }));
    expect(streams.slice(1).map((bytes) => [...bytes])).toEqual([
      [255, 0, 0, 1, 2, 3],
      [128, 255],
    ]);
    expect(text).toMatch(/\/I0 6 0 R[^]*\n6 0 obj\n[^\n]*\/ColorSpace \/DeviceRGB \/SMask 7 0 R/);
  });
});

describe("a canvas that writes a PDF", () => {
  it("transforms paths when they are made, and pens when they draw", async () => {
    const { lines } = await drawn((context) => {
      context.scale(2, 2);
      context.translate(5, 0);
      context.beginPath();
      context.moveTo(0, 1);
      context.lineTo(3, 1);
      context.translate(-5, 0);
      context.strokeStyle = "rgb(0, 114, 178)";
      context.setLineDash([4, 2]);
      context.stroke();
    });
    expect(lines).toEqual(["0 0.447 0.698 RG", "/G0 gs", "2 w 0 J 0 j 10 M [8 4] 0 d", "10 2 m", "16 2 l", "S"]);
  });

  it("goes round a circle back to where it began, and bends within a thousandth of the radius", async () => {
    const { lines } = await drawn((context) => {
      context.beginPath();
      context.arc(20, 20, 10, 0, 2 * Math.PI);
      context.fill();
    });
    const curves = lines.filter((line) => line.endsWith(" c")).map((line) => line.split(" ").slice(0, 6).map(Number));
    expect(lines).toContain("30 20 m");
    expect(curves).toHaveLength(4);
    expect(curves.at(-1)!.slice(4)).toEqual([30, 20]);
    let [x, y] = [30, 20];
    for (const [x1, y1, x2, y2, toX, toY] of curves as [number, number, number, number, number, number][]) {
      const middle = [(x + 3 * x1 + 3 * x2 + toX) / 8 - 20, (y + 3 * y1 + 3 * y2 + toY) / 8 - 20] as const;
      expect(Math.abs(Math.hypot(...middle) - 10)).toBeLessThan(0.01);
      [x, y] = [toX, toY];
    }
  });

  it("goes the other way round where it is told so", async () => {
    const ends = async (isBackward: boolean) => {
      const { lines } = await drawn((context) => {
        context.beginPath();
        context.arc(0, 0, 10, 0, Math.PI / 2, isBackward);
        context.fill();
      });
      return lines.filter((line) => line.endsWith(" c")).length;
    };
    expect(await Promise.all([ends(false), ends(true)])).toEqual([1, 3]);
  });

  it("comes back to what it saved, but for the path", async () => {
    const { lines } = await drawn((context) => {
      context.fillStyle = "#ff0000";
      context.save();
      context.fillStyle = "#00ff00";
      context.translate(9, 9);
      context.beginPath();
      context.rect(0, 0, 1, 1);
      context.restore();
      context.fill();
      context.fillRect(0, 0, 1, 1);
    });
    expect(lines.slice(0, 5)).toEqual(["q", "Q", "1 0 0 rg", "/G0 gs", "9 9 m"]);
    expect(lines.filter((line) => line.endsWith(" m"))).toEqual(["9 9 m", "0 0 m"]);
  });

  it("draws nothing that cannot be seen, and what is blended as it is told", async () => {
    const { text, lines } = await drawn((context) => {
      for (const paint of ["transparent", "no colour", "rgba(1, 2, 3, 0)"]) {
        context.fillStyle = paint;
        context.fillRect(0, 0, 9, 9);
      }
      context.fillStyle = "#000000";
      context.globalAlpha = 0.25;
      context.globalCompositeOperation = "color-dodge";
      context.fillRect(0, 0, 9, 9);
    });
    expect(lines.filter((line) => line === "f")).toHaveLength(1);
    expect(text).toContain("/G0 << /ca 0.25 /CA 0.25 /BM /ColorDodge >>");
  });

  it("writes nothing of what a spec says but numbers, names that it knows, and codes of text", async () => {
    const { text, lines } = await drawn((context) => {
      const hostile = ">> endobj 1 0 obj << /OpenAction (x) >>";
      Object.assign(context, { globalCompositeOperation: hostile, lineCap: hostile, lineJoin: hostile, font: hostile });
      Object.assign(context, { lineWidth: hostile, miterLimit: NaN, lineDashOffset: 1e300 });
      context.setLineDash([hostile as unknown as number]);
      context.beginPath();
      context.moveTo(Infinity, hostile as unknown as number);
      context.stroke();
      context.fillText(hostile, 0, 0);
    });
    expect(text).not.toContain("OpenAction");
    expect(lines.join("\n")).not.toMatch(/OpenAction|NaN|Infinity|undefined|e\+/);
    expect(text).toContain("/BM /Normal");
    expect(lines).toContain("0 w 0 J 0 j 0 M [] 0 d");
  });

  it("aligns text by its width, upright wherever it is turned to", async () => {
    const { lines } = await drawn((context) => {
      context.font = "600 10px Inter, Helvetica, sans-serif";
      context.textAlign = "right";
      context.fillText("A−β", 50, 20);
      context.rotate(-Math.PI / 2);
      context.textAlign = "left";
      context.fillText("A", -10, 5);
    });
    const width = widthOf("A−β", { size: 10, number: 1 });
    expect(lines).toContain(`0 Tr 1 0 0 -1 ${Number((50 - width).toFixed(3))} 20 Tm`);
    expect(lines).toContain("0 Tr 0 -1 -1 0 5 10 Tm");
    expect(lines.slice(4, 6)).toEqual(["/F1 10 Tf 0 Ts <41> Tj", "/F4 10 Tf 0 Ts <2d62> Tj"]);
  });

  it("refuses gradients that it cannot write", () => {
    expect(() => new PdfContext(1, 1).createPattern()).toThrow("save it as SVG or PNG");
  });
});

describe("text in the fonts of every reader", () => {
  it("is that of the weight and slant that CSS asks for", () => {
    expect(fontOf("italic 700 12.5px serif")).toEqual({ size: 12.5, number: 3 });
    expect(fontOf("500 9px Inter")).toEqual({ size: 9, number: 0 });
  });

  it("has Western letters, Greek and signs; what else there is comes as no text", () => {
    expect(runsOf("é–€²", 0)).toEqual([{ font: 0, codes: "e99680b2", level: 0 }]);
    expect(runsOf("µ ≤ Ω", 2)).toEqual([
      { font: 2, codes: "b520", level: 0 },
      { font: 4, codes: "a3", level: 0 },
      { font: 2, codes: "20", level: 0 },
      { font: 4, codes: "57", level: 0 },
    ]);
    expect(runsOf("3′", 0)).toEqual([
      { font: 0, codes: "33", level: 0 },
      { font: 4, codes: "a2", level: 0 },
    ]);
    for (const text of ["細胞", "🧬", "\u0081"]) expect(runsOf(text, 0)).toBeUndefined();
  });

  it("stands small below and above the line", async () => {
    const { lines } = await drawn((context) => {
      context.font = "10px Inter";
      context.textAlign = "right";
      context.fillText("log₂10⁻⁶", 90, 20);
    });
    expect(lines.filter((line) => line.endsWith(" Tj"))).toEqual([
      "/F0 10 Tf 0 Ts <6c6f67> Tj",
      "/F0 6.5 Tf -1.5 Ts <32> Tj",
      "/F0 10 Tf 0 Ts <3130> Tj",
      "/F4 6.5 Tf 3.5 Ts <2d> Tj",
      "/F0 6.5 Tf 3.5 Ts <36> Tj",
    ]);
    const width = 2.22 + 5.56 + 5.56 + 2 * 5.56 + 0.65 * 3 * 5.56;
    expect(lines).toContain(`0 Tr 1 0 0 -1 ${Number((90 - width).toFixed(3))} 20 Tm`);
  });

  it("is as wide as Helvetica is", () => {
    expect(widthOf("Wi1", { size: 10, number: 0 })).toBeCloseTo(9.44 + 2.22 + 5.56);
    expect(widthOf("Wi1", { size: 10, number: 1 })).toBeCloseTo(9.44 + 2.78 + 5.56);
  });
});
