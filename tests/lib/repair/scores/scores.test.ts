import { describe, expect, it } from "vitest";
import { DenseMatrix } from "../../../../src/lib/anndata/index.js";
import { mse, pearson } from "../../../../src/lib/metrics/index.js";
import { mseOf, pairSums, pearsonOf, totals } from "../../../../src/lib/repair/scores/agreement.js";
import { coverage } from "../../../../src/lib/repair/scores/calibration.js";
import { centredInterval } from "../../../../src/lib/repair/scores/centred-interval.js";
import { setsPreserved, topGenes } from "../../../../src/lib/repair/scores/differential-genes.js";
import { drawWithinTypes, eachOnce, scoredTypes } from "../../../../src/lib/repair/scores/scored-types.js";
import { separation } from "../../../../src/lib/repair/scores/separation.js";
import { medianSpread } from "../../../../src/lib/repair/scores/spread.js";
import { centred, welchScores } from "../../../../src/lib/repair/scores/welch.js";
import { random } from "../../../../src/lib/stats/index.js";
import { expectClose } from "../../../helpers/compare.js";

const labels = [..."aaaaabbbbbb"].map((type): string | null => type);

describe("scoredTypes", () => {
  it("takes the types with five cells, and cells without label nowhere", () => {
    const { types, codes } = scoredTypes([...labels, "rare", null]);
    expect(types).toEqual(["a", "b"]);
    expect([...codes]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, -1, -1]);
  });

  it("draws as many cells of every type as there are, the same for the same seed", () => {
    const scored = scoredTypes([...labels, null]);
    const draws = drawWithinTypes(scored, 30, 3);
    for (const times of draws) {
      expect(times.subarray(0, 5).reduce((sum, count) => sum + count, 0)).toBe(5);
      expect(times.subarray(5, 11).reduce((sum, count) => sum + count, 0)).toBe(6);
      expect(times[11]).toBe(0);
    }
    expect(drawWithinTypes(scored, 30, 3)).toEqual(draws);
    expect(drawWithinTypes(scored, 30, 4)).not.toEqual(draws);
  });
});

describe("welchScores", () => {
  it("counts a cell twice as two equal cells do, whatever is added to a gene", () => {
    const scored = scoredTypes(labels);
    const values = random(0, "test").fillNormal(new Float32Array(22));
    const cells = new DenseMatrix([11, 2], values);
    const times = eachOnce(scored);
    times[0] = 2;
    const doubled = cells.selectRows([0, ...labels.keys()]);
    const twice = scoredTypes(["a", ...labels]);
    expectClose(welchScores(centred(cells), scored, times), welchScores(centred(doubled), twice, eachOnce(twice)), {
      relative: 1e-12,
    });
    const shifted = new DenseMatrix(
      [11, 2],
      values.map((value) => value + 1024),
    );
    expectClose(welchScores(centred(shifted), scored, times), welchScores(centred(cells), scored, times), {
      relative: 1e-2,
    });
  });

  it("is 0 for constant genes, whatever their value's rounding", () => {
    const scored = scoredTypes(labels);
    const constant = new DenseMatrix(
      [11, 2],
      new Float32Array(22).map((_, at) => (at % 2 ? 0.1 : 1e6 / 3)),
    );
    expect([...welchScores(centred(constant), scored, eachOnce(scored))]).toEqual([0, 0, 0, 0]);
  });
});

describe("sets of differentially expressed genes", () => {
  it("hold only genes that are higher in the type", () => {
    const sets = topGenes(Float64Array.of(3, 0, 5, -1, -2, -3, 0, -9), 4, 3);
    expect(sets.map((genes) => [...genes].sort())).toEqual([[0, 2], []]);
    const ties = topGenes(Float64Array.of(1, 4, 1, 1, 0, 1), 6, 3);
    expect(ties.map((genes) => [...genes].sort())).toEqual([[0, 1, 2]]);
  });

  it("agree by F1 and Jaccard index, averaged over types", () => {
    const sets = (...lists: number[][]) => lists.map((genes) => Int32Array.from(genes));
    const { f1, jaccard } = setsPreserved(sets([1, 2, 3, 4], [5, 6]), sets([1, 2, 9, 8], []));
    expect(f1).toBeCloseTo((50 + 0) / 2, 12);
    expect(jaccard).toBeCloseTo((100 / 3 + 0) / 2, 12);
  });
});

