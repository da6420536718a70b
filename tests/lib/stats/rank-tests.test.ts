import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Alternative,
  kendallTest,
  kolmogorovSmirnov,
  mannWhitneyU,
  random,
  rank,
  spearmanTest,
  wilcoxonSignedRank,
} from "../../../src/lib/stats/index.js";
import { kolmogorovSf } from "../../../src/lib/stats/kolmogorov.js";
import { expectClose } from "../../helpers/compare.js";

const RUNS = { seed: 0, numRuns: 100 };
const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 12 });
const ALTERNATIVES: Alternative[] = ["two-sided", "less", "greater"];

/** Every choice of n of n + m positions, as masks. */
function* splits(n: number, m: number): Generator<boolean[]> {
  for (let bits = 0; bits < 2 ** (n + m); bits++) {
    const mask = Array.from({ length: n + m }, (_, i) => ((bits >> i) & 1) === 1);
    if (mask.filter(Boolean).length === n) yield mask;
  }
}

function share(alternative: Alternative, found: number, all: number[]): number {
  const atMost = all.filter((value) => value <= found).length / all.length;
  const atLeast = all.filter((value) => value >= found).length / all.length;
  return alternative === "less"
    ? atMost
    : alternative === "greater"
      ? atLeast
      : Math.min(1, 2 * Math.min(atMost, atLeast));
}

describe("ranks", () => {
  it("sum to n (n + 1) / 2, keep the order, and equal values share one", () => {
    fc.assert(
      fc.property(values, (list) => {
        const ranks = rank(list);
        expect(ranks.reduce((sum, r) => sum + r, 0)).toBe((list.length * (list.length + 1)) / 2);
        for (let i = 1; i < list.length; i++) {
          expect(Math.sign(ranks[i]! - ranks[0]!)).toBe(Math.sign(list[i]! - list[0]!));
        }
      }),
      RUNS,
    );
    expect([...rank([])]).toEqual([]);
    expect([...rank([Infinity, -Infinity, 0])]).toEqual([3, 1, 2]);
    expect(() => rank([1, NaN])).toThrow(new RangeError("value 1 is NaN, which has no rank; leave it out first"));
  });
});

describe("the exact Mann-Whitney test", () => {
  it.each(ALTERNATIVES)("counts all splits: %s", (alternative) => {
    const [x, y] = [[1.5, 2.5, 7, 3.1], [0.5, 4, 5, 6, 2]]; // prettier-ignore
    const pooled = [...x, ...y];
    const statistics = [...splits(4, 5)].map((mask) => {
      const left = pooled.filter((_, i) => mask[i]);
      const right = pooled.filter((_, i) => !mask[i]);
      return left.reduce((sum, a) => sum + right.filter((b) => a > b).length, 0);
    });
    const { statistic, pValue } = mannWhitneyU(x, y, { alternative, method: "exact" });
    expect(statistic).toBe(10);
    expect(pValue).toBeCloseTo(share(alternative, statistic, statistics), 12);
  });

  it("is exact by itself for small samples without ties, and close to the normal one for large", () => {
    const small = mannWhitneyU([1, 2, 3], [4, 5, 6, 7]);
    expect(small.pValue).toBeCloseTo(2 / 35, 12);
    expect(mannWhitneyU([1, 2, 3], [3, 5, 6, 7])).toEqual(
      mannWhitneyU([1, 2, 3], [3, 5, 6, 7], { method: "asymptotic" }),
    );
    const stream = random(0, "mann-whitney");
    const [x, y] = [0.3, 0].map((shift) => Array.from({ length: 40 }, () => shift + stream.normal()));
    const [exact, normal] = (["exact", "asymptotic"] as const).map((method) => mannWhitneyU(x!, y!, { method }).pValue);
    expect(Math.abs(exact! - normal!)).toBeLessThan(0.002);
  });

  it("is exact by itself up to eight values in the smaller sample", () => {
    const evens = (n: number) => Array.from({ length: n }, (_, i) => 2 * i);
    const odds = (n: number) => Array.from({ length: n }, (_, i) => 2 * i + 7);
    for (const [n, m, chosen] of [
      [8, 20, "exact"],
      [20, 8, "exact"],
      [9, 9, "asymptotic"],
    ] as const) {
      const found = (method?: "exact" | "asymptotic") => mannWhitneyU(evens(n), odds(m), { method });
      expect(found()).toEqual(found(chosen));
      expect(found("exact").pValue).not.toBe(found("asymptotic").pValue);
    }
  });

  it("exchanges U and one-sided p values with the samples", () => {
    fc.assert(
      fc.property(values, values, (x, y) => {
        const [there, back] = [mannWhitneyU(x, y), mannWhitneyU(y, x)];
        expect(there.statistic + back.statistic).toBe(x.length * y.length);
        expectClose([there.pValue], [back.pValue], { relative: 1e-12 });
        const less = mannWhitneyU(x, y, { alternative: "less" }).pValue;
        expectClose([mannWhitneyU(y, x, { alternative: "greater" }).pValue], [less], { relative: 1e-12 });
      }),
      RUNS,
    );
  });

  it("keeps a p value's logarithm where the p value is 0", () => {
    const x = Array.from({ length: 3000 }, (_, i) => i);
    const far = mannWhitneyU(
      x.map((value) => value + 1e6),
      x,
    );
    expect(far.pValue).toBe(0);
    expect(far.logPValue).toBeLessThan(-1000);
    expect(Number.isFinite(far.logPValue)).toBe(true);
  });

  it("refuses an empty sample, NaN and unknown options", () => {
    expect(() => mannWhitneyU([], [1])).toThrow(new RangeError("a sample is empty: x has 0 values, y has 1"));
    expect(() => mannWhitneyU([NaN], [1])).toThrow("value 0 is NaN");
    expect(() => mannWhitneyU([1], [1], { method: "fast" as "exact" })).toThrow('method "fast" is not known');
    expect(() => mannWhitneyU([1], [])).toThrow("x has 1 values, y has 0");
    expect(() => mannWhitneyU([1], [1], { alternative: "more" as "less" })).toThrow(
      'stats.mannWhitneyU: alternative "more" is not known',
    );
    expect(() => mannWhitneyU([1], [1], { exact: true } as object)).toThrow(
      'stats.mannWhitneyU: unknown option "exact"',
    );
  });
});

