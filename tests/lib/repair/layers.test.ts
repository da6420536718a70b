import { expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import type { Tensor } from "../../../src/lib/engine/tensorflow.js";
import { linearBound, xavierUniformBound } from "../../../src/lib/repair/initialisation.js";
import { linear, linearAttention, multiHeadAttention, type LinearWeights } from "../../../src/lib/repair/layers.js";
import { withoutGradient } from "../../../src/lib/repair/layers/without-gradient.js";
import { noiseSchedule } from "../../../src/lib/repair/noise-schedule.js";
import { expectClose } from "../../helpers/compare.js";
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

it("a lone token attends to itself as it would among tokens that are ignored, and learns the same from it", () => {
  const parameters = new Parameters(tf, 0, "test");
  const weights = parameters.attention("a", 8);
  const learned = Object.values(parameters.variables);
  tf.tidy(() => {
    const x = tf.randomNormal([5, 1, 8], 0, 1, "float32", 1);
    const alone = () => multiHeadAttention(tf, x, weights, 2, { dropout: (attention) => attention.mul(0.5) });
    const amongTokens = () =>
      multiHeadAttention(tf, x, weights, 2, { context: x, dropout: (attention) => attention.mul(0.5) });
    const learns = (of: typeof alone) => tf.variableGrads(() => of().output.square().sum().asScalar(), learned);
    expect(alone().attention.sub(amongTokens().attention).abs().max().dataSync()[0]).toBeLessThan(1e-6);
    expect(alone().output.sub(amongTokens().output).abs().max().dataSync()[0]).toBeLessThan(1e-6);
    const [ours, theirs] = [learns(alone).grads, learns(amongTokens).grads];
    for (const { name } of learned) {
      expect(ours[name]!.sub(theirs[name]!).abs().max().dataSync()[0], name).toBeLessThan(1e-5);
    }
  });
  parameters.dispose();
});

it("linear attention weighs the values of all tokens by φ(q)·φ(k), φ = ELU + 1", () => {
  const parameters = new Parameters(tf, 0, "test");
  const weights = parameters.attention("a", 4);
  const plain: LinearWeights = { weight: tf.eye(4) };
  tf.tidy(() => {
    const x = tf.randomNormal([1, 3, 4], 0, 1, "float32", 1);
    const found = linearAttention(tf, x, { ...weights, outProjection: plain }, 1).arraySync() as number[][][];
    const projected = linear(tf, x, weights.inProjection).squeeze([0]).arraySync() as number[][];
    const phi = (values: number[]) => values.map((value) => (value > 0 ? value + 1 : Math.exp(value)));
    const [q, k, v] = [0, 4, 8].map((at) => projected.map((row) => row.slice(at, at + 4))) as [
      number[][],
      number[][],
      number[][],
    ];
    q.forEach((query, t) => {
      const closeness = k.map((key) => phi(query).reduce((sum, value, d) => sum + value * phi(key)[d]!, 0));
      const total = closeness.reduce((sum, value) => sum + value, 0);
      const expected = [0, 1, 2, 3].map((d) =>
        v.reduce((sum, value, s) => sum + (closeness[s]! / total) * value[d]!, 0),
      );
      expectClose(found[0]![t]!, expected, { relative: 1e-4, absolute: 1e-5 });
    });
  });
  tf.dispose(plain.weight);
  parameters.dispose();
});

it("no gradient goes through a constant, to its argument or to variables", () => {
  const w = tf.tidy(() => tf.variable(tf.tensor1d([3, 4])));
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2]);
    const loss = (y: Tensor) => w.mul(y).mul(withoutGradient(tf, y, (value) => value.mul(w))).sum().asScalar(); // prettier-ignore
    expect([
      ...tf
        .grad((y) => loss(y as Tensor))(x)
        .dataSync(),
    ]).toEqual([9, 32]);
    expect([...tf.variableGrads(() => loss(x), [w]).grads[w.name]!.dataSync()]).toEqual([3, 16]);
  });
  w.dispose();
});

it("a noise schedule's name that is none is told with those that are", () => {
  expect(() => noiseSchedule("sigmoid" as never, 10)).toThrow("linear, scaled-linear, cosine");
});
