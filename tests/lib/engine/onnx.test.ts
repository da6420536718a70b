import { describe, expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import { exportOnnx, type OnnxFunction } from "../../../src/lib/engine/onnx/export-onnx.js";
import type { NamedTensors, Tensor } from "../../../src/lib/engine/index.js";

const { tf } = await backend();
const exported = (run: (x: Tensor) => Tensor, more: Partial<OnnxFunction> = {}) =>
  Buffer.concat(
    exportOnnx(tf, {
      ...{ inputs: { x: [3] }, variables: {}, about: {} },
      run: ({ x }: NamedTensors) => ({ y: run(x!) }),
      ...more,
    }),
  );

// That the files compute what they should is tested with onnxruntime, in tests/reference.
describe("an ONNX file", () => {
  it("is the same every time, with its weights, names and metadata in it", () => {
    const w = tf.variable(tf.tensor2d([1, 2, 3], [3, 1]));
    const make = () =>
      exported((x) => tf.matMul(x, w), { variables: { "layer.weight": w }, about: { genes: '["a","b","c"]' } });
    const file = make();
    expect(make().equals(file)).toBe(true);
    for (const text of ["MatMul", "layer.weight", "cells", '["a","b","c"]']) expect(file.includes(text)).toBe(true);
    expect(file.includes(Buffer.from(Float32Array.of(1, 2, 3).buffer))).toBe(true);
    w.dispose();
  });

  it("computes from the batch what grows with it", () => {
    const file = exported((x) => tf.concat([x, tf.zeros([x.shape[0]!, 2])], 1));
    expect(file.includes("Expand") && file.includes("Shape")).toBe(true);
    expect(exported((x) => x.add(1)).includes("Shape")).toBe(false);
  });

  it.each<[string, (x: Tensor) => Tensor, string]>([
    ["an operation without a translation", (x) => tf.cumsum(x, 1), 'knows no operation "Cumsum"'],
    ["other work for other batches", (x) => (x.shape[0] === 2 ? x.add(1) : x.mul(2)), "other things with batches"],
    [
      "constants of its own for a batch",
      (x) => x.add(tf.tensor2d([[0], [1], [2]].slice(0, x.shape[0]!))),
      "constants of its own",
    ],
    ["a length that grows in another way", (x) => x.add(tf.zeros([x.shape[0]! ** 2, 3]).sum(0)), "not in proportion"],
  ])("is refused for %s", (_, run, message) => {
    expect(() => exported(run)).toThrow(message);
  });
});
