import * as tf from "@tensorflow/tfjs";
import { DataFrame, Series } from "danfojs-node";
import { expect, test } from "vitest";
import { memoryOf } from "../../kernel/display/memory.js";
import { overviewOf } from "../../kernel/display/overview.js";
import { previewOf } from "../../kernel/display/previews.js";
import { AnnData, categorical, CsrMatrix, DenseMatrix, Frame } from "../../src/lib/anndata/index.js";

const obs = () =>
  new Frame(["c1", "c2"], {
    n: [1, Number.NaN],
    leiden: categorical(["b", "a"]),
    ok: [true, false],
    note: ["x", null],
  });
const csr = () => new CsrMatrix([2, 3], new Float32Array([5, 7]), new Int32Array([2, 0]), new Int32Array([0, 1, 2]));

test("annotated data tells cells × genes, how X is stored, and its parts", () => {
  const adata = new AnnData({
    X: csr(),
    obs: obs(),
    obsm: { X_pca: DenseMatrix.zeros([2, 5]) },
    layers: { counts: csr() },
  });
  expect(overviewOf(adata)).toEqual({
    type: "AnnData",
    shape: [2, 3],
    preview: "csr float32, 33.3 % stored; layers: counts; obsm: X_pca",
  });
  const { bytes, isExact } = memoryOf(adata);
  expect(isExact).toBe(true);
  // Two matrices of 8 + 8 + 12 bytes, 40 of the embedding, and at least the table's 16 + 8 of numbers and codes.
  expect(bytes).toBeGreaterThan(2 * 28 + 40 + 24);
  expect(bytes).toBeLessThan(6000);
  const larger = new AnnData({ X: DenseMatrix.zeros([1000, 1000]) });
  expect(memoryOf(larger).bytes).toBeGreaterThan(4e6);
  expect(memoryOf(larger).bytes).toBeLessThan(4.3e6);
});

test("a table of cells tells its columns, though they are private, and is shown as a table", () => {
  expect(overviewOf(obs())).toEqual({ type: "Frame", shape: [2, 4], preview: "n, leiden, ok, note" });
  const column = { big: new Float64Array(10_000) };
  const names = Array.from({ length: 10_000 }, () => "c");
  expect(memoryOf(new Frame(names, column)).bytes - memoryOf(new Frame(names)).bytes).toBeGreaterThanOrEqual(80_000);
  expect(previewOf(obs())?.data["text/plain"]).toBe(
    [
      "          n       leiden       ok    note",
      "    numeric  categorical  boolean  string",
      "c1        1            b     true       x",
      "c2      NaN            a    false",
      "2 × 4",
    ].join("\n"),
  );
});

test("matrices tell how they are stored", () => {
  expect(overviewOf(DenseMatrix.zeros([4, 2]))).toEqual({
    type: "DenseMatrix",
    shape: [4, 2],
    preview: "dense float32",
  });
  expect(overviewOf(csr())).toMatchObject({ type: "CsrMatrix", shape: [2, 3], preview: "csr float32, 33.3 % stored" });
});

test("tensors tell their type, shape and memory, and whether they are there still", () => {
  const tensor = tf.zeros([3, 4]);
  expect(overviewOf(tensor)).toEqual({ type: "Tensor", shape: [3, 4], preview: "float32" });
  expect(memoryOf(tensor).bytes).toBe(8 + 24 + 48);
  tensor.dispose();
  expect(overviewOf(tensor).preview).toBe("float32, disposed");
  expect(memoryOf(tensor).bytes).toBe(8 + 24);
  const variable = tf.variable(tf.zeros([2], "int32"));
  expect(overviewOf(variable)).toEqual({ type: "Variable", shape: [2], preview: "int32" });
  variable.dispose();
});

test("danfo.js frames and series tell their columns' types", () => {
  const frame = new DataFrame({ gene: ["A", "B", "C"], count: [1, 2, 3] });
  expect(overviewOf(frame)).toEqual({ type: "DataFrame", shape: [3, 2], preview: "gene: string, count: int32" });
  expect(memoryOf(frame).bytes).toBeGreaterThan(3 * 2 * 8);
  expect(overviewOf(new Series([1.5, 2]))).toMatchObject({ type: "Series", shape: [2] });
});

test("memory of what is large is estimated from a part, of what is circular or shared counted once", () => {
  expect(memoryOf("é".repeat(5e6))).toEqual({ bytes: 5e6 + 24, isExact: true });
  expect(memoryOf("日".repeat(10)).bytes).toBe(20 + 24);
  const rows = memoryOf(Array.from({ length: 200_000 }, (_, i) => ({ i, name: "row" })));
  expect(rows.isExact).toBe(false);
  expect(rows.bytes / 200_000).toBeGreaterThan(50);
  expect(rows.bytes / 200_000).toBeLessThan(100);
  let chain: unknown = null;
  for (let i = 0; i < 1e5; i++) chain = { chain };
  expect(memoryOf(chain).isExact).toBe(false);
  const self: unknown[] = [];
  self.push(self);
  expect(memoryOf(self)).toEqual({ bytes: 8 + 24 + 8, isExact: true });
  const shared = new Float64Array(1000);
  expect(memoryOf([shared, shared.subarray(1)]).bytes).toBeLessThan(8200);
  const deep = (depth: number): unknown => (depth === 0 ? 1 : Array.from({ length: 30 }, () => deep(depth - 1)));
  expect(memoryOf(deep(4)).isExact).toBe(false);
});

test("what a value tells of itself is taken only as far as it is sound", () => {
  const told = (overview: unknown) => overviewOf({ [Symbol.for("diffrepairer.overview")]: overview });
  expect(told(() => ({ shape: [2, 3], preview: "p" }))).toEqual({ type: "Object", shape: [2, 3], preview: "p" });
  expect(told(() => ({ shape: "big", preview: 3 }))).toEqual({ type: "Object", preview: "" });
  expect(told(() => ({ preview: "x".repeat(1e6) })).preview).toHaveLength(160);
  const throws = () => {
    throw new Error("no");
  };
  expect(told(throws)).toEqual({ type: "Object", preview: "{}" });
});
