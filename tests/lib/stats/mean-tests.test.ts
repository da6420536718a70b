import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bartlett,
  cliffsDelta,
  cohenD,
  cohenDAverage,
  cohenDPaired,
  describe as describeSample,
  friedman,
  glassDelta,
  hedgesG,
  kruskalWallis,
  levene,
  meanInterval,
  nemenyi,
  oneWayAnova,
  pairedTTest,
  pearsonTest,
  quantile,
  rankBiserialPaired,
  spearmanTest,
  tTest,
} from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";

const RUNS = { seed: 0, numRuns: 100 };
const sample = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 12 });
const [X, Y] = [[5.1, 4.9, 5.6, 6.2], [6.1, 6, 5.8, 7.7]]; // prettier-ignore

describe("t tests", () => {
  it("change sign with the samples, and do not heed shift and scale", () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        for (const equalVariance of [false, true]) {
          const there = tTest(x, y, { equalVariance });
          const back = tTest(y, x, { equalVariance });
          expectClose([back.statistic, back.pValue], [-there.statistic, there.pValue], { relative: 1e-9 });
          const moved = (list: number[]) => list.map((value) => 3 * value + 7);
          const found = tTest(moved(x), moved(y), { equalVariance });
          expectClose([found.statistic, found.df], [there.statistic, there.df], { relative: 1e-9, absolute: 1e-9 });
          expect(there.low).toBeLessThanOrEqual(there.difference);
        }
      }),
      RUNS,
    );
  });

  it("are Welch's unless the variances are said to be equal", () => {
    const [few, many] = [[1, 9], [2, 3, 4, 5]]; // prettier-ignore
    expect(tTest(few!, many!)).toEqual(tTest(few!, many!, { equalVariance: false }));
    expect(tTest(few!, many!).df).not.toBe(tTest(few!, many!, { equalVariance: true }).df);
  });

  it("are one-way analyses of variance of two samples, t squared", () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const { statistic, pValue } = tTest(x, y, { equalVariance: true });
        const anova = oneWayAnova([x, y]);
        expectClose([anova.statistic, anova.pValue], [statistic ** 2, pValue], { relative: 1e-8, absolute: 1e-12 });
      }),
      RUNS,
    );
  });

  it("have an interval that excludes 0 where p is below its complement", () => {
    const { low, high, pValue } = tTest(X, Y);
    expect(low <= 0 && high >= 0).toBe(pValue > 0.05);
    const paired = pairedTTest(X, Y);
    expect(paired.low <= 0 && paired.high >= 0).toBe(paired.pValue > 0.05);
    const [less, greater] = (["less", "greater"] as const).map(
      (alternative) => pairedTTest(X, Y, { alternative }).pValue,
    );
    expect(less! + greater!).toBeCloseTo(1, 12);
    expect(2 * Math.min(less!, greater!)).toBeCloseTo(paired.pValue, 12);
    expect(pairedTTest(X, Y, { level: 0.5 }).high).toBeLessThan(paired.high);
  });

  it("have no p value without spread or with one value", () => {
    expect(tTest([1, 1], [1, 1]).pValue).toBeNaN();
    const nothing = { statistic: NaN, pValue: NaN, logPValue: NaN, df: NaN, difference: NaN, low: NaN, high: NaN };
    for (const [x, y] of [[[1], [1, 2]], [[1, 2], [1]]] as const) expect(tTest(x, y)).toEqual(nothing); // prettier-ignore
    expect(pairedTTest([1], [2])).toEqual(nothing);
    expect(pairedTTest([1, 2], [2, 5])).toMatchObject({ df: 1, difference: -2, statistic: -2 });
    expect(pairedTTest([1, 2], [1, 2]).pValue).toBeNaN();
    // Constant samples that differ do so for certain.
    expect(tTest([2, 2], [1, 1])).toMatchObject({ statistic: Infinity, pValue: 0, low: 1, high: 1 });
  });

  it("refuse what does not fit", () => {
    expect(() => pairedTTest([1, 2], [1])).toThrow("these have 2 and 1 values");
    expect(() => tTest([1, 2], [1, 2], { level: 1 })).toThrow("level must be between 0 and 1, not 1");
    for (const test of [tTest, pairedTTest]) {
      const name = `stats.${test.name}: `;
      expect(() => test([1, 2], [1, 2], { level: 0 })).toThrow(`${name}level must be between 0 and 1, not 0`);
      expect(() => test([1, 2], [1, 2], { alternative: "up" as "less" })).toThrow(`${name}alternative "up"`);
      expect(() => test([1, 2], [1, 2], { equal_var: true } as object)).toThrow(`${name}unknown option "equal_var"`);
    }
  });
});

