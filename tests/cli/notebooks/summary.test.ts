import { describe, expect, it } from "vitest";
import { counted, formatColumn, formatValue, summary, textTable } from "../../../src/cli/notebooks/summary.js";
import { sampleRecord } from "../samples.js";

describe("values as text", () => {
  it.each([
    [3, "3"],
    [0.123456, "0.1235"],
    [123456.789, "123500"],
    [null, ""],
    [undefined, ""],
    ["text", "text"],
    [true, "true"],
    [{ a: 1 }, '{"a":1}'],
  ])("%j is %s", (value, expected) => {
    expect(formatValue(value)).toBe(expected);
  });

  it("have three decimals throughout a column of ordinary numbers", () => {
    expect(formatColumn([0.5, 1, null, "n/a"])).toEqual(["0.500", "1.000", "", "n/a"]);
    expect(formatColumn([1, 2])).toEqual(["1", "2"]);
    expect(formatColumn([0.5, 25_005_000])).toEqual(["0.5", "25005000"]);
    expect(formatColumn([0.00001, 1.5])).toEqual(["0.00001", "1.5"]);
  });

  it("are aligned in a table, numbers on the right", () => {
    expect(
      textTable(
        ["method", "MSE"],
        [
          ["DAE", 0.5],
          ["Transformer", 10.25],
        ],
      ),
    ).toEqual(["method          MSE", "───────────  ──────", "DAE           0.500", "Transformer  10.250"]);
    expect(textTable(["a"], [])).toEqual(["a", "─"]);
    expect(textTable(["r"], [[null], [0.5]]).slice(2)).toEqual(["", "0.500"]);
    expect(textTable(["number"], [[null], [5]])[3]).toBe("     5");
  });

  it("count in singular and plural", () => {
    expect([counted(1, "notebook"), counted(0, "notebook"), counted(2, "notebook")]).toEqual([
      "1 notebook",
      "0 notebooks",
      "2 notebooks",
    ]);
  });
});

describe("the summary of a run", () => {
  it("has the measures, the notebooks that ran, and where the report is", () => {
    const { notebooks } = sampleRecord();
    const record = sampleRecord({
      notebooks: [
        ...notebooks,
        { ...notebooks[0]!, name: "02-not", status: "not run", seconds: null, peakBytes: null },
      ],
      results: { m: { name: "m", notebook: "01-first", columns: ["method", "MSE"], rows: [["DAE", 0.25]] } },
    });
    expect(summary(record, "/results").split("\n")).toEqual([
      "",
      "m (01-first)",
      "method    MSE",
      "──────  ─────",
      "DAE     0.250",
      "",
      "notebook  cells  time        peak memory",
      "────────  ─────  ──────────  ───────────",
      "01-first      2  1 min 01 s  1.50 GiB",
      "",
      "1 notebook, 0 figures, 1 min 05 s; mode quick, seed 0, backend tensorflow (native, CPU, 2 threads)",
      "Open /results/report.html",
      "",
    ]);
  });

  it("does without measures, times and backend", () => {
    const [notebook] = sampleRecord().notebooks;
    const record = sampleRecord({ environment: {}, notebooks: [{ ...notebook!, seconds: null, peakBytes: null }] });
    expect(summary(record, "/r")).toMatch(/^\nnotebook .*\n.*\n01-first      2\n\n1 notebook, .*backend unknown\n/);
  });
});
