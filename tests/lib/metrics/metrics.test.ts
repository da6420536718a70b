import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import {
  adjustedRandIndex,
  averagePrecision,
  bestF1Threshold,
  f1Score,
  modularity,
  mse,
  pearson,
  precisionRecallCurve,
} from "../../../src/lib/metrics/index.js";

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 20 });
const labels = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 2, maxLength: 20 });

describe("the adjusted Rand index", () => {
  it("is symmetric, at most 1, and does not heed the names of clusters", () => {
    fc.assert(
      fc.property(labels, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const index = adjustedRandIndex(a, b);
        expect(index).toBeLessThanOrEqual(1 + 1e-12);
        expect(adjustedRandIndex(b, a)).toBeCloseTo(index, 12);
        expect(
          adjustedRandIndex(
            a.map((label) => `cluster ${7 - label}`),
            b,
          ),
        ).toBeCloseTo(index, 12);
        expect(adjustedRandIndex(a, a)).toBe(1);
      }),
      { seed: 0 },
    );
  });

  it("leaves out what has no label in either", () => {
    expect(adjustedRandIndex(["a", "a", "b", null], ["x", "x", "y", "x"])).toBe(1);
    expect(adjustedRandIndex(["a", "a", "b", "a"], ["x", "x", "y", null])).toBe(1);
  });

  it("is 1 where there is nothing to disagree on", () => {
    expect([adjustedRandIndex([], []), adjustedRandIndex([1], [2]), adjustedRandIndex([null, null], [1, 1])]).toEqual([
      1, 1, 1,
    ]);
  });
});

describe("modularity", () => {
  // Two triangles joined by one edge: 7 edges, inside 3 and 3, strengths 7 and 7.
  const edges = [
    [0, 1],
    [1, 2],
    [0, 2],
    [3, 4],
    [4, 5],
    [3, 5],
    [2, 3],
  ];
  const dense = DenseMatrix.zeros([6, 6]);
  for (const [i, j] of edges) dense.data[i! * 6 + j!] = dense.data[j! * 6 + i!] = 2;
  const graph = CsrMatrix.fromDense(dense);

  it("is that of the definition, whatever the unit of weights", () => {
    expect(modularity(graph, [0, 0, 0, 1, 1, 1])).toBeCloseTo(6 / 7 - 1 / 2, 12);
    expect(
      modularity(
        graph.mapNonZeros((w) => w / 2),
        [5, 5, 5, 9, 9, 9],
      ),
    ).toBeCloseTo(6 / 7 - 1 / 2, 12);
    expect(modularity(graph, [0, 0, 0, 1, 1, 1], 2)).toBeCloseTo(6 / 7 - 1, 12);
    expect(modularity(graph, [0, 0, 0, 0, 0, 0])).toBeCloseTo(0, 12);
  });

  it("needs a label for every node", () => {
    expect(() => modularity(graph, [0, 1])).toThrow(new RangeError("the arrays compared have 6 and 2 values"));
  });
});

describe("mean squared error and correlation", () => {
  it("are symmetric; one scales with the square, the other not at all", () => {
    fc.assert(
      fc.property(values, fc.integer(), (a, seed) => {
        const b = a.map((value, i) => value * Math.cos(i + (seed % 7)));
        expect(mse(a, b)).toBe(mse(b, a));
        expect(
          mse(
            a.map((x) => 2 * x),
            b.map((x) => 2 * x),
          ),
        ).toBe(4 * mse(a, b));
        expect(mse(a, a)).toBe(0);
        const correlation = pearson(a, b);
        fc.pre(!Number.isNaN(correlation));
        expect(Math.abs(correlation)).toBeLessThanOrEqual(1);
        expect(pearson(b, a)).toBeCloseTo(correlation, 12);
        expect(
          pearson(
            a.map((x) => 4 * x),
            b,
          ),
        ).toBeCloseTo(correlation, 9);
        expect(
          pearson(
            a.map((x) => -x),
            b,
          ),
        ).toBeCloseTo(-correlation, 12);
      }),
      { seed: 0 },
    );
  });

  it("are NaN where they say nothing", () => {
    expect(mse([], [])).toBeNaN();
    expect([
      pearson([], []),
      pearson([1], [2]),
      pearson([0.1, 0.1, 0.1], [1, 2, 3]),
      pearson([1, NaN], [1, 2]),
    ]).toEqual([NaN, NaN, NaN, NaN]);
    expect(mse([1, NaN], [1, 2])).toBeNaN();
  });

  it("do not lose digits far from zero", () => {
    expect(pearson([1e8, 1e8 + 1, 1e8 + 2], [3, 2, 1])).toBeCloseTo(-1, 14);
  });
});

