import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adjustLogP,
  type AdjustMethod,
  adjustP,
  bootstrap,
  bootstrapMean,
  minimize,
  permutationTest,
  random,
} from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";

const RUNS = { seed: 0, numRuns: 100 };
const METHODS: AdjustMethod[] = [
  "bonferroni",
  "sidak",
  "holm",
  "holm-sidak",
  "simes-hochberg",
  "hommel",
  "fdr_bh",
  "fdr_by",
];
const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 15 });

describe("adjusted p values", () => {
  it.each(METHODS)("keep order and bounds, and follow their tests: %s", (method) => {
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = adjustP(p, method);
        p.forEach((value, i) => {
          expect(adjusted[i]!).toBeGreaterThanOrEqual(value * (1 - 1e-12));
          expect(adjusted[i]!).toBeLessThanOrEqual(1);
          p.forEach((other, j) => {
            if (other < value) expect(adjusted[j]!).toBeLessThanOrEqual(adjusted[i]!);
          });
        });
        expect([...adjustP([...p].reverse(), method)].reverse()).toEqual([...adjusted]);
      }),
      RUNS,
    );
    expect([...adjustP([], method)]).toEqual([]);
    expectClose(adjustP([0.03], method), [0.03]);
    // A missing test is none.
    expect([...adjustP([0.01, NaN, 0.5], method)]).toEqual([
      adjustP([0.01, 0.5], method)[0],
      NaN,
      adjustP([0.01, 0.5], method)[1],
    ]);
  });

  it.each(["fdr_bh", "bonferroni", "holm"] as const)("are the same by logarithms, and go further: %s", (method) => {
    fc.assert(
      fc.property(pValues, (p) => {
        expectClose(adjustLogP(p.map(Math.log), method).map(Math.exp), adjustP(p, method), { relative: 1e-11 });
      }),
      RUNS,
    );
    const far = adjustLogP([-5000, -4000, -1], method);
    expect([...far.subarray(0, 2)].every((value) => Number.isFinite(value) && value < -3900)).toBe(true);
  });

  it("are refused of what is no p value, and by an unknown method", () => {
    expect(() => adjustP([-0.1])).toThrow(new RangeError("value 0 is -0.1; a p value is from 0 to 1"));
    expect(adjustP([0.01, 0.02])).toEqual(adjustP([0.01, 0.02], "fdr_bh"));
    expect(adjustLogP([-2, -1])).toEqual(adjustLogP([-2, -1], "fdr_bh"));
    expect(() => adjustP([0.1, 1.5])).toThrow(new RangeError("value 1 is 1.5; a p value is from 0 to 1"));
    expect(() => adjustLogP([0.5])).toThrow("the logarithm of a p value is at most 0");
    expect(() => adjustP([0.1], "bh" as "fdr_bh")).toThrow('method "bh" is not known');
    expect(() => adjustLogP([-1], "hommel" as "holm")).toThrow('method "hommel" is not known');
  });
});

