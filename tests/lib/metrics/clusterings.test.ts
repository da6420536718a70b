import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adjustedMutualInformation,
  adjustedRandIndex,
  completeness,
  fowlkesMallows,
  homogeneity,
  mutualInformation,
  neighborsKept,
  normalizedMutualInformation,
  randIndex,
  silhouette,
  silhouetteSamples,
  trustworthiness,
} from "../../../src/lib/metrics/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";

const RUNS = { seed: 0, numRuns: 100 };
const labels = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 2, maxLength: 25 });

describe("agreement of clusterings", () => {
  const symmetric = {
    randIndex,
    fowlkesMallows,
    mutualInformation,
    normalizedMutualInformation: (a: number[], b: number[]) => normalizedMutualInformation(a, b),
    adjustedMutualInformation: (a: number[], b: number[]) => adjustedMutualInformation(a, b),
  };

  it.each(Object.keys(symmetric) as (keyof typeof symmetric)[])(
    "%s is symmetric and does not heed names and order",
    (name) => {
      const measure = symmetric[name];
      fc.assert(
        fc.property(labels, (pairs) => {
          const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
          const found = measure(a, b);
          const others = [
            measure(b, a),
            measure([...a].reverse(), [...b].reverse()),
            measure(
              a.map((label) => 9 - label),
              b,
            ),
          ];
          expectClose(others, [found, found, found], { relative: 1e-9, absolute: 1e-9 });
        }),
        RUNS,
      );
    },
  );

  it("is whole for the same partition, and averages lie in order", () => {
    fc.assert(
      fc.property(labels, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        fc.pre(new Set(a).size > 1);
        expect(normalizedMutualInformation(a, a)).toBeCloseTo(1, 12);
        expect(randIndex(a, a)).toBe(1);
        expect(homogeneity(a, a)).toBeCloseTo(1, 12);
        expect(completeness(a, b)).toBe(homogeneity(b, a));
        const [min, geometric, arithmetic, max] = (["min", "geometric", "arithmetic", "max"] as const).map((average) =>
          normalizedMutualInformation(a, b, average),
        );
        if (new Set(b).size > 1) {
          expect(min!).toBeGreaterThanOrEqual(geometric! - 1e-12);
          expect(geometric!).toBeGreaterThanOrEqual(arithmetic! - 1e-12);
          expect(arithmetic!).toBeGreaterThanOrEqual(max! - 1e-12);
        }
      }),
      RUNS,
    );
  });

  // scikit-learn 1.9.1.
  const a = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2];
  const b = [0, 0, 1, 1, 1, 1, 1, 2, 2, 0];

  it.each([
    ["randIndex", randIndex, 29 / 45],
    ["adjustedRandIndex", adjustedRandIndex, 0.1366906474820144],
    ["fowlkesMallows", fowlkesMallows, 0.38575837490522974],
    ["mutualInformation", mutualInformation, 0.4228104552401628],
    ["homogeneity", homogeneity, 0.3882913626718702],
    ["completeness", completeness, 0.41063392178216523],
  ] as const)("%s is scikit-learn's", (_name, measure, expected) => {
    expect(measure(a, b)).toBeCloseTo(expected, 12);
  });

  it.each([
    ["min", 0.41063392178216523, 0.18213599791464335],
    ["geometric", 0.39930640496752756, 0.17523754725385268],
    ["arithmetic", 0.3991502288153317, 0.17514345624349284],
    ["max", 0.3882913626718702, 0.1686679770858039],
  ] as const)("information over the %s entropy is scikit-learn's, adjusted or not", (average, normalized, adjusted) => {
    expect(normalizedMutualInformation(a, b, average)).toBeCloseTo(normalized, 12);
    expect(adjustedMutualInformation(a, b, average)).toBeCloseTo(adjusted, 12);
  });

  it("of one cluster alone is whole with itself and nothing with others, as scikit-learn has it", () => {
    const one = a.map(() => 0);
    for (const measure of [normalizedMutualInformation, adjustedMutualInformation]) {
      expect(measure(one, one)).toBe(1);
      expect(measure(a, one)).toBeCloseTo(0, 12);
      expect(measure(one, a)).toBeCloseTo(0, 12);
    }
    expect([homogeneity(one, a), homogeneity(a, one)]).toEqual([1, 0]);
    expect(randIndex(a, one)).toBeCloseTo(12 / 45, 12);
    expect([randIndex([0], [1]), adjustedRandIndex([0], [1])]).toEqual([1, 1]);
    // Every cell a cluster of its own tells all about the other, as it would by chance.
    expect(
      adjustedMutualInformation(
        a.map((_, i) => i),
        a,
      ),
    ).toBeCloseTo(0, 9);
    expect(randIndex([0, 1], [0, 0])).toBe(0);
  });

  it("adjusts for chance: independent clusterings share nothing on average", () => {
    const stream = random(0, "chance");
    const draw = () => Array.from({ length: 60 }, () => stream.integer(5));
    let [adjusted, plain] = [0, 0];
    for (let run = 0; run < 60; run++) {
      const [a, b] = [draw(), draw()];
      adjusted += adjustedMutualInformation(a, b) / 60;
      plain += normalizedMutualInformation(a, b) / 60;
    }
    // The mean of 60 values that spread by about 0.03.
    expect(Math.abs(adjusted)).toBeLessThan(0.02);
    expect(plain).toBeGreaterThan(0.08);
  });

  it("leaves out what has no label, and refuses what does not fit", () => {
    expect(randIndex(["a", "a", "b", null], ["x", "x", "y", "x"])).toBe(1);
    expect(fowlkesMallows([1, 2, 3], [1, 2, 3])).toBe(0);
    expect(() => mutualInformation([1], [1, 2])).toThrow("the arrays compared have 1 and 2 values");
    expect(() => normalizedMutualInformation([1, 2], [1, 1], "median" as "max")).not.toThrow();
    expect(() => normalizedMutualInformation([1, 2], [1, 2], "median" as "max")).toThrow(
      'average "median" is not known',
    );
  });
});