describe("several samples", () => {
  it("do not heed the order of samples or blocks", () => {
    const samples = [[1, 5, 2, 8], [2, 7, 3, 9], [0, 4, 4, 3]]; // prettier-ignore
    for (const test of [friedman, kruskalWallis, oneWayAnova, levene, bartlett]) {
      const { pValue } = test(samples);
      expect(pValue).toBeGreaterThan(0);
      expect(pValue).toBeLessThanOrEqual(1);
      expect(test([...samples].reverse()).pValue).toBeCloseTo(pValue, 12);
      expect(test(samples.map((list) => [...list].reverse())).pValue).toBeCloseTo(pValue, 12);
    }
  });

  it("Friedman's and Nemenyi's ranks agree, and every pair is compared once", () => {
    const treatments = [[1, 2, 3, 1], [4, 5, 6, 7], [9, 9, 9, 9]]; // prettier-ignore
    const { meanRanks, df, pValue } = friedman(treatments);
    expect([...meanRanks]).toEqual([1, 2, 3]);
    expect(df).toBe(2);
    expect(pValue).toBeCloseTo(Math.exp(-4), 12);
    const { pairs, criticalDifference } = nemenyi(treatments);
    expect(pairs.map(({ a, b, statistic }) => [a, b, statistic])).toEqual([
      [0, 1, -1],
      [0, 2, -2],
      [1, 2, -1],
    ]);
    expect(criticalDifference).toBeCloseTo(3.314493 * Math.sqrt((3 * 4) / (12 * 4)), 5);
    // A pair differs at the level where its difference is the critical one or more.
    for (const { statistic, pValue: p } of pairs) expect(p <= 0.05).toBe(Math.abs(statistic) >= criticalDifference);
  });

  it("refuse too few samples, and blocks that do not fit", () => {
    expect(() => friedman([[1, 2]])).toThrow("at least two treatments are compared, not 1");
    expect(() => friedman([[1, 2], [1]])).toThrow("treatment 1 has 1 blocks, treatment 0 has 2");
    expect(() => nemenyi([[], []])).toThrow("there is no block");
    expect(() => nemenyi([[1], [2]], 1)).toThrow("alpha must be between 0 and 1");
    expect(() => kruskalWallis([[1], []])).toThrow("sample 1 has 0 values; at least 1 are needed");
    expect(() => bartlett([[1, 2], [1]])).toThrow("sample 1 has 1 values; at least 2 are needed");
    expect(() => oneWayAnova([[1, 2]])).toThrow("at least two samples are compared");
  });
});