describe("the bootstrap", () => {
  const x = Float64Array.from({ length: 40 }, (_, i) => Math.exp((i % 13) / 4));
  const mean = (rows: Int32Array) => rows.reduce((sum, i) => sum + x[i]!, 0) / rows.length;

  it("is the same for one seed and another for another", () => {
    const [a, b, c] = [{ seed: 3 }, { seed: 3 }, { seed: 4 }].map((options) => bootstrap(40, mean, options));
    expect(b).toEqual(a);
    expect(c!.low).not.toBe(a!.low);
  });

  it.each(["percentile", "basic", "bca"] as const)("holds the estimate and narrows with the level: %s", (method) => {
    const wide = bootstrap(40, mean, { method });
    const narrow = bootstrap(40, mean, { method, level: 0.5 });
    expect(wide.estimate).toBeCloseTo(mean(Int32Array.from(x.keys())), 12);
    expect(wide.low).toBeLessThan(narrow.low);
    expect(narrow.low).toBeLessThan(wide.estimate);
    expect(wide.estimate).toBeLessThan(narrow.high);
    expect(narrow.high).toBeLessThan(wide.high);
  });

  it("of a mean is bootstrapMean's, and its standard error that of theory", () => {
    const found = bootstrap(40, mean, { method: "percentile", seed: 2, resamples: 500 });
    const other = bootstrapMean(x, { seed: 2, resamples: 500 });
    // Both draw the same rows; the quantiles of the one are between, of the other at the resampled means.
    expect(Math.abs(found.low - other.low)).toBeLessThan(0.05 * found.standardError);
    const spread = Math.sqrt(x.reduce((sum, value) => sum + (value - found.estimate) ** 2, 0) / 40 / 40);
    expect(found.standardError / spread).toBeGreaterThan(0.9);
    expect(found.standardError / spread).toBeLessThan(1.1);
  });

  it("has no corrected interval without spread", () => {
    const { low, high, standardError } = bootstrap(5, () => 1);
    expect([low, high, standardError]).toEqual([NaN, NaN, 0]);
  });

  it("refuses what does not fit", () => {
    expect(() => bootstrap(1, mean)).toThrow("a bootstrap needs at least 2 rows, not 1");
    expect(() => bootstrap(3, mean, { draws: new Int32Array(4) })).toThrow(
      "draws has 4 values, not a multiple of 3 rows",
    );
    expect(() => bootstrap(3, mean, { resamples: 0 })).toThrow("resamples must be a positive whole number, not 0");
    expect(() => bootstrap(3, mean, { level: 1 })).toThrow("level must be between 0 and 1, not 1");
    expect(() => bootstrap(3, mean, { method: "abc" as "bca" })).toThrow('method "abc" is not known');
  });
});

describe("permutation tests", () => {
  it("of all permutations are the share known by hand", () => {
    const found = permutationTest([5, 6, 7], [3, 4, 5], { permutations: "all" });
    // Of 20 splits two reach the largest difference, with either 5.
    expect(found).toEqual({ statistic: 2, pValue: 0.2, permutations: 20 });
    expect(permutationTest([1, 2, 3], [0, 0, 0], { kind: "paired", permutations: "all" }).pValue).toBe(0.25);
    expect(permutationTest([1, 2], [1, 2], { permutations: "all" }).pValue).toBe(1);
    // Of x in all six splits the means are less by 4, 1, 0, 0, -1 and -4.
    const p = (alternative: "less" | "greater" | "absolute") =>
      permutationTest([1, 5], [2, 6], { permutations: "all", alternative }).pValue;
    expect([p("less"), p("greater"), p("absolute")]).toEqual([2 / 6, 5 / 6, 4 / 6]);
    expect(permutationTest([1], [2, 3], { permutations: 1 }).permutations).toBe(1);
  });

  it("of random permutations approach it, and are the same for one seed", () => {
    const stream = random(1, "permutations");
    const [x, y] = [0.8, 0].map((shift) => Float64Array.from({ length: 8 }, () => shift + stream.normal()));
    for (const kind of ["independent", "paired"] as const) {
      const all = permutationTest(x!, y!, { kind, permutations: "all", alternative: "greater" }).pValue;
      const some = permutationTest(x!, y!, { kind, permutations: 4000, alternative: "greater" });
      // Five standard errors of a share of 4000.
      expect(Math.abs(some.pValue - all)).toBeLessThan(5 * Math.sqrt((all * (1 - all)) / 4000) + 1e-3);
      expect(permutationTest(x!, y!, { kind, permutations: 4000, alternative: "greater" })).toEqual(some);
    }
  });

  it("take another statistic", () => {
    const statistic = (x: Float64Array, y: Float64Array) => Math.max(...x) - Math.max(...y);
    expect(permutationTest([9, 1], [2, 3], { statistic, permutations: "all", alternative: "greater" })).toEqual({
      statistic: 6,
      pValue: 0.5,
      permutations: 6,
    });
  });

  it("refuse what does not fit, and too many permutations", () => {
    expect(() => permutationTest([], [1])).toThrow("a sample is empty: x has 0 values, y has 1");
    expect(() => permutationTest([1], [])).toThrow("a sample is empty: x has 1 values, y has 0");
    expect(() => permutationTest([1], [1], { draws: new Int32Array(0) })).toThrow("draws has 0 values");
    expect(() => permutationTest([1], [1], { exact: true } as object)).toThrow("stats.permutationTest: unknown option");
    expect(() => permutationTest([1, 2], [1], { kind: "paired" })).toThrow("these have 2 and 1");
    expect(() => permutationTest([1], [1], { permutations: 0 })).toThrow("must be a positive whole number");
    expect(() => permutationTest([1], [1], { kind: "both" as "paired" })).toThrow('kind "both"');
    expect(() => permutationTest([1], [1], { alternative: "up" as "less" })).toThrow('alternative "up"');
    expect(() => permutationTest([1], [1], { draws: new Int32Array(3) })).toThrow("not a multiple of the 2 pooled");
    const many = new Float64Array(40);
    expect(() => permutationTest(many, many, { permutations: "all" })).toThrow("permutations, more than 5000000");
  });
});

