import { describe, expect, it } from "vitest";
import {
  chiSquaredQuantile,
  drawBinomial,
  drawGamma,
  drawNegativeBinomial,
  drawPoisson,
  logGamma,
  logIncompleteGamma,
  random,
} from "../../../src/lib/stats/index.js";

const DRAWS = 40_000;

/** Compares drawn whole numbers with their probabilities by Pearson's statistic, at a level that one seed in 10,000 misses. */
function expectDistribution(draw: () => number, logProbability: (k: number) => number): void {
  const counts = new Map<number, number>();
  for (let i = 0; i < DRAWS; i++) {
    const k = draw();
    counts.set(k, (counts.get(k) ?? 0) + 1);
  }
  let [statistic, classes, restExpected, restFound] = [0, 0, DRAWS, DRAWS];
  for (let k = 0; k <= Math.max(...counts.keys()); k++) {
    const expected = DRAWS * Math.exp(logProbability(k));
    if (expected < 5) continue;
    const found = counts.get(k) ?? 0;
    statistic += (found - expected) ** 2 / expected;
    classes++;
    restExpected -= expected;
    restFound -= found;
  }
  if (restExpected >= 5) statistic += (restFound - restExpected) ** 2 / restExpected;
  expect(statistic).toBeLessThan(chiSquaredQuantile(0.9999, Math.max(1, classes - (restExpected >= 5 ? 0 : 1))));
}

const binomial = (n: number, p: number) => (k: number) =>
  k > n
    ? -Infinity
    : logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p);
const poisson = (mean: number) => (k: number) => k * Math.log(mean) - mean - logGamma(k + 1);

describe("draws", () => {
  // Inversion, its mirror image, rejection, and its mirror image.
  it.each([[1, 0.3], [7, 0.2], [7, 0.9], [500, 0.37], [500, 0.8], [40, 0.25], [25, 0.4]])("from a binomial distribution of %d trials at %d have its probabilities", (n, p) => {
    const stream = random(1, "test");
    expectDistribution(() => drawBinomial(stream, n, p), binomial(n, p));
  }); // prettier-ignore

  it.each([0.05, 0.4, 9.9, 10, 35.5, 400])("from a Poisson distribution of mean %d have its probabilities", (mean) => {
    const stream = random(2, "test");
    expectDistribution(() => drawPoisson(stream, mean), poisson(mean));
  });

  it("from a negative binomial distribution have its probabilities", () => {
    const [mean, dispersion] = [6, 0.8];
    const size = 1 / dispersion;
    const p = size / (size + mean);
    const stream = random(3, "test");
    expectDistribution(
      () => drawNegativeBinomial(stream, mean, dispersion),
      (k) => logGamma(k + size) - logGamma(size) - logGamma(k + 1) + size * Math.log(p) + k * Math.log1p(-p),
    );
  });

  it.each([0.3, 1, 8.5])("from a gamma distribution of shape %d fall into its deciles alike", (shape) => {
    const stream = random(4, "test");
    expectDistribution(
      () => Math.floor(10 * Math.exp(logIncompleteGamma(shape, drawGamma(stream, shape, 2) / 2).logLower)),
      (k) => (k < 10 ? Math.log(0.1) : -Infinity),
    );
  });

  it("of what is certain take no random number", () => {
    const stream = random(5, "test");
    const first = random(5, "test").uniform();
    expect(drawBinomial(stream, 0, 0.5)).toBe(0);
    expect(drawBinomial(stream, 9, 0)).toBe(0);
    expect(drawBinomial(stream, 9, 1)).toBe(9);
    expect(drawPoisson(stream, 0)).toBe(0);
    expect(stream.uniform()).toBe(first);
  });

  it("stay in range for very small and very large parameters", () => {
    const stream = random(6, "test");
    for (let i = 0; i < 2000; i++) {
      const k = drawBinomial(stream, 1e6, 1e-6);
      expect(k >= 0 && k < 30).toBe(true);
      const large = drawBinomial(stream, 1e7, 0.999999);
      expect(large > 1e7 - 60 && large <= 1e7).toBe(true);
    }
  });
});
