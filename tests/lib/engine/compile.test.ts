import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import { realHost } from "../../../src/lib/engine/backend-host.js";
import { compile } from "../../../src/lib/engine/compile.js";
import type { Program, ProgramSpec } from "../../../src/lib/engine/program.js";
import type { NamedTensors, Tensor, Tf, Variable } from "../../../src/lib/engine/tensorflow.js";
import { random } from "../../../src/lib/stats/random.js";
import { tryNativeEngine } from "./engines.js";

const native = await tryNativeEngine();

const SAMPLES = 8;
const FEATURES = 6;

function values(name: string, length: number, scale = 1): Float32Array {
  const filled = new Float32Array(length);
  random(7, name).fillNormal(filled);
  return filled.map((value) => value * scale);
}

/** Two layers with a layer norm between them, and a frozen scale: what a program can hold. */
function smallModel(tf: Tf) {
  const variable = (name: string, shape: number[], trainable = true) =>
    tf.tidy(() =>
      tf.variable(
        tf.tensor(
          values(
            name,
            shape.reduce((a, b) => a * b, 1),
            0.4,
          ),
          shape,
        ),
        trainable,
      ),
    );
  const variables = {
    w1: variable("w1", [FEATURES, 5]),
    b1: variable("b1", [5]),
    w2: variable("w2", [5, FEATURES]),
    scale: variable("scale", [FEATURES], false),
  };
  const predict = ({ x }: NamedTensors) => {
    const hidden = tf.matMul(x!, variables.w1).add(variables.b1);
    const centred = hidden.sub(hidden.mean(-1, true));
    const normed = centred.mul(centred.square().mean(-1, true).add(1e-5).rsqrt());
    return tf.matMul(tf.relu(normed), variables.w2).add(variables.scale);
  };
  const spec: ProgramSpec = {
    inputs: { x: { shape: [SAMPLES, FEATURES] }, y: { shape: [SAMPLES, FEATURES] }, weight: { shape: [SAMPLES, 1] } },
    loss: ({ x, y, weight }) => {
      return predict({ x: x! }).sub(y!).square().mul(weight!).sum().div(weight!.sum().mul(FEATURES));
    },
    variables,
    functions: {
      predict: { inputs: { x: { shape: [3, FEATURES] } }, run: (inputs) => ({ mean: predict(inputs) }) },
    },
  };
  const dispose = () => Object.values(variables).forEach((v: Variable) => v.dispose());
  return { spec, variables, dispose };
}

const batch = (i: number) => ({
  x: values(`x${i}`, SAMPLES * FEATURES),
  y: values(`y${i}`, SAMPLES * FEATURES),
  weight: new Float32Array(SAMPLES).fill(1),
});

function run(tf: Tf, change: Partial<ProgramSpec>, steps = 5) {
  const { spec, dispose } = smallModel(tf);
  const program = compile(tf, { ...spec, ...change });
  const losses = Array.from({ length: steps }, (_, i) => program.train(batch(i), 0.01));
  const mean = program.call("predict", { x: values("test", 3 * FEATURES) })["mean"]!;
  const state = program.pull();
  program.dispose();
  dispose();
  return { losses, mean, state };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(tolerance);
}

/** float32 sums in another order, five Adam steps of 0.01 apart. */
const TOLERANCE = 2e-5;

const optimizers = [undefined, { epsilon: 1e-3, beta1: 0.5 }, { weightDecay: 0.1 }, { clipNorm: 0.1 }];