describe("effect sizes", () => {
  it("change sign with the samples, do not heed scale, and lie in their interval", () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const d = cohenD(x, y);
        expectClose([cohenD(y, x).value], [-d.value], { relative: 1e-12 });
        const scaled = cohenD(
          x.map((value) => 5 * value),
          y.map((value) => 5 * value),
        );
        expectClose([scaled.value, scaled.low], [d.value, d.low], { relative: 1e-9, absolute: 1e-9 });
        expect(d.low).toBeLessThan(d.value + 1e-9);
        expect(d.high).toBeGreaterThan(d.value - 1e-9);
        const g = hedgesG(x, y);
        expect(Math.abs(g.value)).toBeLessThanOrEqual(Math.abs(d.value));
        expect(Math.abs(cliffsDelta(x, y))).toBeLessThanOrEqual(1);
        expectClose([cliffsDelta(y, x)], [-cliffsDelta(x, y)], { absolute: 1e-12 });
      }),
      { seed: 0, numRuns: 30 },
    );
  });

  it("have an interval that excludes 0 where the t test rejects", () => {
    const d = cohenD(X, Y);
    const student = tTest(X, Y, { equalVariance: true });
    expect(d.low <= 0 && d.high >= 0).toBe(student.pValue > 0.05);
    expect(cohenD(X, Y, 1 - student.pValue).high).toBeCloseTo(0, 6);
    // At the level 1 - p the interval ends at 0.
    const { pValue } = pairedTTest(X, Y);
    expect(cohenDPaired(X, Y, 1 - pValue).high).toBeCloseTo(0, 6);
  });

  it("have values known by hand", () => {
    expect(cohenD([5, 6, 7], [3, 4, 5]).value).toBeCloseTo(2, 12);
    expect(glassDelta([5, 6, 7], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(cohenDAverage([1, 2, 3], [0, 2, 4])).toBeCloseTo(0, 12);
    expect(cohenDAverage([3, 4, 5], [0, 2, 4])).toBeCloseTo(2 / 1.5, 12);
    // With four degrees of freedom the factor is Γ(2) / (√2 Γ(3/2)) = √(2/π).
    const [d, g] = [cohenD([5, 6, 7], [3, 4, 6]), hedgesG([5, 6, 7], [3, 4, 6])];
    for (const end of ["value", "low", "high"] as const)
      expect(g[end]).toBeCloseTo(d[end] * Math.sqrt(2 / Math.PI), 12);
    expect(cliffsDelta([2, 3], [1, 1])).toBe(1);
    expect(rankBiserialPaired([1, 2, 9], [0, 4, 9])).toBeCloseTo(-1 / 3, 12);
    expect(rankBiserialPaired([1], [1])).toBe(0);
    expect(cohenD([1, 1], [1, 1]).value).toBeNaN();
  });

  it("refuse too few values and levels out of range", () => {
    expect(() => cohenD([1], [1, 2])).toThrow("at least two values a sample, not 1");
    expect(() => cohenDPaired([1, 2], [1, 2, 3])).toThrow("paired samples have one length");
    for (const level of [0, 1, 2]) {
      expect(() => hedgesG([1, 2], [1, 2], level)).toThrow(`level must be between 0 and 1, not ${level}`);
    }
    expect(() => cliffsDelta([], [1])).toThrow("a sample is empty: x has 0 values, y has 1");
    expect(() => cliffsDelta([1], [])).toThrow("a sample is empty: x has 1 values, y has 0");
  });
});

describe("correlation tests", () => {
  it("do not heed shift and scale, and have no p value below three pairs", () => {
    fc.assert(
      fc.property(sample, (x) => {
        const y = x.map((value, i) => value + (i % 3) * 20);
        for (const test of [pearsonTest, spearmanTest]) {
          const found = test(x, y);
          const moved = test(
            x.map((value) => 2 * value - 9),
            y,
          );
          expectClose([moved.statistic], [found.statistic], { relative: 1e-9, absolute: 1e-12 });
          expect(found.pValue).toBeGreaterThanOrEqual(0);
          expect(found.pValue).toBeLessThanOrEqual(1);
        }
      }),
      RUNS,
    );
    expect(pearsonTest([1, 2], [3, 4])).toMatchObject({ pValue: NaN, logPValue: NaN });
    expect(pearsonTest([1, 2], [3, 4]).statistic).toBeCloseTo(1, 12);
    expect(pearsonTest([1, 1, 1], [1, 2, 3]).statistic).toBeNaN();
    expect(() => spearmanTest([1, 2, 3], [1, 2])).toThrow("paired samples have one length");
  });
});

describe("a description", () => {
  it("is that of the sample's spread, in any order", () => {
    fc.assert(
      fc.property(sample, (x) => {
        const found = describeSample(x);
        expect(describeSample([...x].sort((a, b) => b - a))).toEqual(found);
        expect(found.median).toBe(quantile(x, 0.5));
        expect([quantile(x, 0), quantile(x, 1)]).toEqual([Math.min(...x), Math.max(...x)]);
        const { low, high } = meanInterval(x);
        expect((low + high) / 2).toBeCloseTo(found.mean, 9);
      }),
      RUNS,
    );
    expect(quantile([1, 2, 4], 0.75)).toBe(3);
    expect(describeSample([2])).toMatchObject({ n: 1, mean: 2, variance: NaN, standardError: NaN });
  });

  it("is refused of nothing, and intervals of one value", () => {
    expect(() => describeSample([])).toThrow("there is no value to describe");
    expect(() => quantile([1], 1.5)).toThrow("a quantile needs p from 0 to 1, not 1.5");
    expect(() => meanInterval([1])).toThrow("an interval needs at least two values, not 1");
    expect(() => meanInterval([1, 2], 0)).toThrow("level must be between 0 and 1, not 0");
  });
});
