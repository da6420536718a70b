import { describe, expect, it } from "vitest";
import { DenseMatrix } from "../../../src/lib/anndata/index.js";
import { conformalQuantile } from "../../../src/lib/repair/conformal.js";
import { calibrateIntervals, halfWidths, intervalScores, type Repaired } from "../../../src/lib/repair/index.js";
import { random } from "../../../src/lib/stats/index.js";

const CELLS = 200;
const GENES = 60;

/** Values around known means; the model's deviations are right for low values and half of what is true for high ones. */
function pair(seed: number, told = true): { clean: DenseMatrix; repaired: Repaired } {
  const stream = random(seed, "conformal test");
  const mean = DenseMatrix.zeros([CELLS, GENES]);
  const clean = DenseMatrix.zeros([CELLS, GENES]);
  const sd = DenseMatrix.zeros([CELLS, GENES]);
  for (let at = 0; at < mean.data.length; at++) {
    const high = at % 4 === 0;
    mean.data[at] = high ? 3 + stream.uniform() : 1 + stream.uniform();
    const spread = 0.1 + 0.2 * stream.uniform();
    sd.data[at] = high ? spread / 2 : spread;
    clean.data[at] = Math.max(0, mean.data[at]! + spread * stream.normal());
  }
  return { clean, repaired: told ? { mean, sd } : { mean } };
}

function coverageWhere(high: boolean, { clean, repaired }: ReturnType<typeof pair>, half: Float32Array): number {
  const chosen = [...half.keys()].filter((at) => (at % 4 === 0) === high);
  const inside = chosen.filter((at) => Math.abs(clean.data[at]! - repaired.mean.data[at]!) <= half[at]!);
  return inside.length / chosen.length;
}

describe("calibrated intervals", () => {
  it("reach to the ⌈(n + 1) · level⌉-th smallest score", () => {
    const scores = Float32Array.from({ length: 19 }, (_, k) => 19 - k);
    expect(conformalQuantile(scores, 0.9)).toBe(18);
    expect(conformalQuantile(scores, 0.5)).toBe(10);
    expect(conformalQuantile(scores, 0.99)).toBe(19);
  });

  it.each([0.8, 0.9])(
    "hold the share %s of other cells' values, high or low, although the deviations are wrong",
    (level) => {
      const calibration = pair(1);
      const held = pair(2);
      const intervals = calibrateIntervals(calibration.clean, calibration.repaired, { level });
      const half = halfWidths(intervals, held.repaired);
      for (const high of [true, false]) expect(Math.abs(coverageWhere(high, held, half) - level)).toBeLessThan(0.025);
    },
  );

  it("hold the same share where the model tells no deviations", () => {
    const calibration = pair(1, false);
    const held = pair(2, false);
    const half = halfWidths(calibrateIntervals(calibration.clean, calibration.repaired), held.repaired);
    for (const high of [true, false]) expect(Math.abs(coverageWhere(high, held, half) - 0.9)).toBeLessThan(0.025);
  });

  it("have bins that halve from the median on, none with fewer than 500 values", () => {
    const { clean, repaired } = pair(1);
    const { edges, reach } = calibrateIntervals(clean, repaired);
    expect(reach).toHaveLength(edges.length);
    const above = edges.map((edge) => repaired.mean.data.filter((value) => value >= edge).length);
    expect(above).toEqual([12000, 6000, 3000, 1500, 750]);
  });

  it("refuse a level that is none, and cells of another shape", () => {
    const { clean, repaired } = pair(1);
    expect(() => calibrateIntervals(clean, repaired, { level: 1 })).toThrow(/level must be between 0 and 1, not 1/);
    expect(() => calibrateIntervals(DenseMatrix.zeros([2, 2]), repaired)).toThrow(
      /clean is 2 × 2, repaired is 200 × 60/,
    );
  });
});

describe("the scores of intervals", () => {
  it("are coverage, width and interval score, by hand on four values", () => {
    const matrix = (...values: number[]) => new DenseMatrix([2, 2], Float32Array.from(values));
    // Distances of 1, 0, 0, 1 from the repaired values: at level 0.5 the third smallest is the reach, 1.
    const validation = { clean: matrix(2, 1, 1, 2), repaired: { mean: matrix(1, 1, 1, 1) } };
    const test = { clean: matrix(1, 0, 4, 1), repaired: { mean: matrix(1, 0.5, 1, 2) } };
    const rows = intervalScores(validation, test, 0.5);
    const all = rows.find(({ group }) => group === "all")!;
    // Widths 2, 1.5 (it ends at zero), 2, 2; the value 4 is 2 above its interval, which counts 2 / 0.5 times.
    expect(all.calibrated).toEqual({ coverage: 0.75, width: 1.875, score: 1.875 + (4 * 2) / 4 });
    expect(all.share).toBe(1);
    expect(rows.find(({ group }) => group === "clean > 0")!.calibrated.coverage).toBeCloseTo(2 / 3, 12);
    expect(rows.find(({ group }) => group === "clean = 0")!.share).toBe(0.25);
  });

  it("have a row by the probability that a gene is expressed, where the model tells it", () => {
    const { clean, repaired } = pair(1);
    const pExpressed = repaired.mean.mapNonZeros((value) => (value > 3 ? 0.9 : 0.1));
    const groups = (own: Repaired) => intervalScores({ clean, repaired: own }, { clean, repaired: own });
    const named = (own: Repaired) => groups(own).map(({ group }) => group);
    expect(named(repaired)).not.toContain("P(expressed) > 0.5");
    const row = groups({ ...repaired, pExpressed }).find(({ group }) => group === "P(expressed) > 0.5")!;
    expect(row.share).toBeCloseTo(0.25, 3);
  });

  it("are better than those of one width for each gene where uncertainty differs within a gene", () => {
    const all = intervalScores(pair(1), pair(2)).find(({ group }) => group === "all")!;
    expect(all.control.coverage).toBeCloseTo(0.9, 1);
    expect(all.calibrated.score).toBeLessThan(all.control.score);
  });
});