describe("Wilcoxon's signed-rank test", () => {
  it.each(ALTERNATIVES)("counts all signs: %s", (alternative) => {
    const differences = [0.3, -1.2, 2.5, 3.1, -0.1, 4.4, 5];
    const ranks = rank(differences.map(Math.abs));
    const statistics = Array.from({ length: 2 ** 7 }, (_, bits) =>
      ranks.reduce((sum, r, i) => sum + (((bits >> i) & 1) === 1 ? r : 0), 0),
    );
    const plus = ranks.reduce((sum, r, i) => sum + (differences[i]! > 0 ? r : 0), 0);
    const found = wilcoxonSignedRank(differences, new Float64Array(7), { alternative, method: "exact" });
    expect(found.pValue).toBeCloseTo(share(alternative, plus, statistics), 12);
    expect(found.statistic).toBe(alternative === "two-sided" ? Math.min(plus, 28 - plus) : plus);
    expect(found.z).toBeNaN();
  });

  it("exchanges signs with the samples, and does not heed scale", () => {
    fc.assert(
      fc.property(values, (differences) => {
        const zeros = new Float64Array(differences.length);
        const there = wilcoxonSignedRank(differences, zeros);
        expect(wilcoxonSignedRank(zeros, differences).pValue).toEqual(there.pValue);
        const scaled = differences.map((value) => 4 * value);
        expect(wilcoxonSignedRank(scaled, zeros)).toEqual(there);
      }),
      RUNS,
    );
  });

  it("is exact by itself for up to 50 pairs whose differences are all unlike, and none of them 0", () => {
    const unlike = (n: number) => Array.from({ length: n }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1));
    const cases: [number[], "exact" | "approx"][] = [
      [unlike(7), "exact"],
      [unlike(50), "exact"],
      [unlike(51), "approx"],
      [[...unlike(9), 9], "approx"],
      [[0, ...unlike(9)], "approx"],
    ];
    for (const [differences, chosen] of cases) {
      const found = (method?: "exact" | "approx") =>
        wilcoxonSignedRank(differences, new Float64Array(differences.length), { zeroMethod: "pratt", method });
      expect(found()).toEqual(found(chosen));
      expect(found("exact").pValue).not.toBe(found("approx").pValue);
    }
  });

  it("has a z of W+, which is never above 0 two-sided", () => {
    const z = (x: number[], alternative: Alternative) =>
      wilcoxonSignedRank(x, new Float64Array(x.length), { alternative, method: "approx" }).z;
    expect(z([1, 2, 3, -4], "greater")).toBeCloseTo(1 / Math.sqrt(7.5), 12);
    expect(z([1, 2, 3, -4], "less")).toBe(z([1, 2, 3, -4], "greater"));
    expect(z([1, 2, 3, -4], "two-sided")).toBe(-z([1, 2, 3, -4], "greater"));
    expect(z([-1, -2, -3, 4], "two-sided")).toBe(z([1, 2, 3, -4], "two-sided"));
  });

  it("moves W+ against the alternative where it is corrected", () => {
    const p = (alternative: Alternative, correction?: boolean) =>
      wilcoxonSignedRank([1, 2, 3, -4, 5], [0, 0, 0, 0, 0], { alternative, method: "approx", correction }).pValue;
    for (const alternative of ALTERNATIVES) {
      expect(p(alternative, true)).toBeGreaterThan(p(alternative, false));
      expect(p(alternative)).toBe(p(alternative, false));
    }
  });

  it("has no p value without a difference, and refuses what does not fit", () => {
    expect(wilcoxonSignedRank([1, 2], [1, 2], { method: "approx" }).pValue).toBeNaN();
    expect(() => wilcoxonSignedRank([1], [2], { alternative: "more" as "less" })).toThrow("stats.wilcoxonSignedRank: ");
    expect(() => wilcoxonSignedRank([1], [2], { exact: true } as object)).toThrow("stats.wilcoxonSignedRank: ");
    expect(() => wilcoxonSignedRank([1, 2], [1])).toThrow("paired samples have one length; these have 2 and 1 values");
    expect(() => wilcoxonSignedRank([1], [2], { zeroMethod: "drop" as "pratt" })).toThrow('zeroMethod "drop"');
    expect(() => wilcoxonSignedRank([1], [2], { method: "fast" as "exact" })).toThrow('method "fast"');
  });
});

