import { describe, expect, it } from "vitest";
import { compile } from "../../../src/lib/engine/compile.js";
import type { NamedTensors, Tf } from "../../../src/lib/engine/tensorflow.js";
import { operations, type Operation } from "./operations.js";
import { tryNativeEngine } from "./engines.js";

const native = await tryNativeEngine();

/** Both run the same kernels; a graph may fuse and reorder them. */
const TOLERANCE = 1e-4;

function inputsOf(tf: Tf, { on }: Operation) {
  const uniform = (shape: number[], seed: number) => tf.randomUniform(shape, 0.1, 0.9, "float32", seed);
  const first = { matrix: [4, 6], image: [2, 8, 8, 3], volume: [1, 4, 4, 4, 2] }[on];
  return { a: uniform(first, 1), b: uniform([4, 6], 2) };
}

/** Runs a function eagerly and as a graph; undefined where it does not run eagerly (no gradient, say). */
function compare(tf: Tf, inputs: NamedTensors, run: (inputs: NamedTensors) => NamedTensors) {
  const specs = Object.fromEntries(Object.entries(inputs).map(([key, { shape }]) => [key, { shape }]));
  const functions = { f: { inputs: specs, run } };
  let expected;
  try {
    expected = compile(tf, { variables: {}, functions, eager: true }).call("f", inputs)["result"]!;
  } catch {
    return undefined;
  }
  const program = compile(tf, { variables: {}, functions });
  const actual = program.call("f", inputs)["result"]!;
  program.dispose();
  return { actual, expected };
}

function expectSame({ actual, expected }: NonNullable<ReturnType<typeof compare>>) {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    if (Number.isNaN(value)) expect(actual[i]).toBeNaN();
    else if (actual[i] !== value) {
      expect(Math.abs(actual[i]! - value) / (1 + Math.abs(value))).toBeLessThan(TOLERANCE);
    }
  });
}

describe.runIf(native)("operations compiled into a graph", () => {
  const tf = native!;
  const all = native ? operations(native) : [];
  let gradients = 0;

  it.each(all)("$name gives the eager value and gradient", (operation) => {
    const inputs = inputsOf(tf, operation);
    const value = compare(tf, inputs, ({ a, b }) => ({ result: operation.run(a!, b!) }));
    expect(value, "does not run eagerly").toBeDefined();
    expectSame(value!);
    const gradient = compare(tf, inputs, ({ a, b }) => ({
      result: tf.grad((x) => tf.sum(tf.mul(operation.run(x, b!), 1.5)))(a!),
    }));
    if (gradient) {
      gradients++;
      expectSame(gradient);
    }
    tf.dispose(inputs);
  });

  it("covers gradients too", () => expect(gradients).toBeGreaterThan(90));
});