describe.runIf(native)("a program as a graph", () => {
  const tf = native!;

  it.each(optimizers)("equals the same program run eagerly: loss, weights, moments, functions (%j)", (optimizer) => {
    const graph = run(tf, { optimizer });
    const eager = run(tf, { optimizer, eager: true });
    expectClose(graph.losses, eager.losses, TOLERANCE);
    expectClose(graph.mean, eager.mean, TOLERANCE * 5);
    expect(graph.state.step).toBe(5);
    for (const name of ["w1", "b1", "w2", "scale"]) {
      expectClose(graph.state.variables[name]!, eager.state.variables[name]!, TOLERANCE);
    }
    expect(Object.keys(graph.state.moments!.first)).toEqual(["w1", "b1", "w2"]);
    for (const name of ["w1", "b1", "w2"]) {
      expectClose(graph.state.moments!.first[name]!, eager.state.moments!.first[name]!, TOLERANCE);
      expectClose(graph.state.moments!.second[name]!, eager.state.moments!.second[name]!, TOLERANCE);
    }
    expectClose(graph.state.variables["scale"]!, values("scale", FEATURES, 0.4), 0);
  });

  it("refuses names that a graph cannot have", () => {
    const { spec, dispose } = smallModel(tf);
    const run = spec.functions!["predict"]!;
    expect(() => compile(tf, { ...spec, functions: { "two words": run } })).toThrow('"two words" cannot be the name');
    expect(() => compile(tf, { ...spec, inputs: { ...spec.inputs, "a/b": { shape: [1] } } })).toThrow('"a/b"');
    dispose();
  });

  it("agrees with tf.train.adam", () => {
    const { spec, variables, dispose } = smallModel(tf);
    const program = compile(tf, { ...spec, optimizer: { epsilon: 1e-7 } });
    const losses = Array.from({ length: 5 }, (_, i) => program.train(batch(i), 0.01));
    const optimizer = tf.train.adam(0.01, 0.9, 0.999, 1e-7);
    const expected = Array.from({ length: 5 }, (_, i) =>
      tf.tidy(() => {
        const { x, y, weight } = batch(i);
        const tensors = {
          x: tf.tensor(x, [SAMPLES, FEATURES]),
          y: tf.tensor(y, [SAMPLES, FEATURES]),
          weight: tf.tensor(weight, [SAMPLES, 1]),
        };
        const trained = [variables.w1, variables.b1, variables.w2];
        return optimizer.minimize(() => spec.loss!(tensors).asScalar(), true, trained)!.dataSync()[0]!;
      }),
    );
    expectClose(losses, expected, TOLERANCE);
    optimizer.dispose();
    program.dispose();
    dispose();
  });

  it("keeps the states of two programs apart, and the variables as they were", () => {
    const first = smallModel(tf);
    const one = compile(tf, first.spec);
    const two = compile(tf, first.spec);
    one.train(batch(0), 0.1);
    expectClose(two.pull().variables["w1"]!, values("w1", FEATURES * 5, 0.4), 0);
    expectClose(first.variables.w1.dataSync(), values("w1", FEATURES * 5, 0.4), 0);
    one.dispose();
    two.dispose();
    first.dispose();
  });

  it("leaves no tensor and no file behind", () => {
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("diffrepairer-graph-")).length;
    const tensorsBefore = tf.memory().numTensors;
    const filesBefore = folders();
    const { spec, dispose } = smallModel(tf);
    const program = compile(tf, spec);
    const tensorsAfterCompile = tf.memory().numTensors;
    for (let i = 0; i < 200; i++) {
      program.train(batch(i), 0.01);
      if (i % 20 === 0) program.call("predict", { x: values("test", 3 * FEATURES) });
      if (i % 100 === 0) program.push(program.pull());
    }
    expect(tf.memory().numTensors).toBe(tensorsAfterCompile);
    program.dispose();
    program.dispose();
    dispose();
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    expect(folders()).toBe(filesBefore);
    expect(() => program.train(batch(0), 0.01)).toThrow("disposed");
  });

  it("traces a step that updates variables by itself", () => {
    const make = (eager: boolean) => {
      const w = tf.tidy(() => tf.variable(tf.tensor([1, 2, 3])));
      const average = tf.tidy(() => tf.variable(tf.tensor([0, 0, 0]), false));
      const program = compile(tf, {
        inputs: { x: { shape: [3] }, rate: { shape: [] } },
        variables: { w, average },
        step: ({ x, rate }) => {
          const { value, grads } = tf.variableGrads(() => w.sub(x!).square().sum().asScalar(), [w]);
          w.assign(w.sub(grads[w.name]!.mul(rate!)));
          average.assign(average.mul(0.9).add(w.mul(0.1)));
          return value;
        },
        eager,
      });
      const losses = [1, 2, 3].map((i) =>
        program.train({ x: Float32Array.of(i, 0, -i), rate: Float32Array.of(0.1) }, 0),
      );
      const state = program.pull();
      program.dispose();
      w.dispose();
      average.dispose();
      return { losses, state };
    };
    const graph = make(false);
    const eager = make(true);
    expectClose(graph.losses, eager.losses, 1e-5);
    expectClose(graph.state.variables["average"]!, eager.state.variables["average"]!, 1e-6);
    expect(graph.state.moments).toBeUndefined();
  });

  it("keeps a variable and the tensor it was made from apart", () => {
    const start = tf.tensor([1, 2]);
    const w = tf.variable(start);
    const program = compile(tf, {
      inputs: {},
      variables: { w },
      loss: () => w.sub(start).add(1).square().sum(),
    });
    expect(program.train({}, 0.5)).toBeCloseTo(2, 6);
    expect(program.train({}, 0.5)).toBeCloseTo(0.5, 3);
    program.dispose();
    tf.dispose([w, start]);
  });

  describe("refuses", () => {
    const w = tf?.variable(tf.tensor([1, 2]));
    let program: Program | undefined;
    const loss = (body: (x: Tensor) => Tensor) => () => {
      program = compile(tf, { inputs: { x: { shape: [2] } }, variables: { w }, loss: ({ x }) => body(x!) });
    };
    const sum = (x: Tensor) => x.mul(w).sum();

    it("values read in the middle", () => {
      expect(loss((x) => sum(x).mul(x.dataSync()[0]!))).toThrow(/dataSync.*tf\.where/);
      expect(
        loss((x) =>
          sum(x)
            .mul(w.arraySync() as number[])
            .sum(),
        ),
      ).toThrow(/dataSync/);
      expect(loss((x) => (void x.data(), sum(x)))).toThrow(/data\(\)/);
    });

    it("random numbers of JavaScript", () => {
      expect(loss((x) => sum(x.add(tf.randomNormal([2]))))).toThrow(/pass them in as an input/);
      expect(loss((x) => sum(tf.dropout(x, 0.5)))).toThrow(/pass them in as an input/);
    });

    it("functions that differ from call to call, in large constants too", () => {
      let calls = 0;
      expect(loss((x) => sum(x).mul(++calls))).toThrow(/Two runs.*differ, at operation/);
      expect(loss((x) => sum(x).add(tf.range(0, 100 + ++calls).sum()))).toThrow(/Two runs/);
      expect(loss((x) => sum(x).add(tf.tensor(new Float32Array(5000).fill(1).with(7, ++calls)).sum()))).toThrow(
        /Two runs/,
      );
    });

    it("asynchronous functions, unlisted variables, losses that are no scalar", () => {
      const other = tf.variable(tf.tensor([1, 2]));
      expect(loss((x) => sum(x.add(other)))).toThrow(/not among the program's variables/);
      other.dispose();
      expect(loss((x) => x.mul(w))).toThrow();
      const asynchronous = { inputs: {}, run: (async () => ({})) as never };
      expect(() => compile(tf, { variables: { w }, functions: { f: asynchronous } })).toThrow(/asynchronous/);
      const assigning = { inputs: {}, run: () => ({ w: w.assign(w.add(1)) ?? w }) };
      expect(() => compile(tf, { variables: { w }, functions: { f: assigning } })).toThrow(/assigns the variable/);
    });

    it("and leaves everything as it was", () => {
      expect(program).toBeUndefined();
      // eslint-disable-next-line no-restricted-properties -- what a trace replaced must be back
      expect(Math.random()).toBeLessThan(1);
      expect([...w.dataSync()]).toEqual([1, 2]);
      const tensors = tf.memory().numTensors;
      const f = { inputs: { x: { shape: [2] } }, run: ({ x }: NamedTensors) => ({ y: x!.mul(x!.dataSync()[0]!) }) };
      expect(() => compile(tf, { variables: { w }, functions: { f } })).toThrow(/dataSync/);
      expect(tf.memory().numTensors).toBe(tensors);
    });
  });
});

