import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chiSquaredQuantile,
  digamma,
  logBeta,
  logBetaRegularized,
  logChiSquaredSf,
  logFSf,
  logGamma,
  logIncompleteGamma,
  logNormalSf,
  logStudentizedRangeSf,
  logTSf,
  logTwoSidedT,
  noncentralTCdf,
  normalQuantile,
  normalSf,
  tQuantile,
} from "../../../src/lib/stats/index.js";
import { findRoot } from "../../../src/lib/stats/find-root.js";
import { expectClose } from "../../helpers/compare.js";

const RUNS = { seed: 0, numRuns: 200 };
const positive = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
const close = (got: number, expected: number, relative = 1e-10) =>
  expectClose([got], [expected], { relative, absolute: 1e-10 });

describe("the gamma function", () => {
  it("follows its recurrence, and digamma its own", () => {
    fc.assert(
      fc.property(positive, (z) => {
        close(logGamma(z + 1), logGamma(z) + Math.log(z));
        close(digamma(z + 1), digamma(z) + 1 / z);
      }),
      RUNS,
    );
    let logFactorial = 0;
    for (let n = 1; n < 30; n++) {
      close(logGamma(n), logFactorial, 1e-14);
      logFactorial += Math.log(n);
    }
    expect([logGamma(0), logGamma(-1), logGamma(NaN), digamma(0)]).toEqual([NaN, NaN, NaN, NaN]);
    expect([digamma(-1.5), digamma(NaN)]).toEqual([NaN, NaN]);
    expect(logGamma(Infinity)).toBe(Infinity);
  });

  it("has incomplete parts that add up to 1", () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 0.01, max: 3, noNaN: true }), (a, ratio) => {
        const { logLower, logUpper } = logIncompleteGamma(a, a * ratio);
        close(Math.exp(logLower) + Math.exp(logUpper), 1);
      }),
      RUNS,
    );
    expect(logIncompleteGamma(2, 0)).toEqual({ logLower: -Infinity, logUpper: 0 });
    expect(logIncompleteGamma(2, Infinity)).toEqual({ logLower: 0, logUpper: -Infinity });
    for (const [a, x] of [
      [0, 1],
      [-1.5, 1],
      [2, -1],
      [NaN, 1],
      [1, NaN],
    ] as const)
      expect(logIncompleteGamma(a, x)).toEqual({ logLower: NaN, logUpper: NaN });
    // Γ(1, x) = e^-x, far beyond what float64 can hold.
    close(logIncompleteGamma(1, 5000).logUpper, -5000);
  });
});

describe("the beta function", () => {
  it("is symmetric, and follows from gamma functions", () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        close(logBeta(a, b), logBeta(b, a), 1e-13);
        // The gamma functions themselves lose digits as they grow.
        expectClose([logBeta(a, b)], [logGamma(a) + logGamma(b) - logGamma(a + b)], {
          relative: 1e-10,
          absolute: 1e-9,
        });
      }),
      RUNS,
    );
  });

  it("keeps its digits where the gamma functions would cancel", () => {
    // B(a, n) = (n - 1)! / (a (a + 1) … (a + n - 1)).
    for (const [a, n] of [[1e10, 1], [1e10, 2], [1e9, 12], [40, 9], [9.5, 3]] as const) {
      let expected = 0;
      for (let k = 0; k < n; k++) expected += Math.log(Math.max(1, k)) - Math.log(a + k);
      close(logBeta(a, n), expected, 1e-14);
      close(logBeta(n, a), expected, 1e-14);
    }
  }); // prettier-ignore

  it("has a regularised incomplete form that mirrors", () => {
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (a, b, x) => {
        const sum = Math.exp(logBetaRegularized(a, b, x)) + Math.exp(logBetaRegularized(b, a, 1 - x, x));
        close(sum, 1);
      }),
      RUNS,
    );
    expect(logBetaRegularized(1, 2, 0)).toBe(-Infinity);
    expect(logBetaRegularized(1, 2, 1)).toBe(0);
    for (const [a, b, x] of [[1, 2, 1.5], [1, 2, -0.5], [0, 2, 0.5], [1, 0, 0.5], [-1, 2, 0], [2, -1, 1], [1, 2, NaN]] as const)
      expect(logBetaRegularized(a, b, x)).toBeNaN(); // prettier-ignore
    close(Math.exp(logBetaRegularized(1, 3, 0.25)), 1 - 0.75 ** 3);
  });
});

describe("the normal distribution", () => {
  it("is symmetric, falls, and its two forms agree", () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (z) => {
        close(normalSf(z) + normalSf(-z), 1, 1e-14);
        close(logNormalSf(z), Math.log(normalSf(z)), 1e-13);
        expect(logNormalSf(z + 0.1)).toBeLessThan(logNormalSf(z));
      }),
      RUNS,
    );
    // Both sides of the point where the method changes.
    close(logNormalSf(2.2 - 1e-12), logNormalSf(2.2 + 1e-12), 1e-11);
    expect([logNormalSf(-Infinity), logNormalSf(Infinity), normalSf(NaN)]).toEqual([-0, -Infinity, NaN]);
  });

  it("has quantiles that invert it", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1 - 1e-12, noNaN: true }), (p) => {
        expectClose([normalSf(-normalQuantile(p))], [p], { relative: 1e-11, absolute: 0 });
      }),
      RUNS,
    );
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(0.5)]).toEqual([-Infinity, Infinity, 0]);
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(NaN)]).toEqual([NaN, NaN, NaN]);
  });
});