describe("the minimiser", () => {
  /** Rosenbrock's valley in any number of dimensions, and how often it was asked. */
  const valley = () => {
    let asked = 0;
    const objective = (x: Float64Array, gradient: Float64Array) => {
      asked++;
      gradient.fill(0);
      return x.slice(1).reduce((sum, next, i) => {
        const [off, rest] = [next - x[i]! ** 2, 1 - x[i]!];
        gradient[i]! -= 400 * off * x[i]! + 2 * rest;
        gradient[i + 1]! += 200 * off;
        return sum + 100 * off ** 2 + rest ** 2;
      }, 0);
    };
    return { objective, asked: () => asked };
  };

  it("finds the minimum of Rosenbrock's valley", () => {
    const x = Float64Array.of(-1.2, 1);
    const { value } = minimize(valley().objective, x, { tolerance: 1e-10 });
    expectClose(x, [1, 1], { relative: 1e-8 });
    expect(value).toBeLessThan(1e-15);
  });

  it("needs few steps and few looks, the fewer the more steps it remembers", () => {
    const work = (dimensions: number, memory?: number) => {
      const { objective, asked } = valley();
      const x = Float64Array.from({ length: dimensions }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
      const { iterations } = minimize(objective, x, { memory });
      return { iterations, asked: asked() };
    };
    // scipy's L-BFGS-B, of the same memory, takes 37 steps and 45 looks in two dimensions, 75 and 93 in ten.
    const [two, ten] = [work(2), work(10)];
    expect(two.iterations).toBeLessThanOrEqual(36);
    expect(two.asked).toBeLessThanOrEqual(46);
    expect(ten.iterations).toBeLessThanOrEqual(84);
    expect(ten.asked).toBeLessThanOrEqual(92);
    expect(work(10, 10)).toEqual(ten);
    expect(work(10, 3).iterations).toBeGreaterThan(1.2 * ten.iterations);
    expect(work(10, 1).iterations).toBeGreaterThan(1.2 * work(10, 3).iterations);
  });

  it("stops after the steps allowed, and at once at a minimum", () => {
    const bowl = (x: Float64Array, gradient: Float64Array) => {
      x.forEach((value, i) => (gradient[i] = 2 * (i + 1) * value));
      return x.reduce((sum, value, i) => sum + (i + 1) * value * value, 0);
    };
    expect(minimize(bowl, Float64Array.of(3, 4, 5), { maxIterations: 2 }).iterations).toBe(2);
    expect(minimize(bowl, new Float64Array(3))).toEqual({ value: 0, iterations: 0 });
  });
});