const engines = ["tensorflow", "wasm", "cpu"] as const;

describe.each(engines)("a program on %s", (name) => {
  let tf: Tf;
  beforeAll(async () => {
    if (name === "tensorflow" && !native) return;
    tf = await realHost().load(name);
    if (name === "tensorflow") await tf.setBackend("tensorflow");
  });

  it("gives the same losses as the others", ({ skip }) => {
    if (!tf) skip();
    const { losses, state } = run(tf, { eager: name !== "tensorflow" });
    expectClose(losses, [1.29822, 1.469147, 1.375723, 1.280459, 1.133116], TOLERANCE);
    expect(state.step).toBe(5);
  });

  it("goes on from a state exactly as if it had not stopped", ({ skip }) => {
    if (!tf) skip();
    const { state } = run(tf, {}, 6);
    const { spec, dispose } = smallModel(tf);
    const first = compile(tf, spec);
    for (let i = 0; i < 3; i++) first.train(batch(i), 0.01);
    const middle = first.pull();
    first.train(batch(9), 0.01);
    first.dispose();
    const second = compile(tf, spec);
    second.push(middle);
    for (let i = 3; i < 6; i++) second.train(batch(i), 0.01);
    expect(second.pull()).toEqual(state);
    second.dispose();
    dispose();
  });

  it("pads a partial batch with samples of weight zero", ({ skip }) => {
    if (!tf) skip();
    const { spec, dispose } = smallModel(tf);
    const padded = (junk: number) => {
      const { x, y, weight } = batch(0);
      x.fill(junk, 5 * FEATURES);
      return { x, y, weight: weight.fill(0, 5) };
    };
    const [a, b] = [0, 3].map((junk) => {
      const program = compile(tf, spec);
      program.train(padded(junk), 0.01);
      const { variables } = program.pull({ moments: false });
      program.dispose();
      if (tf.getBackend() !== "tensorflow") {
        Object.entries(spec.variables).forEach(([key, v]) => v.assign(tf.tensor(values(key, v.size, 0.4), v.shape)));
      }
      return variables;
    });
    for (const key of Object.keys(a!)) expectClose(a![key]!, b![key]!, 1e-7);
    dispose();
  });

  it("checks names, shapes and types before each run", ({ skip }) => {
    if (!tf) skip();
    const { spec, dispose } = smallModel(tf);
    const program = compile(tf, spec);
    const { x, y, weight } = batch(0);
    expect(() => program.train({ x, y }, 0.1)).toThrow('train: input "weight" is missing');
    expect(() => program.train({ x, y, weight, z: x }, 0.1)).toThrow('unknown input "z"; inputs: x, y, weight');
    expect(() => program.train({ x: x.slice(1), y, weight }, 0.1)).toThrow(/"x" has 47 values, compiled for 48/);
    expect(() => program.train({ x: tf.ones([1, FEATURES]), y, weight }, 0.1)).toThrow(/shape \[1, 6\], compiled/);
    expect(() => program.train({ x, y, weight: tf.ones([SAMPLES, 1], "int32") }, 0.1)).toThrow(/of type int32/);
    expect(() => program.call("repair", {})).toThrow('no function "repair"');
    expect(() => program.push({ step: 0, variables: {} })).toThrow("The state has no values of w1");
    expect(program.pull().step).toBe(0);
    program.dispose();
    dispose();
  });

  it("leaves no tensor behind", ({ skip }) => {
    if (!tf) skip();
    const before = tf.memory().numTensors;
    run(tf, {}, 20);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("compile", () => {
  it("refuses programs that make no sense", async () => {
    const tf = await realHost().load("cpu");
    const w = tf.variable(tf.scalar(1));
    const loss = () => w.square();
    expect(() => compile(tf, { variables: { w }, loss, step: loss })).toThrow(/either/);
    expect(() => compile(tf, { variables: { w }, step: loss, optimizer: {} })).toThrow(/optimizer/);
    expect(() => compile(tf, { variables: { w } })).toThrow(/needs/);
    expect(() => compile(tf, { variables: {}, loss })).toThrow(/trainable/);
    expect(() => compile(tf, { variables: { w }, loss, optimizer: { eps: 1 } as never })).toThrow(
      /unknown option "eps"/,
    );
    w.dispose();
  });
});
