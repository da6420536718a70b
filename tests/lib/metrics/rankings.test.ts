import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  areaBelow,
  bestF1Threshold,
  byCell,
  byGene,
  classificationScores,
  confusion,
  f1Score,
  heldOutF1,
  jaccardIndex,
  mae,
  markerSpearman,
  mse,
  pearson,
  rmse,
  rocAuc,
  rocCurve,
  setF1,
  spearman,
  topPositions,
} from "../../../src/lib/metrics/index.js";
import { expectClose } from "../../helpers/compare.js";

const RUNS = { seed: 0, numRuns: 100 };
const scored = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -5, max: 5 })), { minLength: 2, maxLength: 25 });
const split = (pairs: [boolean, number][]) => ({
  truth: Uint8Array.from(pairs, ([isPositive]) => Number(isPositive)),
  score: pairs.map(([, score]) => score),
});

describe("the receiver operating characteristic", () => {
  it("has an area that is the share of pairs in order, ties counted half", () => {
    fc.assert(
      fc.property(scored, (pairs) => {
        const { truth, score } = split(pairs);
        let [sum, count] = [0, 0];
        pairs.forEach(([a, x]) =>
          pairs.forEach(([b, y]) => {
            if (!a || b) return;
            count++;
            sum += x > y ? 1 : x === y ? 0.5 : 0;
          }),
        );
        expectClose([rocAuc(truth, score)], [sum / count], { relative: 1e-12 });
      }),
      RUNS,
    );
  });

  it("rises from (0, 0) to (1, 1), and mirrors with the scores", () => {
    fc.assert(
      fc.property(scored, (pairs) => {
        const { truth, score } = split(pairs);
        fc.pre(truth.includes(0) && truth.includes(1));
        const { falsePositiveRate: x, truePositiveRate: y, thresholds } = rocCurve(truth, score);
        expect([x[0], y[0], x.at(-1), y.at(-1), thresholds[0]]).toEqual([0, 0, 1, 1, Infinity]);
        for (let i = 1; i < x.length; i++) {
          expect(x[i]!).toBeGreaterThanOrEqual(x[i - 1]!);
          expect(y[i]!).toBeGreaterThanOrEqual(y[i - 1]!);
          expect(thresholds[i]!).toBeLessThan(thresholds[i - 1]!);
        }
        const negated = score.map((value) => -value);
        expectClose([rocAuc(truth, negated)], [1 - rocAuc(truth, score)], { absolute: 1e-12 });
      }),
      RUNS,
    );
    expect(rocAuc(new Uint8Array([1, 1]), [1, 2])).toBeNaN();
    expect(() => rocAuc(new Uint8Array([1, 0]), [1, NaN])).toThrow("score 1 is NaN");
    expect(areaBelow([1, 0], [1, 1])).toBe(1);
  });
});

describe("a confusion", () => {
  it("counts every value once, and its F1 is that of the ranking", () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: -6, max: 6 }), (pairs, threshold) => {
        const { truth, score } = split(pairs);
        const counts = confusion(truth, score, threshold);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(pairs.length);
        const found = classificationScores(counts);
        expect(found.f1).toBeCloseTo(f1Score(truth, score, threshold), 12);
        for (const value of Object.values(found)) {
          expect(value).toBeGreaterThanOrEqual(-1);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
      RUNS,
    );
    const right = { trueNegatives: 3, falsePositives: 0, falseNegatives: 0, truePositives: 2 };
    expect(Object.values(classificationScores(right))).toEqual([1, 1, 1, 1, 1, 1, expect.closeTo(1, 12)]);
    const none = { trueNegatives: 0, falsePositives: 0, falseNegatives: 0, truePositives: 0 };
    expect(Object.values(classificationScores(none)).every((value) => value === 0)).toBe(true);
  });

  it("takes its threshold from other cells", () => {
    const fit = { truth: Uint8Array.of(0, 0, 1, 1), score: [0.1, 0.4, 0.5, 0.9] };
    const test = { truth: Uint8Array.of(1, 0, 1), score: [0.45, 0.2, 0.7] };
    expect(heldOutF1(fit, test)).toEqual({ threshold: 0.5, f1: 2 / 3 });
    // The test cells' own best threshold would have given 1.
    expect(f1Score(test.truth, test.score, bestF1Threshold(test.truth, test.score))).toBe(1);
  });
});

