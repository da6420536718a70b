import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RESULT, VEGA_LITE, type Cell } from "../../../src/cli/notebook-file.js";
import {
  collectResults,
  figureNames,
  figureOf,
  metricTable,
  withoutBounds,
  writeFigures,
} from "../../../src/cli/notebooks/outputs.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { code, figure, result, SVG } from "../samples.js";

const notebook = (name: string, ...cells: Cell[]) => ({ name, title: name, cells });

describe("a figure's file name", () => {
  it.each([
    ["Marker genes (by type)", "marker-genes-by-type"],
    ["../../etc/passwd", "etc-passwd"],
    ["ÄÖ", "figure"],
    ["", "figure"],
    [undefined, "01-data-figure"],
    [5, "01-data-figure"],
  ])("for the spec's name %j is %s", (name, expected) => {
    expect(figureNames()({ name }, "01-data")).toBe(expected);
  });

  it("is given once: the next gets the next free number", () => {
    const nameOf = figureNames();
    const given = ["a", "a-2", "a", "a", "A"].map((name) => nameOf({ name }, "n"));
    expect(given).toEqual(["a", "a-2", "a-3", "a-4", "a-5"]);
  });
});

describe("a figure", () => {
  it("is an output with a Vega-Lite 6 spec; nothing else is asked for a name", () => {
    const never = () => {
      throw new Error("asked");
    };
    expect(figureOf({ "image/png": "AAAA" }, never)).toBeUndefined();
    expect(figureOf({ [VEGA_LITE]: "text" }, never)).toBeUndefined();
    expect(figureOf({ [VEGA_LITE]: {}, "image/png": ["AA\n", "BB\n"] }, () => "n")).toEqual({
      ...{ name: "n", caption: "", spec: {}, svg: undefined, png: "AABB" },
    });
  });

  it("that can be drawn is drawn for print and as a PDF", async () => {
    const spec = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", data: { values: [{ x: 1 }] } };
    const folder = temporaryFolder();
    const [record] = await writeFigures([notebook("01", code("", figure("dot", { ...spec, encoding: {} })))], folder);
    expect(record?.files).toEqual(["vl.json", "svg", "png", "pdf"].map((ending) => `figures/dot.${ending}`));
    expect(readFileSync(join(folder, "figures/dot.pdf"), "latin1")).toMatch(/^%PDF-1\.4\n/);
    expect(readFileSync(join(folder, "figures/dot.svg"), "utf8")).not.toBe(SVG);
  });

  it("is written as spec and pictures, as far as it has them", async () => {
    const folder = temporaryFolder();
    const specOnly = { output_type: "display_data", data: { [VEGA_LITE]: { name: "bare" } } } as const;
    const records = await writeFigures([notebook("01", code("", figure("whole")), code("", specOnly))], folder);
    expect(records).toEqual([
      {
        name: "whole",
        caption: "Caption of whole.",
        notebook: "01",
        files: ["figures/whole.vl.json", "figures/whole.svg", "figures/whole.png"],
      },
      { name: "bare", caption: "", notebook: "01", files: ["figures/bare.vl.json"] },
    ]);
    expect(readFileSync(join(folder, "figures", "whole.svg"), "utf8")).toBe(SVG);
    expect(JSON.parse(readFileSync(join(folder, "figures", "whole.vl.json"), "utf8"))).toMatchObject({ mark: "point" });
  });
});

describe("tables of results", () => {
  it("are collected by name, rows as lists in the order of the columns", () => {
    const results = collectResults([notebook("01", code("", result("a", ["x", "y"], [{ y: 2, x: 1, z: 3 }, [4, 5]])))]);
    expect(results).toEqual({
      a: {
        name: "a",
        columns: ["x", "y"],
        rows: [
          [1, 2],
          [4, 5],
        ],
        notebook: "01",
      },
    });
  });

  it("replace one of the same name; what is no table is passed over", () => {
    const broken = { output_type: "display_data", data: { [RESULT]: { name: "b", rows: 1 } } } as const;
    const results = collectResults([
      notebook("01", code("", result("a", ["x"], [[1]]), broken)),
      notebook("02", code("", result("a", ["x"], [[2]]))),
    ]);
    expect(Object.keys(results)).toEqual(["a"]);
    expect(results.a).toMatchObject({ rows: [[2]], notebook: "02" });
  });

  it("can be shown without the bounds of their intervals", () => {
    const columns = ["x", "x low", "x high", "y low"];
    expect(withoutBounds({ columns, rows: [[1, 0, 2, 3]] })).toEqual({ columns: ["x", "y low"], rows: [[1, 3]] });
  });

  it("have the measures where there is a column MSE", () => {
    const of = (...columns: string[]) => ({ name: columns.join(), columns, rows: [], notebook: "" });
    expect(metricTable({ a: of("x"), b: of("method", "MSE low"), c: of("MSE") })?.name).toBe("method,MSE low");
    expect(metricTable({ a: of("MSE"), metrics: of("method", "MSE") })?.name).toBe("method,MSE");
    expect(metricTable({ a: of("RMSE"), b: of("mseX") })).toBeUndefined();
  });
});
