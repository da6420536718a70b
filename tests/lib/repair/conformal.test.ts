import { describe, expect, it } from "vitest";
import { DenseMatrix } from "../../../src/lib/anndata/index.js";
import { conformalQuantile } from "../../../src/lib/repair/conformal.js";
import {
  calibrateIntervals,
  intervalEnds,
  intervalScores,
  standardDeviations,
  type Repaired,
} from "../../../src/lib/repair/index.js";
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

/** How often intervals calibrated on some cells hold the high or the low values of others. */
function coverage(told: boolean, level: number, high: boolean): number {
  const calibration = pair(1, told);
  const { clean, repaired } = pair(2, told);
  const ends = intervalEnds(calibrateIntervals(calibration.clean, calibration.repaired, { level }), repaired);
  const chosen = [...clean.data.keys()].filter((at) => (at % 4 === 0) === high);
  const inside = chosen.filter((at) => clean.data[at]! >= ends.low[at]! && clean.data[at]! <= ends.high[at]!);
  return inside.length / chosen.length;
}

/** Mostly zeros: a share of the values, the repaired one, is about 2, the others are zero. */
function sparsePair(seed: number): { clean: DenseMatrix; repaired: Repaired } {
  const stream = random(seed, "sparse conformal test");
  const mean = DenseMatrix.zeros([CELLS, GENES]);
  const clean = DenseMatrix.zeros([CELLS, GENES]);
  for (let at = 0; at < mean.data.length; at++) {
    const p = stream.uniform() * 0.4;
    mean.data[at] = 2 * p;
    clean.data[at] = stream.uniform() < p ? 2 + 0.3 * stream.normal() : 0;
  }
  return { clean, repaired: { mean, sd: mean.mapNonZeros((m) => Math.sqrt(m * (2 - m))) } };
}

describe("calibrated intervals", () => {
  it("reach to the ⌈(n + 1) · level⌉-th smallest score", () => {
    const scores = Float32Array.from({ length: 19 }, (_, k) => k + 1);
    expect(conformalQuantile(scores, 0.9)).toBe(18);
    expect(conformalQuantile(scores, 0.5)).toBe(10);
    expect(conformalQuantile(scores, 0.99)).toBe(19);
  });

  it.each([0.8, 0.9])(
    "hold the share %s of other cells' values, high or low, although the deviations are wrong",
    (level) => {
      for (const high of [true, false]) expect(Math.abs(coverage(true, level, high) - level)).toBeLessThan(0.025);
    },
  );

  it("hold the same share where the model tells no deviations", () => {
    for (const high of [true, false]) expect(Math.abs(coverage(false, 0.9, high) - 0.9)).toBeLessThan(0.025);
  });

  it("begin at zero where more values are zero than may lie outside, and then hold at least their share", () => {
    const { clean, repaired } = sparsePair(1);
    const held = sparsePair(2);
    const intervals = calibrateIntervals(clean, repaired);
    expect(intervals.lower.every((lower) => lower === null)).toBe(true);
    const { low, high } = intervalEnds(intervals, held.repaired);
    expect(low.every((end) => end === 0)).toBe(true);
    for (const [from, to] of [
      [0, 0.2],
      [0.2, 0.5],
      [0.5, 0.8],
    ] as const) {
      const chosen = [...low.keys()].filter(
        (at) => held.repaired.mean.data[at]! >= from && held.repaired.mean.data[at]! < to,
      );
      const inside = chosen.filter((at) => held.clean.data[at]! <= high[at]!);
      expect(inside.length / chosen.length).toBeGreaterThan(0.88);
      if (from > 0.2) expect(inside.length / chosen.length).toBeLessThan(0.92);
    }
  });

  it("come with standard deviations that are true, low or high, whatever the model's own", () => {
    const calibration = pair(1);
    const { clean, repaired } = pair(2);
    const deviations = standardDeviations(calibrateIntervals(calibration.clean, calibration.repaired), repaired);
    for (const high of [0, 1]) {
      let ratio = 0;
      let values = 0;
      deviations.forEach((deviation, at) => {
        if (Number(at % 4 === 0) !== high) return;
        ratio += ((clean.data[at]! - repaired.mean.data[at]!) / deviation) ** 2;
        values++;
      });
      // The model's own are off by 4.
      expect(Math.abs(ratio / values - 1)).toBeLessThan(0.15);
    }
  });

  it("have bins of a quarter of the values that are not below them, none with fewer than 500", () => {
    const { clean, repaired } = pair(1);
    const { edges, spread, lower, upper } = calibrateIntervals(clean, repaired);
    const notBelow = edges.map((edge) => repaired.mean.data.filter((value) => value >= edge).length);
    expect(notBelow).toEqual([12000, 9000, 6750, 5062, 3796, 2847, 2135, 1601]);
    for (const list of [spread, lower, upper]) expect(list).toHaveLength(edges.length);
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
    // The errors are 1, 0, 0, 1, none below: at level 0.5 an interval goes from the repaired value to 1 above it.
    const validation = { clean: matrix(2, 1, 1, 2), repaired: { mean: matrix(1, 1, 1, 1) } };
    const test = { clean: matrix(1, 0, 4, 1), repaired: { mean: matrix(1, 0.5, 1, 2) } };
    const rows = intervalScores(validation, test, 0.5);
    const all = rows.find(({ group }) => group === "all")!;
    expect(all.share).toBe(1);
    expect(all.calibrated.coverage).toBe(0.25);
    expect(all.calibrated.width).toBeCloseTo(1, 6);
    // Outside by 0.5, 2 and 1, which counts 2 / 0.5 times.
    expect(all.calibrated.score).toBeCloseTo(1 + (4 * 3.5) / 4, 6);
    // Of the control, the second smallest of the absolute errors of each gene's two cells: 1 and 1.
    expect(all.control).toEqual({ coverage: 0.75, width: 1.875, score: 1.875 + (4 * 2) / 4 });
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
