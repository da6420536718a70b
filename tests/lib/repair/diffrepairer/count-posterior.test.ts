import { describe, expect, it } from "vitest";
import { backend } from "../../../../src/lib/engine/index.js";
import { countDamage, fitDiffRepairer, prepare } from "../../../../src/lib/repair/index.js";
import { countPosterior, countsOf, normalQuadrature } from "../../../../src/lib/repair/diffrepairer/count-posterior.js";
import { logGamma } from "../../../../src/lib/stats/index.js";
import { expectClose } from "../../../helpers/compare.js";
import { simulate } from "../../../helpers/simulate.js";

const { tf } = await backend();

describe("quadrature for the normal", () => {
  it("integrates polynomials of degree up to twice the points less one", () => {
    const { points, weights } = normalQuadrature(5);
    const moment = (power: number) => points.reduce((sum, x, k) => sum + weights[k]! * x ** power, 0);
    expectClose([0, 1, 2, 3, 4, 6, 8].map(moment), [1, 0, 1, 0, 3, 15, 105], { relative: 1e-10, absolute: 1e-10 });
  });
});

describe("the counts of a cell", () => {
  it("come back from log1p of counts per ten thousand where a gene has a single molecule", () => {
    const counts = [0, 1, 7, 2, 300, 0];
    const y = counts.map((count) => Math.log1p((count / 2345) * 1e4));
    const got = tf.tidy(() => {
      const { counts, unit } = countsOf(tf, tf.tensor2d([y]));
      return [...counts.dataSync(), ...unit.dataSync()];
    });
    expectClose(got, [...counts, 1e4 / 2345], { relative: 1e-4 });
  });

  it("are zeros where nothing was seen", () => {
    const got = tf.tidy(() => [...countsOf(tf, tf.zeros([1, 3])).counts.dataSync()]);
    expect(got).toEqual([0, 0, 0]);
  });
});

interface Case {
  count: number;
  pi: number;
  m: number;
  s: number;
  exposure: number;
  ambient: number;
  loss: number;
  size: number;
}

/** Mean, second central moment and probability of expression by summing over a fine grid. */
function byIntegration({ count, pi, m, s, exposure, ambient, loss, size }: Case): number[] {
  const likelihood = (rate: number) =>
    Math.exp(
      logGamma(count + size) -
        logGamma(size) -
        logGamma(count + 1) +
        size * Math.log(size / (size + rate)) +
        count * Math.log(rate / (size + rate)),
    );
  let [weight, first, second] = [0, 0, 0];
  const step = s / 200;
  for (let x = m - 8 * s; x < m + 8 * s; x += step) {
    const w = (pi * step * Math.exp(-0.5 * ((x - m) / s) ** 2)) / s / Math.sqrt(2 * Math.PI);
    const survived = w * (1 - loss) * likelihood(ambient + exposure * Math.expm1(Math.max(0, x)));
    const lost = w * loss * likelihood(ambient);
    weight += survived + lost;
    first += survived * Math.max(0, x) + lost * x;
    second += survived * Math.max(0, x) ** 2 + lost * x * x;
  }
  const total = weight + (1 - pi) * likelihood(ambient);
  const mean = first / total;
  return [mean, second / total - mean * mean, weight / total];
}

describe("the posterior given counts", () => {
  const cases: Case[] = [0, 1, 2, 5].flatMap((count) =>
    [0.05, 0.6].flatMap((pi) =>
      [0.02, 0.4].map((exposure) => {
        return { count, pi, exposure, m: 1.8, s: 0.45, ambient: 0.01, loss: 0.2, size: 8 };
      }),
    ),
  );

  it("has the mean, variance and probability of expression that integration gives", () => {
    const got = tf.tidy(() => {
      const row = (value: (c: Case) => number) => tf.tensor2d(cases.map((c) => [value(c)]));
      const logit = (p: number) => Math.log(p / (1 - p));
      const prior = { logit: row(({ pi }) => logit(pi)), mean: row(({ m }) => m), sd: row(({ s }) => s) };
      const { mean, variance, pExpressed } = countPosterior(
        tf,
        row(({ count }) => count),
        prior,
        {
          exposure: row(({ exposure }) => exposure),
          ambient: row(({ ambient }) => ambient),
          lossLogit: row(({ loss }) => logit(loss)),
          logSize: row(({ size }) => Math.log(size)),
        },
      );
      return [mean, variance, pExpressed].map((tensor) => [...tensor.dataSync()]);
    });
    const expected = cases.map(byIntegration);
    [0, 1, 2].forEach((k) => {
      expectClose(
        got[k]!,
        expected.map((values) => values[k]!),
        { relative: 0.02, absolute: 0.003 },
      );
    });
  });

  it("trains on damage to counts, and errs less than the degraded input", async () => {
    const task = prepare(simulate({ cells: 300 }), { nTopGenes: 40, draws: 2, damage: countDamage("severe") });
    const sizes = { tokens: 5, width: 8, layers: 1, attentionHeads: 2, feedForward: 16, components: 4 };
    const model = await fitDiffRepairer(task, { ...sizes, likelihood: "counts", epochs: 20, batchSize: 32 });
    const error = (values: Float32Array) => {
      const clean = task.test.X.toDense().data;
      return values.reduce((sum, value, at) => sum + ((value - clean[at]!) / task.scaling.sd[at % 40]!) ** 2, 0);
    };
    const { mean } = await model.repair(task.degraded.test);
    model.dispose();
    expect(error(mean.data)).toBeLessThan(0.9 * error(task.degraded.test.X.toDense().data));
    await expect(fitDiffRepairer(task, { likelihood: "poisson" as never })).rejects.toThrow('use "log" or "counts"');
  });
});
