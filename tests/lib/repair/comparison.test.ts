import { describe, expect, it } from "vitest";
import { compareDrawn, comparePaired } from "../../../src/lib/repair/index.js";
import { cohenD, cohenDPaired, random } from "../../../src/lib/stats/index.js";

describe("comparePaired", () => {
  const stream = random(0, "test");
  const b = Float64Array.from({ length: 60 }, () => stream.normal());
  const a = b.map((value) => value + 0.2 + 0.3 * stream.normal());
  const result = comparePaired(a, b, { resamples: 400 });

  it("gives tests of the differences and both of Cohen's d", () => {
    expect(result.n).toBe(60);
    expect(result.tTest.difference).toBeCloseTo(result.meanA - result.meanB, 12);
    expect(result.dPaired.value).toBeCloseTo(cohenDPaired(a, b).value, 12);
    expect(result.dPooled.value).toBeCloseTo(cohenD(a, b).value, 12);
    expect(result.dPaired.value).toBeGreaterThan(2 * result.dPooled.value);
    expect(result.wilcoxon.pValue).toBeLessThan(1e-3);
  });

  it("gives intervals about as wide as theory's", () => {
    const theory = cohenDPaired(a, b);
    expect(result.dPaired.high - result.dPaired.low).toBeGreaterThan(0.7 * (theory.high - theory.low));
    expect(result.dPaired.high - result.dPaired.low).toBeLessThan(1.5 * (theory.high - theory.low));
    expect(result.dPaired.low).toBeGreaterThan(0);
  });

  it("leaves out cells without a value, and turns round with its arguments", () => {
    const gaps = comparePaired([...a, NaN, 1], [...b, 5, NaN], { resamples: 400 });
    expect(gaps).toEqual(result);
    expect(comparePaired(b, a, { resamples: 10 }).tTest.difference).toBeCloseTo(-result.tTest.difference, 12);
  });

  it("refuses lists that are no pairs", () => {
    expect(() => comparePaired([1, 2], [1])).toThrow("2 and 1 cells");
    expect(() => comparePaired([1, NaN], [1, 2])).toThrow("two are needed");
  });
});

describe("compareDrawn", () => {
  it("is narrow where both methods rise and fall with the draw", () => {
    const draws = Float64Array.from({ length: 200 }, (_, k) => 60 + (k % 20));
    const shifted = draws.map((value, k) => value - 2 + 0.01 * (k % 7));
    const { difference, low, high } = compareDrawn({ value: 72, draws }, { value: 70, draws: shifted });
    expect(difference).toBe(2);
    expect(low).toBeGreaterThan(1.9);
    expect(high).toBeLessThan(2.1);
    expect(() => compareDrawn({ value: 1, draws }, { value: 1, draws: [1] })).toThrow("200 and 1 draws");
  });
});
