import { expect, it } from "vitest";
import { CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { columnMoments, random } from "../../../src/lib/stats/index.js";
import { overRepeatedValues } from "../../../src/lib/stats/repeated-values.js";
import { expectClose } from "../../helpers/compare.js";

it("a function over repeated values gives what it gives for each, and is called less often", () => {
  const stream = random(0, "repeated");
  const values = Float32Array.from({ length: 20_000 }, () => Math.fround(stream.integer(9) * 0.37 - 1));
  values.set([0, -0, NaN, Infinity, 1e-40], 5);
  let calls = 0;
  const apply = overRepeatedValues((value) => {
    calls++;
    return 3 * value + 1;
  });
  const out = new Float64Array(values.length);
  apply(values, 0, values.length, out);
  expect(out).toEqual(Float64Array.from(values, (value) => 3 * value + 1));
  expect(calls).toBeLessThan(2000);
});

it("a function of thousands of different values is that function too", () => {
  const values = Float32Array.from({ length: 30_000 }, (_, i) => Math.sqrt(i % 10_000));
  const out = new Float64Array(1000);
  overRepeatedValues(Math.expm1)(values, 9_500, 10_500, out);
  expect(out).toEqual(Float64Array.from(values.subarray(9_500, 10_500), Math.expm1));
});

it("moments of transformed columns are those of the transformed matrix, over more than one chunk", () => {
  const stream = random(0, "moments");
  const dense = new DenseMatrix(
    [300, 31],
    Float32Array.from({ length: 9300 }, () => (stream.uniform() < 0.5 ? 0 : Math.log1p(stream.integer(20)))),
  );
  const plain = columnMoments(new DenseMatrix([300, 31], dense.data.map(Math.expm1)));
  for (const matrix of [dense, CsrMatrix.fromDense(dense)]) {
    const { mean, variance } = columnMoments(matrix, Math.expm1);
    // The plain matrix is rounded to float32.
    expectClose(mean, plain.mean, { relative: 1e-6 });
    expectClose(variance, plain.variance, { relative: 1e-6 });
  }
});

it("moments of columns that vary little beside their mean are those about the mean", () => {
  const noise = random(0, "noise").fillNormal(new Float32Array(400));
  const dense = new DenseMatrix([200, 2], noise.map((value, at) => (at % 2 === 0 ? 1e4 + value : value))); // prettier-ignore
  const { variance } = columnMoments(dense);
  const column = Float64Array.from(dense.column(0));
  const mean = column.reduce((sum, value) => sum + value, 0) / 200;
  expectClose([variance[0]!], [column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 199], { relative: 1e-12 });
  const constant = columnMoments(new DenseMatrix([3, 1], new Float32Array(3).fill(0.1)));
  expect(constant.variance[0]).toBeLessThan(1e-30);
});
