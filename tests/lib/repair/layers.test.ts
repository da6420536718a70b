import { expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import { linearBound, xavierUniformBound } from "../../../src/lib/repair/initialisation.js";
import { multiHeadAttention } from "../../../src/lib/repair/layers.js";
import { noiseSchedule } from "../../../src/lib/repair/noise-schedule.js";
import { Parameters } from "../../../src/lib/repair/parameters.js";

const { tf } = await backend();

it("parameters start uniform within PyTorch's bounds", () => {
  const parameters = new Parameters(tf, 0, "test");
  const { weight, bias } = parameters.linear("a", 30, 2000);
  const { inProjection } = parameters.attention("b", 40);
  for (const [tensor, bound] of [
    [weight, linearBound(30)],
    [bias, linearBound(30)],
    [inProjection.weight, xavierUniformBound(40, 120)],
  ] as const) {
    const values = tensor.dataSync();
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(Math.max(...values)).toBeGreaterThan(0.99 * bound);
    expect(Math.min(...values)).toBeLessThan(-0.99 * bound);
  }
  parameters.dispose();
});

it("ignored tokens change nothing", () => {
  const parameters = new Parameters(tf, 0, "test");
  const weights = parameters.attention("a", 8);
  tf.tidy(() => {
    const x = tf.randomNormal([2, 3, 8], 0, 1, "float32", 1);
    const short = multiHeadAttention(tf, x, weights, 2).output;
    const context = tf.concat([x, tf.randomNormal([2, 2, 8], 0, 9, "float32", 2)], 1);
    const ignored = tf.tensor2d([0, 0, 0, 1, 1, 0, 0, 0, 1, 1], [2, 5]);
    const long = multiHeadAttention(tf, x, weights, 2, { context, ignored }).output;
    expect(long.sub(short).abs().max().dataSync()[0]).toBeLessThan(1e-6);
  });
  parameters.dispose();
});

it("a noise schedule's name that is none is told with those that are", () => {
  expect(() => noiseSchedule("sigmoid" as never, 10)).toThrow("linear, scaled-linear, cosine");
});