describe("the silhouette", () => {
  const stream = random(0, "silhouette");
  // More than one block, groups of unequal size, one point alone.
  const n = 300;
  const groups = Array.from({ length: n }, (_, i) => (i === 7 ? "alone" : i % 3 === 0 ? "a" : "b"));
  const points = Float64Array.from({ length: n * 2 }, (_, at) => stream.normal() + (groups[at >> 1] === "a" ? 2 : 0));

  it.each(["euclidean", "cosine"] as const)("is that of Rousseeuw's formula, point by point: %s", (metric) => {
    const distance = (i: number, j: number) => {
      const [a, b] = [points.subarray(2 * i, 2 * i + 2), points.subarray(2 * j, 2 * j + 2)];
      if (metric === "euclidean") return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
      return 1 - (a[0]! * b[0]! + a[1]! * b[1]!) / Math.hypot(...a) / Math.hypot(...b);
    };
    const found = silhouetteSamples(points, 2, groups, metric);
    for (const i of [0, 1, 7, 150, 299]) {
      const mean = (group: string) => {
        const others = groups.flatMap((name, j) => (name === group && j !== i ? [distance(i, j)] : []));
        return others.reduce((sum, value) => sum + value, 0) / others.length;
      };
      const own = mean(groups[i]!);
      const nearest = Math.min(...["a", "b", "alone"].filter((name) => name !== groups[i]).map(mean));
      const expected = groups[i] === "alone" ? 0 : (nearest - own) / Math.max(nearest, own);
      expectClose([found[i]!], [expected], { relative: 1e-9, absolute: 1e-10 });
    }
    expect(silhouette(points, 2, groups, { metric })).toBeCloseTo(
      found.reduce((sum, value) => sum + value / n, 0),
      12,
    );
  });

  it.each([
    ["euclidean", -0.07818213514662459],
    ["cosine", -0.19146651210184185],
  ] as const)("in six dimensions is scikit-learn's: %s", (metric, expected) => {
    const [cells, dimensions] = [9, 6];
    const made = Float64Array.from({ length: cells * dimensions }, (_, at) => {
      const [i, d] = [Math.floor(at / dimensions), at % dimensions];
      return (i * i * 7 + d * d * 5 + i * d * 3) % 11;
    });
    const thirds = Array.from({ length: cells }, (_, i) => i % 3);
    expect(silhouette(made, dimensions, thirds, { metric })).toBeCloseTo(expected, 12);
  });

  it("does not heed the order of points, nor shift and scale", () => {
    const order = random(1, "order").permutation(n);
    const shuffled = Float64Array.from({ length: n * 2 }, (_, at) => 3 * points[2 * order[at >> 1]! + (at & 1)]! + 5);
    const found = silhouetteSamples(
      shuffled,
      2,
      Array.from(order, (i) => groups[i]!),
    );
    const before = silhouetteSamples(points, 2, groups);
    expectClose(
      found,
      Array.from(order, (i) => before[i]!),
      { relative: 1e-9, absolute: 1e-10 },
    );
  });

  it("of a sample is the same for one seed, and near that of all", () => {
    const all = silhouette(points, 2, groups);
    const some = silhouette(points, 2, groups, { sampleSize: 150 });
    expect(silhouette(points, 2, groups, { sampleSize: 150 })).toBe(some);
    expect(silhouette(points, 2, groups, { sampleSize: 150, seed: 1 })).not.toBe(some);
    expect(Math.abs(some - all)).toBeLessThan(0.1);
    expect(silhouette(points, 2, groups, { sampleSize: 1000 })).toBe(all);
  });

  it("leaves out points without label, and refuses what has none", () => {
    expect(silhouette(Float64Array.of(0, 1, 5, 10, 11), 1, ["a", "a", null, "b", "b"])).toBe(
      silhouette(Float64Array.of(0, 1, 10, 11), 1, ["a", "a", "b", "b"]),
    );
    const few = "a silhouette needs from 2 groups to one less than the 2 points";
    expect(() => silhouette(Float64Array.of(0, 1), 1, ["a", "a"])).toThrow(few);
    expect(() => silhouette(Float64Array.of(0, 1), 1, ["a", "b"])).toThrow(few);
    expect(() => silhouette(Float64Array.of(0, NaN, 1), 1, ["a", "a", "b"])).toThrow(
      "point 1 has a coordinate that is NaN",
    );
    expect(() => silhouette(Float64Array.of(NaN, 0, 1, 2, 3, 4), 2, ["a", "a", "b"])).toThrow("point 0 has");
    expect(() => silhouette(Float64Array.of(0, 0, 1, 2, 3, NaN), 2, ["a", "a", "b"])).toThrow("point 2 has");
    expect(() => silhouette(points, 2, groups, { size: 3 } as object)).toThrow(/metrics\.silhouette/);
    expect(() => silhouetteSamples(Float64Array.of(0, 1), 2, ["a", "b"])).toThrow("are not those of 2 labelled points");
    expect(() => silhouette(points, 2, groups, { metric: "taxi" as "cosine" })).toThrow('metric "taxi" is not known');
    expect(() => silhouette(points, 2, groups, { sampleSize: 0 })).toThrow("sampleSize must be a whole number from 2");
    // Points on one spot are neither near nor far.
    expect(silhouette(new Float64Array(4), 1, ["a", "a", "b", "b"])).toBe(0);
  });
});

