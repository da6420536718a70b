import { describe, expect, it } from "vitest";
import { adamOptions } from "../../../src/lib/engine/adam.js";
import { compile } from "../../../src/lib/engine/compile.js";
import { applyAmsGrad, applyRmsProp, applySgd } from "../../../src/lib/engine/optimizers.js";
import type { Program } from "../../../src/lib/engine/program.js";
import type { Tensor, Variable } from "../../../src/lib/engine/tensorflow.js";
import { expectClose } from "../../helpers/compare.js";
import { tryNativeEngine } from "./engines.js";

const native = await tryNativeEngine();

describe.runIf(native)("a program's step", () => {
  const tf = native!;
  type Update = (w: Variable, gradient: Tensor, kept: Record<"a" | "b" | "c", Variable>, rate: Tensor) => void;

  /** Losses and weights of some steps down (w − x)², each with an input and a learning rate of its own. */
  function run(update: Update, eager: boolean) {
    const variable = (values: number[], trainable: boolean) =>
      tf.tidy(() => tf.variable(tf.tensor1d(values), trainable));
    const w = variable([1, -2, 3], true);
    const kept = { a: variable([0, 0, 0], false), b: variable([0, 0, 0], false), c: variable([0, 0, 0], false) };
    const program = compile(tf, {
      inputs: { x: { shape: [3] }, rate: { shape: [] } },
      step: ({ x, rate }) => {
        const { value, grads } = tf.variableGrads(() => w.sub(x!).square().sum().asScalar(), [w]);
        update(w, grads[w.name]!, kept, rate!);
        return value;
      },
      variables: { w, ...kept },
      eager,
    });
    const feeds = (i: number) => ({ x: Float32Array.of(i, 1, -i), rate: Float32Array.of(0.1 / (i + 1)) });
    const losses = Array.from({ length: 4 }, (_, i) => program.train(feeds(i), 0));
    const { variables } = program.pull();
    program.dispose();
    tf.dispose([w, ...Object.values(kept)]);
    return { losses, variables };
  }

  it.each<[string, Update]>([
    [
      "SGD",
      (w, gradient, { a }, rate) => applySgd({ momentum: 0.9, nesterov: true }, w, gradient, { velocity: a }, rate),
    ],
    ["RMSprop", (w, gradient, { a }, rate) => applyRmsProp({}, w, gradient, { square: a }, rate)],
    [
      "AMSGrad",
      (w, gradient, { a, b, c }) =>
        applyAmsGrad(tf, adamOptions(), w, gradient, { first: a, second: b, largest: c }, 0.1, 1),
    ],
  ])("may be %s, in a graph as operation by operation", (_, update) => {
    const [graph, eager] = [run(update, false), run(update, true)];
    expect(new Set(graph.losses).size).toBe(4);
    expectClose(graph.losses, eager.losses, { relative: 1e-5 });
    for (const name of ["w", "a", "b", "c"]) {
      expectClose(graph.variables[name]!, eager.variables[name]!, { relative: 1e-5, absolute: 1e-6 });
    }
  });
});

describe.runIf(native)("memory", () => {
  const tf = native!;

  it("is the same after 10,000 steps as after the first", () => {
    const w = tf.tidy(() => tf.variable(tf.zeros([2])));
    const program: Program = compile(tf, {
      inputs: { x: { shape: [2] } },
      loss: ({ x }) => w.sub(x!).square().sum(),
      variables: { w },
      optimizer: { clipNorm: 1, weightDecay: 0.01 },
    });
    const x = Float32Array.of(1, -1);
    program.train({ x }, 1e-3);
    const before = tf.memory();
    for (let step = 1; step < 10_000; step++) program.train({ x }, 1e-3);
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
    expect(program.pull().step).toBe(10_000);
    program.dispose();
    w.dispose();
  });
});