describe("errors and rank correlations", () => {
  const list = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 3, maxLength: 20 });

  it("of size order: mean absolute error ≤ root mean squared error", () => {
    fc.assert(
      fc.property(list, (a) => {
        const b = a.map((value, i) => value + ((i * 7) % 5) - 2);
        expect(mae(a, b)).toBeLessThanOrEqual(rmse(a, b) + 1e-12);
        expect(rmse(a, b) ** 2).toBeCloseTo(mse(a, b), 10);
        expect([mae(a, a), rmse(a, a)]).toEqual([0, 0]);
      }),
      RUNS,
    );
    expect([mae([1, 2, 4], [2, 0, 4]), rmse([1, 2, 4], [2, 0, 4])]).toEqual([1, Math.sqrt(5 / 3)]);
    expect([mae([], []), rmse([], [])]).toEqual([NaN, NaN]);
    expect(() => mae([1], [])).toThrow("the arrays compared have 1 and 0 values");
  });

  it("Spearman's does not heed a rising transformation, and is NaN for a constant", () => {
    fc.assert(
      fc.property(list, (a) => {
        const b = a.map((value, i) => value * ((i % 3) - 1));
        const found = spearman(a, b);
        expectClose([spearman(a.map((value) => value ** 3), b)], [found], { relative: 1e-12 }); // prettier-ignore
        expectClose([spearman(b, a)], [found], { relative: 1e-12 });
      }),
      RUNS,
    );
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNaN();
    expect(() => spearman([1, NaN], [1, 2])).toThrow("value 1 is NaN");
  });

  it("of markers uses theirs only", () => {
    const [a, b] = [[1, 9, 2, 3], [1, -5, 2, 3]]; // prettier-ignore
    expect(markerSpearman(a, b, [0, 2, 3])).toBeCloseTo(1, 12);
    expect(markerSpearman(a, b, [0, 1, 2])).toBeLessThan(0.6);
    expect(() => markerSpearman(a, b, [4])).toThrow("there is no gene 4; the lists have 4 genes");
  });

  it("by cell and by gene are those of rows and columns", () => {
    const [a, b] = [Float64Array.of(1, 2, 3, 4, 5, 7), Float32Array.of(1, 2, 4, 4, 5, 6)];
    expect([...byCell(mse, a, b, 3)]).toEqual([1 / 3, 1 / 3]);
    expect([...byGene(mse, a, b, 3)]).toEqual([0, 0, 1]);
    expect(byCell(pearson, a, b, 3)[1]).toBeCloseTo(pearson([4, 5, 7], [4, 5, 6]), 12);
    expect(() => byCell(mse, a, b, 4)).toThrow("6 values are no multiple of 4 genes");
    expect(() => byGene(mse, a, b.subarray(1), 3)).toThrow("the arrays compared have 6 and 5 values");
  });
});

describe("sets of genes", () => {
  it("agree from 0 to 1, F1 = 2 J / (1 + J), and two empty ones wholly", () => {
    const set = fc.uniqueArray(fc.nat(12), { maxLength: 10 });
    fc.assert(
      fc.property(set, set, (a, b) => {
        const jaccard = jaccardIndex(a, b);
        expect(jaccardIndex(b, a)).toBe(jaccard);
        expect(setF1(a, b)).toBeCloseTo((2 * jaccard) / (1 + jaccard), 12);
        expect(jaccardIndex(a, a)).toBe(1);
      }),
      RUNS,
    );
    expect([jaccardIndex([], []), setF1([], []), jaccardIndex([1], []), setF1([], [1])]).toEqual([1, 1, 0, 0]);
    expect(jaccardIndex(["a", "a", "b"], ["b"])).toBe(0.5);
  });

  it("of the top scores leave NaN out and keep the order of ties", () => {
    expect([...topPositions([1, NaN, 3, 1, 2], 3)]).toEqual([2, 4, 0]);
    expect([...topPositions([1, 2], 5)]).toEqual([1, 0]);
  });
});