describe("an embedding", () => {
  const stream = random(3, "embedding");
  const points = Float64Array.from({ length: 60 * 3 }, () => stream.normal());

  it("that is the space itself, moved and scaled, loses nothing", () => {
    const moved = points.map((value) => 4 * value - 1);
    expect(trustworthiness(points, 3, moved, 3, 7)).toBe(1);
    expect(neighborsKept(points, 3, moved, 3, 7)).toBe(1);
  });

  it.each([
    [1, 0.4107142857142857],
    [3, 0.4761904761904763],
    [6, 0.4814814814814815],
  ])("of made up points has scikit-learn's trustworthiness with %i neighbours", (k, expected) => {
    const at = (n: number, dimensions: number, value: (i: number, d: number) => number) =>
      Float64Array.from({ length: n * dimensions }, (_, p) => value(Math.floor(p / dimensions), p % dimensions));
    const space = at(14, 3, (i, d) => ((i * i * 5 + d * 7 + i * d) % 13) + 0.01 * i * (d + 1));
    const line = at(14, 1, (i) => ((i * i * 3 + i) % 17) + 0.1 * i);
    expect(trustworthiness(space, 3, line, 1, k)).toBeCloseTo(expected, 12);
  });

  it("is worse the less it has of the space", () => {
    const first = (kept: number) => points.map((value, at) => (at % 3 < kept ? value : 0));
    const noise = points.map(() => stream.normal());
    for (const measure of [trustworthiness, neighborsKept]) {
      const [all, two, one, none] = [first(3), first(2), first(1), noise].map((e) => measure(points, 3, e, 3, 6));
      expect(all).toBe(1);
      expect(two!).toBeLessThan(1);
      expect(one!).toBeLessThan(two!);
      expect(none!).toBeLessThan(one!);
    }
    expect(Math.abs(trustworthiness(points, 3, noise, 3, 6) - 0.5)).toBeLessThan(0.12);
  });

  it("refuses sizes that disagree, and too many neighbours", () => {
    expect(() => trustworthiness(points, 3, points, 2)).toThrow("are not of the same points");
    expect(() => neighborsKept(points, 3, points, 3, 30)).toThrow(
      "k must be from 1 and below half the number of points, 60",
    );
    expect(() => trustworthiness(points, 3, points, 3, 0)).toThrow("not 0");
  });
});
