import { describe, expect, it } from "vitest";
import { DenseMatrix } from "../../../src/lib/anndata/index.js";
import { averagePrecision, bestF1Threshold, f1Score, mse, pearson } from "../../../src/lib/metrics/index.js";
import {
  evaluate,
  fitDegradedInput,
  fitGeneMean,
  prepare,
  RESULT_MIME,
  ResultTable,
  resultTable,
  type RepairModel,
} from "../../../src/lib/repair/index.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { simulate } from "../../helpers/simulate.js";

const task = prepare(simulate({ cells: 200 }), { nTopGenes: 40, draws: 1 });
const input = await evaluate(await fitDegradedInput(task), task);

const z = (data: Float32Array) =>
  data.map((value, at) => (value - task.scaling.mean[at % 40]!) / task.scaling.sd[at % 40]!);
const expressed = (data: Float32Array) => Uint8Array.from(data, (value) => Number(value > 0));

describe("evaluate", () => {
  const clean = dense(task.test).data;
  const degraded = dense(task.degraded.test).data;

  it("gives the metrics of all cells and genes together", () => {
    expect(input.mse.value).toBeCloseTo(mse(z(degraded), z(clean)), 4);
    expect(input.pearson.value).toBeCloseTo(pearson(z(degraded), z(clean)), 4);
    expect(input.prAuc.value).toBe(averagePrecision(expressed(clean), degraded));
    const validation = [expressed(dense(task.validation).data), dense(task.degraded.validation).data] as const;
    expect(input.threshold).toBe(bestF1Threshold(...validation));
    expect(input.f1.value).toBeCloseTo(f1Score(expressed(clean), degraded, input.threshold), 12);
  });

  it("gives every cell's own, and their mean for the squared error", () => {
    const row = (data: Float32Array, i: number) => data.subarray(i * 40, (i + 1) * 40);
    expect(input.perCell.pearson[3]).toBeCloseTo(pearson(row(z(degraded), 3), row(z(clean), 3)), 5);
    expect(input.perCell.prAuc[3]).toBe(averagePrecision(expressed(row(clean, 3)), row(degraded, 3)));
    expect(input.perCell.f1[3]).toBe(f1Score(expressed(row(clean, 3)), row(degraded, 3), input.threshold));
    const { mse: perCell } = input.perCell;
    expect(perCell.reduce((sum, value) => sum + value, 0) / perCell.length).toBeCloseTo(input.mse.value, 9);
  });

  it("gives intervals around the values, the same for the same seed", async () => {
    for (const key of ["mse", "pearson", "prAuc", "f1"] as const) {
      const { value, low, high } = input[key];
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
      expect(high - low).toBeLessThan(0.5 * Math.abs(value));
    }
    const again = await evaluate(await fitDegradedInput(task), task);
    expect(again).toEqual(input);
    const other = await evaluate(await fitDegradedInput(task), task, { seed: 9 });
    expect(other.mse).not.toEqual(input.mse);
  });

  it("holds intervals calibrated on the validation cells against the test cells, beside their control", () => {
    const all = input.intervals.find(({ group }) => group === "all")!;
    expect(all.share).toBe(1);
    for (const { coverage } of [all.calibrated, all.control]) expect(Math.abs(coverage - 0.9)).toBeLessThan(0.06);
    const [positive, zero] = ["clean > 0", "clean = 0"].map((name) =>
      input.intervals.find((row) => row.group === name)!,
    );
    const together = positive!.share * positive!.calibrated.coverage + zero!.share * zero!.calibrated.coverage;
    expect(together).toBeCloseTo(all.calibrated.coverage, 10);
  });

  it("sees a perfect repair and a blurred one", async () => {
    const perfect: RepairModel = {
      name: "perfect",
      label: "Perfect",
      parameters: 0,
      repair: async (cells) => ({
        mean: dense(cells.obsNames[0] === task.test.obsNames[0] ? task.test : task.validation),
      }),
    };
    const best = await evaluate(perfect, task);
    expect(best.mse.value).toBe(0);
    expect(best.pearson.value).toBeCloseTo(1, 9);
    expect(best.prAuc.value).toBe(1);
    expect(best.f1.value).toBeGreaterThan(0.98);
    expect(best.spread).toBeGreaterThan(0.8);
    const blurred = await evaluate(await fitGeneMean(task), task);
    expect(blurred.spread).toBeCloseTo(0, 5);
    expect(blurred.pearson.value).toBeNaN();
  });
});

describe("resultTable", () => {
  const table = resultTable([input, { ...input, label: "<b>", pearson: { value: NaN, low: NaN, high: NaN } }]);
  const bundle = (table as unknown as Record<symbol, () => Record<string, unknown>>)[Symbol.for("Jupyter.display")]!();

  it("holds value and interval of every measure", () => {
    expect(table).toBeInstanceOf(ResultTable);
    expect(table.columns.slice(0, 4)).toEqual(["method", "MSE", "MSE low", "MSE high"]);
    expect(table.rows[0]!.slice(0, 2)).toEqual(["Degraded input", input.mse.value]);
  });

  it("shows itself in notebooks as text, HTML and data", () => {
    expect(Object.keys(bundle)).toEqual(["text/plain", "text/html", RESULT_MIME]);
    expect(bundle["text/plain"]).toMatch(/^method +MSE[^\n]*\nDegraded input +\d\.\d{3}/);
    expect(bundle["text/plain"]).toContain("MSE [95 %]");
    expect(bundle["text/html"]).toContain("<td>&lt;b&gt;</td>");
    const json = JSON.parse(JSON.stringify(bundle[RESULT_MIME])) as { rows: unknown[][] };
    expect(json).toEqual(bundle[RESULT_MIME]);
    expect(json.rows[1]![4]).toBeNull();
  });

  it("puts a value's interval beside it, and a dash where there is no value", () => {
    const { columns, numeric, rows } = new ResultTable(
      "t",
      ["method", "x", "x low", "x high", "low"],
      [
        ["a", 1.25, 1, 2, 3],
        ["b", null, null, null, 4],
      ],
    ).shown();
    expect(columns).toEqual(["method", "x [95 %]", "low"]);
    expect(numeric).toEqual([false, true, true]);
    expect(rows).toEqual([
      ["a", "1.250 [1, 2]", "3"],
      ["b", "–", "4"],
    ]);
  });

  it("becomes comma-separated values with every digit, and Markdown", () => {
    const table = new ResultTable(
      "t",
      ["method", "x, y", "z"],
      [
        ["a|b", 1 / 3, null],
        ['say "a"', 2, 3],
      ],
    );
    expect(table.toCsv()).toBe(`method,"x, y",z\na|b,${1 / 3},\n"say ""a""",2,3\n`);
    expect(table.toMarkdown()).toBe(
      '| method | x, y | z |\n| --- | --: | --: |\n| a\\|b | 0.333 | – |\n| say "a" | 2 | 3 |\n',
    );
  });

  it("becomes a danfojs frame", async () => {
    const frame = await table.toDanfo();
    expect(frame.shape).toEqual([2, table.columns.length]);
    expect(frame.columns).toEqual(table.columns);
    expect(frame.values[0]![1]).toBe(input.mse.value);
  });
});

it("repaired matrices have the cells' shape", async () => {
  const { mean } = await (await fitGeneMean(task)).repair(task.degraded.test);
  expect(mean).toBeInstanceOf(DenseMatrix);
  expect(mean.shape).toEqual(task.test.shape);
});
