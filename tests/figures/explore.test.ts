import { describe, expect, test } from "vitest";
import * as vega from "vega";
import { compile } from "vega-lite";
import * as figures from "../../figures/index.js";
import { analysisSamples } from "./analysis-samples.js";

const silent = {
  level: () => silent,
  error: () => silent,
  warn: () => silent,
  info: () => silent,
  debug: () => silent,
};

const viewOf = async (figure: figures.Figure) => {
  const { spec } = compile(structuredClone(figure));
  const view = new vega.View(vega.parse(spec), { renderer: "none", logger: silent as never });
  return view.runAsync();
};

/** Texts of a view's picture. */
const texts = async (view: vega.View) =>
  [...(await view.toSVG()).matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text);

const cells = {
  ...{ x: [0, 1, 9, 10], y: [0, 1, 9, 10], labels: ["B", "B", "T", null], names: ["b-1", "b-2", "t-1", "t-2"] },
  ...{
    genes: ["MS4A1", "CD3D"],
    expression: [
      [2, 3, 0, 0],
      [0, 0, 1, 3],
    ],
  },
};

/** What a drag leaves. */
const rectangle = (x: readonly number[], y: readonly number[]) => [
  {
    unit: "concat_0",
    fields: ["x", "y"].map((field) => ({ field, channel: field, type: "R" })),
    values: [x, y],
  },
];

describe("a rectangle drawn over linkedCells", () => {
  test("is read back as the names of the cells inside", async () => {
    const figure = figures.linkedCells(cells);
    const view = await viewOf(figure);
    expect(figures.selectedCells(figure, view.signal(figures.BRUSH) as figures.BrushValue)).toEqual([]);
    await view.insert("brush_store", rectangle([-1, 4], [-1, 4])).runAsync();
    const brush = view.signal(figures.BRUSH) as figures.BrushValue;
    expect(Object.keys(brush).sort()).toEqual(["x", "y"]);
    expect(figures.selectedCells(figure, brush)).toEqual(["b-1", "b-2"]);
    expect(await texts(view)).toEqual(expect.arrayContaining(["2.50 (100)", "0.00 (0)", "2.00 (100)"]));
  });

  test("leaves all cells inside while there is none", async () => {
    const view = await viewOf(figures.linkedCells(cells));
    expect(await texts(view)).toEqual(expect.arrayContaining(["1.25 (50)", "1.00 (50)"]));
  });
});

describe("selectedCells", () => {
  const figure = figures.linkedCells(cells);

  test("takes bounds in either order and fields that are not brushed", () => {
    expect(figures.selectedCells(figure, { x: [10, 5] })).toEqual(["t-1", "t-2"]);
    expect(figures.selectedCells(figure, { x: [10, 5], y: undefined })).toEqual(["t-1", "t-2"]);
    expect(figures.selectedCells(figure, {})).toEqual([]);
  });

  test("refuses a figure whose rows name no cells", () => {
    expect(() => figures.selectedCells(analysisSamples.volcano(), { x: [0, 1] })).toThrow("its rows name no cells");
  });
});

test("the gene picker shows the gene picked", async () => {
  const view = await viewOf(figures.genePicker(cells));
  expect(await texts(view)).toContain("MS4A1");
  await view.signal("gene", "CD3D").runAsync();
  expect(await texts(view)).toContain("CD3D");
  const drawn = view.data("data_0") as { cell: string; expression: number }[];
  expect(drawn.find(({ cell }) => cell === "t-2")?.expression).toBe(3);
});

test("the slider shows the severity chosen, at first the middle one", async () => {
  const view = await viewOf(analysisSamples.severitySlider());
  expect((await texts(view)).find((text) => text?.startsWith("Severity"))).toMatch(/^Severity 0\.5: distance/);
  await view.signal("level", 4).runAsync();
  expect((await texts(view)).find((text) => text?.startsWith("Severity"))).toMatch(/^Severity 1: distance/);
});