describe("separation", () => {
  it("is that of two pairs on a line by hand", () => {
    // Points 0, 1 and 10, 11: silhouettes 9.5/10.5, 8.5/9.5, 8.5/9.5, 9.5/10.5.
    const points = [0, 1, 10, 11];
    const distances = Float32Array.from(points.flatMap((a) => points.map((b) => Math.abs(a - b))));
    const scored = { types: ["a", "b"], codes: Int32Array.of(0, 0, 1, 1) };
    const silhouette = (9.5 / 10.5 + 8.5 / 9.5) / 2;
    expect(separation(distances, scored, Uint16Array.of(1, 1, 1, 1))).toBeCloseTo(50 * (silhouette + 1), 10);
  });

  it("is 50 where all cells are one point", () => {
    const scored = { types: ["a", "b"], codes: Int32Array.of(0, 0, 1, 1) };
    expect(separation(new Float32Array(16), scored, Uint16Array.of(1, 1, 1, 1))).toBe(50);
  });
});

describe("agreement", () => {
  const clean = Float32Array.of(0, 1, 2, 40);
  const repaired = Float32Array.of(1, 1, 2, 3);
  const scaling = { mean: Float32Array.of(1, 2), sd: Float32Array.of(0.5, 2) };
  const z = (values: Float32Array) => values.map((value, at) => (value - [1, 2][at % 2]!) / [0.5, 2][at % 2]!);

  it.each([
    ["log", (values: Float32Array) => values],
    ["z", z],
    ["clipped", (values: Float32Array) => z(values).map((value) => Math.max(-10, Math.min(10, value)))],
  ] as const)("of %s values is that of the metrics", (space, look) => {
    const sums = totals(pairSums(scaling, repaired, clean, space));
    expect(mseOf(sums)).toBeCloseTo(mse(look(repaired), look(clean)), 10);
    expect(pearsonOf(sums)).toBeCloseTo(pearson(look(repaired), look(clean)), 10);
  });
});

describe("coverage", () => {
  it("is the share of values within 1.645 standard deviations", () => {
    const clean = Float32Array.of(0, 1.6, 1.7, -1.6, 5);
    expect(coverage(clean, new Float32Array(5), new Float32Array(5).fill(1))).toBeCloseTo(0.6, 12);
    expect(coverage(clean, new Float32Array(5), new Float32Array(5).fill(1), 0.95)).toBeCloseTo(0.8, 12);
  });

  it("is the level for intervals that are right", () => {
    const values = random(1, "test").fillNormal(new Float32Array(20_000));
    expect(coverage(values, new Float32Array(20_000), new Float32Array(20_000).fill(1))).toBeCloseTo(0.9, 2);
  });
});

describe("medianSpread", () => {
  it("is the middle gene's standard deviation over the training cells'", () => {
    const values = Float32Array.of(0, 0, 5, 2, 4, 5, 4, 8, 5);
    const spreads = [Math.sqrt(8 / 3) / 2, Math.sqrt(32 / 3) / 1, 0];
    expect(medianSpread({ sd: Float32Array.of(2, 1, 1) }, values)).toBeCloseTo(spreads[0]!, 12);
  });
});

describe("centredInterval", () => {
  it("has the width of the draws and lies around the value", () => {
    const draws = Float64Array.from({ length: 101 }, (_, i) => i);
    expect(centredInterval(70, draws, 0.9)).toEqual({ low: 25, high: 115 });
    expect(centredInterval(70, Float64Array.of(NaN))).toEqual({ low: NaN, high: NaN });
  });
});
