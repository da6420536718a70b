import { describe, expect, it } from "vitest";
import {
  fitNormalMixture,
  mixtureCdf,
  mixtureQuantile,
  normalQuantile,
  singularValues,
} from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";

const mixture = {
  weights: Float64Array.of(0.3, 0.7),
  means: Float64Array.of(-4, 3),
  sds: Float64Array.of(1, 0.5),
};

describe("a mixture of normal distributions", () => {
  it("has quantiles that its distribution function takes back", () => {
    for (const p of [1e-9, 0.01, 0.29, 0.3, 0.31, 0.5, 0.99, 1 - 1e-9]) {
      expect(mixtureCdf(mixture, mixtureQuantile(mixture, p))).toBeCloseTo(p, 12);
    }
    const one = { weights: Float64Array.of(1), means: Float64Array.of(2), sds: Float64Array.of(3) };
    expect(mixtureQuantile(one, 0.975)).toBeCloseTo(2 + 3 * normalQuantile(0.975), 10);
  });

  it("is found again from its quantiles, its variances free", () => {
    const values = Array.from({ length: 2000 }, (_, i) => mixtureQuantile(mixture, (i + 0.5) / 2000));
    const found = fitNormalMixture(values, 2);
    expectClose(found.weights, mixture.weights, { absolute: 1e-3 });
    expectClose(found.means, mixture.means, { absolute: 1e-2 });
    expectClose(found.sds, mixture.sds, { absolute: 1e-2 });
  });

  it("has equal variances where free ones tell nothing more", () => {
    const equal = { ...mixture, sds: Float64Array.of(1, 1) };
    const values = Array.from({ length: 500 }, (_, i) => mixtureQuantile(equal, (i + 0.5) / 500));
    const { sds } = fitNormalMixture(values, 2);
    expect(sds[0]).toBe(sds[1]);
    expect(sds[0]).toBeCloseTo(1, 1);
  });

  // From mclust 6.0.0: x <- qgamma(ppoints(506), shape = 2); Mclust(x, G = 5)$parameters. The quantiles are made here by
  // Newton's method on the distribution function 1 - (1 + x) exp(-x).
  it("is mclust's, to the last digits, where free variances win", () => {
    const gamma = (p: number) => {
      let x = 1;
      for (let step = 0; step < 200; step++)
        x = Math.max(x / 2, x - (1 - (1 + x) * Math.exp(-x) - p) / (x * Math.exp(-x)));
      return x;
    };
    const found = fitNormalMixture(
      Array.from({ length: 506 }, (_, i) => gamma((i + 0.5) / 506)),
      5,
    );
    const means = [0.450749767285464, 1.005591450951173, 1.746288651301246, 2.75634684861658, 4.535281620183533];
    const variances = [
      0.0417036815195173, 0.0979030087498876, 0.2268169931103731, 0.832442969586222, 2.814112908280515,
    ];
    expectClose(found.means, means, { relative: 1e-8 });
    expectClose(found.sds.map((sd) => sd * sd), variances, { relative: 1e-8 }); // prettier-ignore
  });

  it("is the same in any order of the values", () => {
    const values = Array.from({ length: 300 }, (_, i) => mixtureQuantile(mixture, (i + 0.5) / 300));
    const shuffled = values.map((_, i) => values[(i * 7) % 300]!);
    expect(fitNormalMixture(shuffled, 2)).toEqual(fitNormalMixture(values, 2));
  });

  it("cannot be where every component is a single value", () => {
    expect(() => fitNormalMixture([1, 1, 1, 5, 5, 5], 2)).toThrow(
      "a mixture of 2 normal distributions cannot be fitted: a component collapsed",
    );
  });

  it("needs more distinct values than components", () => {
    expect(() => fitNormalMixture([1, 1, 1, 1], 2)).toThrow("a mixture of 2 needs as many distinct values");
  });
});

describe("singular values", () => {
  it("are the lengths of orthogonal rows, in rising order, zeros among them", () => {
    // Rows of a rotation by 30°, stretched by 5, 2 and 0.
    const [c, s] = [Math.sqrt(0.75), 0.5];
    expectClose(singularValues(Float64Array.of(5 * c, 5 * s, 0, -2 * s, 2 * c, 0, 0, 0, 0), 3), [0, 2, 5], {
      absolute: 1e-14,
    });
  });

  it("have the squares' sum and the product of the matrix", () => {
    const a = Float64Array.of(4, 1, 2, 0, 3, 1, 5, 2, 6);
    const found = singularValues(a.slice(), 3);
    expect(found.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(96, 10);
    expect(found.reduce((product, value) => product * value, 1)).toBeCloseTo(39, 10);
  });
});