describe("the Kolmogorov-Smirnov test", () => {
  it.each(ALTERNATIVES)("counts all splits: %s", (alternative) => {
    const [x, y] = [[1, 2, 3, 7.5], [4, 5, 6, 7, 8]]; // prettier-ignore
    const pooled = [...x, ...y].sort((a, b) => a - b);
    const distances = [...splits(4, 5)].map((mask) => {
      let [above, below, i, j] = [0, 0, 0, 0];
      pooled.forEach((_, at) => {
        if (mask[at]) i++;
        else j++;
        above = Math.max(above, i / 4 - j / 5);
        below = Math.max(below, j / 5 - i / 4);
      });
      return alternative === "greater" ? above : alternative === "less" ? below : Math.max(above, below);
    });
    const { statistic, pValue } = kolmogorovSmirnov(x, y, { alternative, method: "exact" });
    const expected = distances.filter((distance) => distance >= statistic - 1e-12).length / distances.length;
    expect(pValue).toBeCloseTo(expected, 12);
  });

  it("does not heed the order of the samples or a rising transformation", () => {
    fc.assert(
      fc.property(values, values, (x, y) => {
        const found = kolmogorovSmirnov(x, y);
        const back = kolmogorovSmirnov(y, x);
        expect(back.statistic).toBe(found.statistic);
        expectClose([back.pValue], [found.pValue], { relative: 1e-10 });
        const cube = (list: number[]) => list.map((value) => value ** 3);
        expect(kolmogorovSmirnov(cube(x), cube(y))).toEqual(found);
        expect(found.pValue).toBeGreaterThan(0);
        expect(found.pValue).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });

  it("has a distribution that joins where its methods do", () => {
    // For one value P(D ≥ d) = 2 (1 - d) from ½ on.
    for (const d of [0.5, 0.7, 0.99]) expect(kolmogorovSf(d, 1)).toBeCloseTo(2 * (1 - d), 12);
    // Twice the one-sided tail against the exact matrix, on both sides of n d² = 4.
    for (const n of [20, 150, 1000]) {
      const d = 2 / Math.sqrt(n);
      expectClose([kolmogorovSf(d * (1 - 1e-9), n)], [kolmogorovSf(d * (1 + 1e-9), n)], { relative: 1e-6 });
    }
    // The limiting series against the matrix, on both sides of n = 1000.
    for (const z of [0.5, 0.9, 1.4]) {
      expectClose([kolmogorovSf(z / Math.sqrt(1001), 1001)], [kolmogorovSf(z / Math.sqrt(1000), 1000)], {
        relative: 3e-4,
      });
    }
    expect([kolmogorovSf(1, 5), kolmogorovSf(0.05, 5)]).toEqual([0, 1]);
  });

  it("is exact by itself up to ten thousand values", () => {
    const evens = (n: number) => Float64Array.from({ length: n }, (_, i) => 2 * i);
    for (const [n, chosen] of [
      [10_000, "exact"],
      [10_001, "asymp"],
    ] as const) {
      const found = (method?: "exact" | "asymp") => kolmogorovSmirnov(evens(n), [3000.5, 4000.5], { method });
      expect(found()).toEqual(found(chosen));
      expect(found("exact").pValue).not.toBe(found("asymp").pValue);
    }
    expect(kolmogorovSmirnov([1, 2], [1, 2])).toMatchObject({ statistic: 0, pValue: 1 });
  });

  it("refuses an empty sample and NaN", () => {
    expect(() => kolmogorovSmirnov([1], [])).toThrow("a sample is empty: x has 1 values, y has 0");
    expect(() => kolmogorovSmirnov([], [1])).toThrow("a sample is empty: x has 0 values, y has 1");
    expect(() => kolmogorovSmirnov([1], [1], { exact: true } as object)).toThrow("stats.kolmogorovSmirnov: unknown");
    expect(() => kolmogorovSmirnov([1], [1], { alternative: "more" as "less" })).toThrow("stats.kolmogorovSmirnov: ");
    expect(() => kolmogorovSmirnov([1, NaN], [1])).toThrow("a sample has NaN; leave it out first");
    expect(() => kolmogorovSmirnov([1], [1], { method: "fast" as "exact" })).toThrow('method "fast"');
  });
});

describe("rank correlations", () => {
  it("Kendall's p value counts all orders", () => {
    const orders: number[][] = [[]];
    for (let size = 1; size <= 6; size++) {
      const shorter = orders.splice(0);
      for (const order of shorter) {
        for (let at = 0; at < size; at++) orders.push([...order.slice(0, at), size, ...order.slice(at)]);
      }
    }
    const identity = [1, 2, 3, 4, 5, 6];
    const taus = orders.map((order) => kendallTest(identity, order).statistic);
    for (const order of [
      [1, 2, 3, 4, 5, 6],
      [2, 1, 4, 3, 6, 5],
      [4, 1, 6, 2, 5, 3],
    ]) {
      const { statistic, pValue } = kendallTest(identity, order);
      const expected = taus.filter((tau) => Math.abs(tau) >= Math.abs(statistic) - 1e-12).length / taus.length;
      expect(pValue).toBeCloseTo(expected, 12);
    }
  });

  it("Kendall's is exact for up to 33 pairs, and for nearly sorted ones, where there are no ties", () => {
    const sorted = (n: number) => Array.from({ length: n }, (_, i) => i);
    const swapped = (n: number, times: number) => sorted(n).map((i) => (i < 2 * times ? i ^ 1 : i));
    const inversions = (n: number, k: number) => {
      // Orders of n with at most k inversions, over all orders: for k of 0, 1 and 2.
      const orders = [1, n, ((n - 1) * (n + 2)) / 2][k]!;
      return (2 * orders) / sorted(n).reduce((product, i) => product * (i + 1), 1);
    };
    for (const [n, k] of [
      [33, 2],
      [34, 0],
      [34, 1],
    ] as const) {
      const there = kendallTest(sorted(n), swapped(n, k)).pValue;
      expectClose([there], [inversions(n, k)], { relative: 1e-9 });
      expectClose([kendallTest(sorted(n), swapped(n, k).reverse()).pValue], [there], { relative: 1e-9 });
    }
    const normal = kendallTest(sorted(34), swapped(34, 2)).pValue;
    expect(Math.abs(Math.log(normal / inversions(34, 2)))).toBeGreaterThan(1);
    // As many inversions as not: nothing could be less remarkable.
    expect(kendallTest([1, 2, 3, 4], [2, 4, 1, 3]).pValue).toBe(1);
  });

  it("have no p value below three pairs, nor where either sample is constant", () => {
    expect(spearmanTest([1, 2], [1, 2])).toMatchObject({ pValue: NaN, logPValue: NaN });
    expect(spearmanTest([1, 2], [1, 2]).statistic).toBeCloseTo(1, 12);
    const nothing = { statistic: NaN, pValue: NaN, logPValue: NaN };
    for (const [x, y] of [
      [
        [1, 1, 1],
        [1, 2, 3],
      ],
      [
        [1, 2, 3],
        [1, 1, 1],
      ],
    ] as const) {
      expect(spearmanTest(x, y)).toEqual(nothing);
    }
  });

  it("are 1 for a rising transformation, and change sign with a falling one", () => {
    const x = [0.1, 3, 2, 8, 5, 4.4];
    for (const test of [spearmanTest, kendallTest]) {
      expect(test(x, x.map(Math.exp)).statistic).toBeCloseTo(1, 12);
      expect(
        test(
          x,
          x.map((value) => -value),
        ).statistic,
      ).toBeCloseTo(-1, 12);
      expect(test(x, new Float64Array(6)).statistic).toBeNaN();
    }
    expect(() => kendallTest([1], [1, 2])).toThrow("paired samples have one length");
  });
});
