import { afterEach, describe, expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import { fitZinb, type NetworkModel } from "../../../src/lib/repair/index.js";
import { negativeBinomialLogLikelihood } from "../../../src/lib/repair/layers/likelihoods.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { logMoments } from "../../../src/lib/repair/zinb.js";
import { BRIEF, scalar, smallTask } from "./small-networks.js";

const { tf } = await backend();
const task = smallTask();

const made: NetworkModel[] = [];
afterEach(() => made.splice(0).forEach((model) => model.dispose()));
const kept = (model: NetworkModel) => {
  made.push(model);
  return model;
};

describe("the count autoencoder", () => {
  it.each([undefined, -1])(
    "has the moments of the logarithm near those of the sum over all counts (logit %s)",
    (logit) => {
      const unit = 0.4;
      for (const [mu, theta] of [
        [0.02, 0.5],
        [0.3, 1],
        [2, 3],
        [15, 2],
        [80, 50],
      ] as const) {
        // prettier-ignore
        tf.tidy(() => {
        const [mean, size] = [tf.scalar(mu), tf.scalar(theta)];
        const counts = tf.range(0, 1500, 1, "float32");
        const p = negativeBinomialLogLikelihood(counts, mean, size).exp().dataSync();
        const kept = logit === undefined ? 1 : 1 / (1 + Math.exp(logit));
        let [first, second, zero] = [0, 0, 0];
        p.forEach((value, count) => {
          first += kept * value * Math.log1p(count / unit);
          second += kept * value * Math.log1p(count / unit) ** 2;
          if (count === 0) zero = 1 - kept + kept * value;
        });
        const found = logMoments(mean, size, logit === undefined ? undefined : tf.scalar(logit), unit);
        expect(Math.abs(scalar(found.mean) - first)).toBeLessThan(0.02 + 0.06 * first);
        expect(Math.abs(scalar(found.sd) - Math.sqrt(second - first ** 2))).toBeLessThan(0.15);
        expect(scalar(found.pExpressed)).toBeCloseTo(1 - zero, 4);
      });
      }
    },
  );

  it("gives a spread and a probability of expression, and takes one molecule as the unit", async () => {
    const model = kept(await fitZinb(task, { ...BRIEF, epochs: 2, hidden: 8, bottleneck: 4, likelihood: "nb" }));
    const { sd, pExpressed } = await model.repair(task.degraded.test);
    expect(sd!.data.every((value) => value >= 0 && value < 20)).toBe(true);
    expect(pExpressed!.data.every((value) => value > 0 && value <= 1)).toBe(true);
    const clean = dense(task.train);
    const units = Array.from({ length: clean.shape[0] }, (_, i) => {
      return 1 / Math.expm1(Math.min(...clean.row(i).filter((value) => value > 0)));
    }).sort((a, b) => a - b);
    const middle = (units[Math.floor((units.length - 1) / 2)]! + units[Math.ceil((units.length - 1) / 2)]!) / 2;
    expect(model.facts["unit"]![0]).toBeCloseTo(middle, 5);
    await expect(fitZinb(task, { likelihood: "poisson" as never })).rejects.toThrow('use "zinb" or "nb"');
  });
});