describe("distributions that hold each other", () => {
  it("Student's t becomes normal, Cauchy's and F's", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 40, noNaN: true }),
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        (t, df) => {
          close(logTwoSidedT(t, Infinity), Math.log(2) + logNormalSf(t));
          close(Math.exp(logTwoSidedT(t, 1)), 1 - (2 / Math.PI) * Math.atan(t));
          close(logTwoSidedT(t, df), logFSf(t * t, 1, df));
          close(Math.exp(logTSf(t, df)) + Math.exp(logTSf(-t, df)), 1);
        },
      ),
      RUNS,
    );
    expect(logTwoSidedT(0, 5)).toBe(0);
    expect(logTwoSidedT(Infinity, 5)).toBe(-Infinity);
    expect(logTwoSidedT(NaN, 5)).toBeNaN();
  });

  it("chi-squared of one and of two degrees of freedom is known in closed form", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 2000, noNaN: true }), (x) => {
        close(logChiSquaredSf(x, 1), Math.log(2) + logNormalSf(Math.sqrt(x)));
        close(logChiSquaredSf(x, 2), -x / 2);
      }),
      RUNS,
    );
    expect([logChiSquaredSf(0, 3), logChiSquaredSf(-1, 3), logFSf(0, 1, 2), logFSf(Infinity, 1, 2)]).toEqual([
      0,
      0,
      0,
      -Infinity,
    ]);
  });

  it("quantiles invert them", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.double({ min: 0.3, max: 300, noNaN: true }),
        (p, df) => {
          close(Math.exp(logTSf(-tQuantile(p, df), df)), p, 1e-9);
          close(1 - Math.exp(logChiSquaredSf(chiSquaredQuantile(p, df), df)), p, 1e-9);
        },
      ),
      RUNS,
    );
    expect([tQuantile(0, 3), tQuantile(0.5, 3), tQuantile(1, 3), tQuantile(2, 3)]).toEqual([
      -Infinity,
      0,
      Infinity,
      NaN,
    ]);
    expect([chiSquaredQuantile(0, 3), chiSquaredQuantile(1, 3), chiSquaredQuantile(-1, 3)]).toEqual([0, Infinity, NaN]);
    for (const quantile of [tQuantile, chiSquaredQuantile]) {
      expect([quantile(-0.1, 3), quantile(1.1, 3), quantile(0.3, 0)]).toEqual([NaN, NaN, NaN]);
    }
    expect([logChiSquaredSf(0, 3), logChiSquaredSf(-1, 3)]).toEqual([0, 0]);
  });

  it("the noncentral t is the central one without shift, and normal with many degrees of freedom", () => {
    for (const t of [-3, -0.5, 0, 1, 4]) {
      close(noncentralTCdf(t, 7, 0), 1 - Math.exp(logTSf(t, 7)), 1e-9);
      close(noncentralTCdf(t, 1e7, 1.5), normalSf(1.5 - t), 1e-5);
    }
  });

  it("the studentised range of two values is a normal difference", () => {
    for (const q of [0.1, 1, 3, 12, 50]) {
      close(logStudentizedRangeSf(q, 2), Math.log(2) + logNormalSf(q / Math.SQRT2), 1e-9);
      expect(logStudentizedRangeSf(q, 5)).toBeGreaterThan(logStudentizedRangeSf(q, 4));
    }
    expect([logStudentizedRangeSf(0, 3), logStudentizedRangeSf(Infinity, 3), logStudentizedRangeSf(-1, 3)]).toEqual([
      0,
      -Infinity,
      NaN,
    ]);
  });
});

describe("a root", () => {
  it("is found to the last digits, from either side", () => {
    close(
      findRoot((x) => x * x - 2, 0, 2),
      Math.SQRT2,
      1e-15,
    );
    close(
      findRoot((x) => Math.exp(-x) - 1e-8, 0, 100),
      8 * Math.log(10),
      1e-14,
    );
    expect(findRoot((x) => x, 0, 1)).toBe(0);
    expect(() => findRoot((x) => x, 1, 2)).toThrow("does not change sign between 1 and 2");
  });

  const counted = (f: (x: number) => number) => {
    const points: number[] = [];
    const watched = (x: number) => {
      points.push(x);
      return f(x);
    };
    return { watched, points };
  };

  it("that lies at an end is taken without another look", () => {
    for (const [f, root] of [[(x: number) => x - 1, 1], [(x: number) => 3 - x, 3]] as const) {
      const { watched, points } = counted(f);
      expect(findRoot(watched, 1, 3)).toBe(root);
      expect(points).toEqual([1, 3]);
    }
  }); // prettier-ignore

  it("is found whichever way the function goes, to the last digits and in few steps", () => {
    for (const f of [(x: number) => x ** 3 - 2, (x: number) => 2 - x ** 3, (x: number) => Math.exp(x) - 3]) {
      const { watched, points } = counted(f);
      const root = findRoot(watched, -10, 7);
      expect(Math.abs(f(root))).toBeLessThan(1e-14);
      expect(points.length).toBeLessThan(40);
    }
    const { watched, points } = counted((x) => x - 2);
    expect(findRoot(watched, 1, 3)).toBe(2);
    expect(points.length).toBeLessThanOrEqual(4);
  });

  it("needs ends of two signs", () => {
    expect(() => findRoot((x) => x * x + 1, -1, 1)).toThrow("does not change sign between -1 and 1");
    expect(() => findRoot((x) => -x * x - 1, -1, 1)).toThrow("does not change sign");
  });
});
