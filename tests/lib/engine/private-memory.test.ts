import { describe, expect, it } from "vitest";
import { floatsForTensors, withPrivateMemory, type TensorMaker } from "../../../src/lib/engine/private-memory.js";
import { tryNativeEngine } from "./engines.js";

const tf = await tryNativeEngine();

/** An addon that keeps what it is handed, as the copy that TensorFlow makes of it. */
function addon() {
  const handed: unknown[] = [];
  const copies: unknown[] = [];
  const maker: TensorMaker = {
    createTensor: (_shape, _dtype, values) => {
      handed.push(values);
      return copies.push(ArrayBuffer.isView(values) ? structuredClone(values) : values);
    },
  };
  return { handed, copies, maker: withPrivateMemory(Object.freeze(maker)) };
}

const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);

describe("withPrivateMemory", () => {
  it.each([
    ["float32", new Float32Array([0.5, -2, NaN])],
    ["int32", new Int32Array([7, -1])],
    ["bool", new Uint8Array([1, 0, 1])],
    ["a part of an array", new Float32Array([1, 2, 3, 4, 5, 6, 7]).subarray(2, 5)],
    ["no values", new Float32Array(0)],
    ["more than is kept", new Float32Array(2 ** 22 + 3).fill(2)],
  ])("hands over memory that TensorFlow copies, with the same values: %s", (_name, values) => {
    const { handed, maker } = addon();
    maker.createTensor([values.length], 1, values);
    const given = handed[0] as typeof values;
    expect(given).toBeInstanceOf(values.constructor);
    expect(Buffer.compare(bytes(given), bytes(values))).toBe(0);
    expect(given.byteOffset % 8).toBe(4);
    expect(given.buffer).not.toBe(values.buffer);
  });

  it("keeps apart what is handed over one after the other", () => {
    const { copies, maker } = addon();
    const arrays = [new Float32Array([1, 2, 3]), new Float32Array([4, 5]), new Int32Array([6])];
    for (const values of arrays) maker.createTensor([values.length], 1, values);
    expect(copies).toEqual(arrays);
  });

  it("copies nothing that lies askew already, and leaves text as it is", () => {
    const { handed, maker } = addon();
    const [floats, text] = [floatsForTensors(3), [new Uint8Array([65])]];
    maker.createTensor([3], 1, floats);
    maker.createTensor([1], 7, text);
    expect(handed[0]).toBe(floats);
    expect(handed[1]).toBe(text);
  });
});

it("floatsForTensors are zeros, as many as asked for", () => {
  expect(floatsForTensors(3)).toEqual(new Float32Array(3));
  expect(floatsForTensors(0)).toHaveLength(0);
});

it.runIf(tf)("a tensor keeps its values when the array that it was made of changes", () => {
  // Of small arrays every fourth lies as TensorFlow likes it.
  for (let length = 20; length < 84; length++) {
    const values = new Float32Array(length).fill(1);
    const tensor = tf!.tensor(values);
    // With its first operation a tensor goes to TensorFlow.
    tensor.neg().dispose();
    values.fill(2);
    expect(tensor.dataSync()).toEqual(new Float32Array(length).fill(1));
    tensor.dispose();
  }
});
