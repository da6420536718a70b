import { describe, expect, it } from "vitest";
import { backend } from "../../../../src/lib/engine/index.js";
import { logNormalCdf } from "../../../../src/lib/repair/diffrepairer/normal.js";
import { genePrior, posterior } from "../../../../src/lib/repair/diffrepairer/posterior-head.js";
import { logNormalSf } from "../../../../src/lib/stats/normal.js";
import { expectClose } from "../../../helpers/compare.js";

const { tf } = await backend();

describe("the logarithm of the normal distribution function", () => {
  const points = [-200, -40, -12, -5, -1.5, -0.1, 0, 0.1, 1, 3, 8, 30];

  it("is right far into both tails", () => {
    const got = tf.tidy(() => logNormalCdf(tf.tensor1d(points)).dataSync());
    expectClose(
      got,
      points.map((x) => logNormalSf(-x)),
      { relative: 1e-5, absolute: 3e-7 },
    );
  });

  it("has the ratio of density to distribution as gradient, everywhere", () => {
    const got = tf.tidy(() =>
      tf
        .grad((x) => logNormalCdf(x).sum())(tf.tensor1d(points))
        .dataSync(),
    );
    const ratio = (x: number) => Math.exp(-0.5 * x * x - 0.5 * Math.log(2 * Math.PI) - logNormalSf(-x));
    expectClose(got, points.map(ratio), { relative: 1e-3, absolute: 1e-6 });
  });
});

interface Case {
  y: number;
  pi: number;
  m: number;
  s: number;
  keep: number;
  dropout: number;
  noise: number;
}

function ours(cases: readonly Case[]) {
  return tf.tidy(() => {
    const row = (value: (c: Case) => number) => tf.tensor2d(cases.map((c) => [value(c)]));
    const prior = { logit: row(({ pi }) => Math.log(pi / (1 - pi))), mean: row(({ m }) => m), sd: row(({ s }) => s) };
    const damage = { keep: row((c) => c.keep), dropout: row((c) => c.dropout), noise: row((c) => c.noise) };
    const { mean, variance, pExpressed } = posterior(
      tf,
      row(({ y }) => y),
      prior,
      damage,
    );
    return [mean, variance, pExpressed].map((tensor) => [...tensor.dataSync()]);
  });
}

/** The same by summing over a fine grid of clean values, dropped or not. */
function byIntegration({ y, pi, m, s, keep, dropout, noise }: Case): [number, number, number] {
  const density = (x: number, center: number, spread: number) =>
    Math.exp(-0.5 * ((x - center) / spread) ** 2) / spread / Math.sqrt(2 * Math.PI);
  const likelihood = (signal: number) => (y > 0 ? density(y, signal, noise) : Math.exp(logNormalSf(signal / noise)));
  const silent = (1 - pi) * likelihood(0);
  let [weight, first, second] = [0, 0, 0];
  const step = s / 400;
  for (let x = m - 20 * s; x < m + 20 * s; x += step) {
    const w = pi * density(x, m, s) * step * (dropout * likelihood(0) + (1 - dropout) * likelihood(keep * x));
    weight += w;
    first += w * x;
    second += w * x * x;
  }
  const mean = first / (weight + silent);
  return [mean, second / (weight + silent) - mean * mean, weight / (weight + silent)];
}

describe("the posterior", () => {
  const cases: Case[] = [];
  for (const y of [0, 0.05, 0.4, 1.3, 2.5]) {
    for (const [pi, m, s] of [
      [0.03, 1.6, 0.4],
      [0.6, 2, 0.8],
      [0.99, 0.5, 0.3],
    ] as const) {
      for (const [keep, dropout, noise] of [
        [1, 0.05, 0.05],
        [0.5, 0.3, 0.15],
        [0.25, 0.6, 0.4],
      ] as const)
        cases.push({ y, pi, m, s, keep, dropout, noise });
    }
  }

  it("has the mean, variance and probability of expression that integration gives", () => {
    const [means, variances, probabilities] = ours(cases);
    const expected = cases.map(byIntegration);
    expectClose(
      means!,
      expected.map(([mean]) => mean),
      { relative: 2e-4, absolute: 2e-4 },
    );
    expectClose(
      variances!,
      expected.map(([, variance]) => variance),
      { relative: 2e-3, absolute: 5e-4 },
    );
    expectClose(
      probabilities!,
      expected.map(([, , probability]) => probability),
      { relative: 1e-3, absolute: 1e-5 },
    );
  });

  it("is the measurement where nothing is lost and there is no noise", () => {
    const [[mean], [variance]] = ours([{ y: 1.7, pi: 0.5, m: 2, s: 0.6, keep: 1, dropout: 1e-6, noise: 1e-3 }]) as [
      number[],
      number[],
    ];
    expect(mean).toBeCloseTo(1.7, 3);
    expect(variance).toBeLessThan(1e-4);
  });

  it("stays finite for measurements no model expects", () => {
    for (const values of ours([
      { y: 40, pi: 0.002, m: 1, s: 0.05, keep: 0.01, dropout: 0.95, noise: 0.02 },
      { y: 0, pi: 0.998, m: 8, s: 0.05, keep: 1, dropout: 0.01, noise: 0.02 },
    ]))
      expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe("a gene's prior", () => {
  it("is its rate, and mean and spread where it is seen", () => {
    const cells = [0, 1, 0, 2, 0, 3, 2, 0]; // four cells of two genes
    const { logit, mean, logSd } = genePrior(Float32Array.from(cells), 2);
    expectClose(logit, [Math.log(1 / 3), Math.log(3)], { relative: 1e-5 });
    expectClose(mean, [2, 2], { relative: 1e-6 });
    expectClose(logSd, [Math.log(0.1), 0.5 * Math.log(2 / 3)], { relative: 1e-5 });
  });

  it("is never certain, even of a gene that all cells or none express", () => {
    const { logit, mean, logSd } = genePrior(Float32Array.of(0, 1, 0, 1), 2);
    expectClose(logit, [Math.log(0.002 / 0.998), Math.log(0.998 / 0.002)], { relative: 1e-4 });
    expect([...mean, ...logSd].every(Number.isFinite)).toBe(true);
  });
});