describe("precision and recall", () => {
  const truth = Uint8Array.of(0, 1, 1, 0, 1);
  const score = [0.1, 0.4, 0.35, 0.8, 0.9];

  it("are those of the definition", () => {
    const curve = precisionRecallCurve(truth, score);
    expect([...curve.thresholds]).toEqual([0.1, 0.35, 0.4, 0.8, 0.9]);
    expect([...curve.precision]).toEqual([3 / 5, 3 / 4, 2 / 3, 1 / 2, 1, 1]);
    expect([...curve.recall]).toEqual([1, 1, 2 / 3, 1 / 3, 1 / 3, 0]);
    expect(averagePrecision(truth, score)).toBeCloseTo(1 / 3 + (1 / 3) * (2 / 3) + (1 / 3) * (3 / 4), 12);
    expect(f1Score(truth, score, 0.35)).toBeCloseTo((2 * 0.75) / 1.75, 12);
    expect(bestF1Threshold(truth, score)).toBe(0.35);
  });

  it("depend on the order of scores alone", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -4, max: 4 })), { maxLength: 20 }), (list) => {
        const isTrue = Uint8Array.from(list, ([positive]) => Number(positive));
        const scores = list.map(([, value]) => value);
        const precision = averagePrecision(isTrue, scores);
        expect(precision >= 0 && precision <= 1 + 1e-12).toBe(true);
        expect(
          averagePrecision(
            isTrue,
            scores.map((x) => x ** 3 + 5),
          ),
        ).toBe(precision);
        expect(averagePrecision(isTrue.slice().reverse(), scores.slice().reverse())).toBe(precision);
        const best = bestF1Threshold(isTrue, scores);
        for (const threshold of scores) {
          expect(f1Score(isTrue, scores, threshold)).toBeLessThanOrEqual(f1Score(isTrue, scores, best) + 1e-12);
        }
      }),
      { seed: 0 },
    );
  });

  it("take the highest threshold of those that are equally good", () => {
    expect(bestF1Threshold(Uint8Array.of(1, 0, 0, 1), [4, 3, 2, 1])).toBe(4);
  });

  it("are 0 without a positive, and nothing is found", () => {
    expect(averagePrecision(Uint8Array.of(0, 0), [1, 2])).toBe(0);
    expect(averagePrecision(new Uint8Array(0), [])).toBe(0);
    expect(bestF1Threshold(Uint8Array.of(0, 0), [1, 2])).toBe(Infinity);
    expect(f1Score(Uint8Array.of(0, 1), [1, 0], Infinity)).toBe(0);
    expect([...precisionRecallCurve(Uint8Array.of(0, 0), [1, 2]).recall]).toEqual([1, 1, 0]);
    expect(precisionRecallCurve(new Uint8Array(0), [])).toEqual({
      precision: Float64Array.of(1),
      recall: Float64Array.of(0),
      thresholds: new Float64Array(0),
    });
  });

  it("have infinite scores at the ends", () => {
    expect([...precisionRecallCurve(Uint8Array.of(1, 0, 1), [Infinity, 0, -Infinity]).thresholds]).toEqual([
      -Infinity,
      0,
      Infinity,
    ]);
  });

  it.each([averagePrecision, precisionRecallCurve, bestF1Threshold])("refuse a score that is NaN: %o", (metric) => {
    expect(() => metric(Uint8Array.of(0, 1), [1, NaN])).toThrow(
      new RangeError("score 1 is NaN; give every entry a score"),
    );
  });
});

describe("arrays of different lengths", () => {
  it.each<[string, () => unknown]>([
    ["adjustedRandIndex", () => adjustedRandIndex([1, 2], [1])],
    ["mse", () => mse([1, 2], [1])],
    ["pearson", () => pearson([1, 2], [1])],
    ["averagePrecision", () => averagePrecision(Uint8Array.of(1, 0), [1])],
    ["precisionRecallCurve", () => precisionRecallCurve(Uint8Array.of(1, 0), [1])],
    ["bestF1Threshold", () => bestF1Threshold(Uint8Array.of(1, 0), [1])],
    ["f1Score", () => f1Score(Uint8Array.of(1, 0), [1], 0)],
  ])("are refused by %s", (_, compute) => {
    expect(compute).toThrow(new RangeError("the arrays compared have 2 and 1 values"));
  });
});
