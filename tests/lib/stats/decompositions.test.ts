import { describe, expect, it } from "vitest";
import { CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import {
  largestEigenvectors,
  matrixOperator,
  random,
  randomizedSvd,
  symmetricEigen,
  truncatedSvd,
} from "../../../src/lib/stats/index.js";
import { tridiagonalEigen, tridiagonalEigenvectors } from "../../../src/lib/stats/tridiagonal-eigen.js";
import { distanceKernels, paddedWidth } from "../../../src/lib/stats/simd-distances.js";
import { expectClose, expectCloseUpToSign } from "../../helpers/compare.js";

function normal(rows: number, columns: number, name: string, zeros = 0): DenseMatrix {
  const stream = random(0, name);
  const data = Float32Array.from({ length: rows * columns }, () => (stream.uniform() < zeros ? 0 : stream.normal()));
  return new DenseMatrix([rows, columns], data);
}

function symmetric(n: number, name: string): Float64Array {
  const half = normal(n, n, name).data;
  return Float64Array.from({ length: n * n }, (_, at) => half[at]! + half[(at % n) * n + Math.floor(at / n)]!);
}

describe("Lanczos with restarts", () => {
  const n = 120;
  const a = symmetric(n, "restarts");
  const multiply = (x: Float64Array, out: Float64Array) => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[j]!;
      out[i] = sum;
    }
  };
  const exact = symmetricEigen(a, n);

  it("finds the largest eigenvectors of a full decomposition", () => {
    const found = largestEigenvectors(multiply, n, 5, random(1, "start"));
    expectClose(found.values, exact.values.subarray(0, 5), { relative: 1e-10 });
    expectCloseUpToSign(found.vectors, exact.vectors.subarray(0, 5 * n), n, { relative: 1e-7, absolute: 1e-8 });
  });

  it("leaves out what is known", () => {
    const known = [exact.vectors.subarray(0, n), exact.vectors.subarray(n, 2 * n)];
    const found = largestEigenvectors(multiply, n, 3, random(1, "start"), { known });
    expectClose(found.values, exact.values.subarray(2, 5), { relative: 1e-10 });
  });

  it("finds equal eigenvalues, and all there are of a small operator", () => {
    const identity = (x: Float64Array, out: Float64Array) => out.set(x);
    const found = largestEigenvectors(identity, 4, 9, random(0, "identity"));
    expectClose(found.values, [1, 1, 1, 1]);
  });
});

it("eigenvectors of a tridiagonal matrix by inverse iteration are those by QL, close eigenvalues too", () => {
  const n = 41;
  // Wilkinson's matrix: its largest eigenvalues agree to fifteen digits in pairs.
  const diagonal = Float64Array.from({ length: n }, (_, i) => Math.abs(i - 20));
  const off = new Float64Array(n).fill(1);
  const values = diagonal.slice();
  tridiagonalEigen(values, off.slice(), new Float64Array(n), 1);
  const falling = values.sort().reverse();
  const vectors = tridiagonalEigenvectors(diagonal, off, falling);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let inner = 0;
      for (let i = 0; i < n; i++) inner += vectors[a * n + i]! * vectors[b * n + i]!;
      expect(inner).toBeCloseTo(a === b ? 1 : 0, 9);
    }
    const x = vectors.subarray(a * n, (a + 1) * n);
    const residual = x.map(
      (value, i) => diagonal[i]! * value + (x[i - 1] ?? 0) + (x[i + 1] ?? 0) - falling[a]! * value,
    );
    expect(Math.max(...residual.map(Math.abs))).toBeLessThan(1e-12 * 20);
  }
});

describe.each(["sparse", "dense"])("products of a %s matrix", (storage) => {
  it.each([
    [40, 13],
    [13, 40],
    [9, 1],
  ])("%d × %d, centred, agree with its entries", (rows, columns) => {
    const dense = normal(rows, columns, "products", 0.6);
    const center = Float64Array.from({ length: columns }, (_, j) => j / 7);
    const operator = matrixOperator(storage === "dense" ? dense : CsrMatrix.fromDense(dense), center);
    const x = Float64Array.from({ length: columns }, (_, j) => Math.sin(j + 1));
    const product = Float64Array.from({ length: rows }, (_, i) =>
      x.reduce((sum, value, j) => sum + (dense.at(i, j) - center[j]!) * value, 0),
    );
    const gram = Float64Array.from({ length: columns }, (_, j) =>
      product.reduce((sum, value, i) => sum + (dense.at(i, j) - center[j]!) * value, 0),
    );
    const out = new Float64Array(rows);
    operator.multiply(x, out);
    expectClose(out, product, { relative: 1e-12, absolute: 1e-12 });
    const back = new Float64Array(columns);
    operator.multiplyTransposed(product, back);
    expectClose(back, gram, { relative: 1e-12, absolute: 1e-11 });
    expect(operator.multiplyGram !== undefined).toBe(columns <= rows || storage === "sparse");
    // Of a wide matrix it is AAᵀ, so the part of A is taken by Aᵀ.
    const isWide = columns > rows;
    const start = isWide ? product : x;
    const between = new Float64Array(isWide ? columns : rows);
    const expected = new Float64Array(isWide ? rows : columns);
    if (isWide) operator.multiplyTransposed(start, between);
    else operator.multiply(start, between);
    if (isWide) operator.multiply(between, expected);
    else operator.multiplyTransposed(between, expected);
    const [found, products] = [new Float64Array(expected.length), new Float64Array(between.length)];
    operator.multiplyGram?.(start, found, products);
    if (operator.multiplyGram) {
      expectClose(found, expected, { relative: 1e-12, absolute: 1e-10 });
      expectClose(products, between, { relative: 1e-12, absolute: 1e-11 });
    }
  });
});

describe("a large matrix", () => {
  const dense = normal(1100, 1000, "large", 0.6);

  it.each(["sparse", "dense"])(
    "has the same products bit for bit before and after the second thread is there: %s",
    (storage) => {
      const operator = matrixOperator(storage === "dense" ? dense : CsrMatrix.fromDense(dense));
      const x = Float64Array.from({ length: 1000 }, (_, j) => Math.cos(j));
      const [first, then] = [new Float64Array(1000), new Float64Array(1000)];
      const [products, productsThen] = [new Float64Array(1100), new Float64Array(1100)];
      operator.multiplyGram!(x, first, products);
      const plain = new Float64Array(1100);
      operator.multiply(x, plain);
      expectClose(products, plain, { relative: 1e-10, absolute: 1e-10 });
      // The thread starts within the first of these.
      const end = performance.now() + 300;
      while (performance.now() < end) {
        operator.multiplyGram!(x, then.fill(0), productsThen.fill(0));
        expect(then).toEqual(first);
        expect(productsThen).toEqual(products);
      }
      operator.close!();
      operator.multiplyGram!(x, then, productsThen);
      expect(then).toEqual(first);
      operator.close!();
    },
  );
});

describe("the randomised decomposition", () => {
  it.each([
    [60, 30],
    [30, 60],
  ])("of %d × %d is the exact one where the rest is small", (rows, columns) => {
    const data = new Float32Array(rows * columns);
    const left = normal(rows, 4, "left");
    const right = normal(4, columns, "right");
    const noise = normal(rows, columns, "noise").data;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0.01 * noise[i * columns + j]!;
        for (let c = 0; c < 4; c++) sum += left.at(i, c) * right.at(c, j);
        data[i * columns + j] = sum;
      }
    }
    const operator = matrixOperator(new DenseMatrix([rows, columns], data));
    const exact = truncatedSvd(operator, 4);
    const found = randomizedSvd(operator, 4, { seed: 2 });
    expectClose(found.values, exact.values, { relative: 1e-9 });
    expectCloseUpToSign(found.right, exact.right, columns, { relative: 1e-6, absolute: 1e-6 });
    expectCloseUpToSign(found.left, exact.left, rows, { relative: 1e-6, absolute: 1e-6 });
    expect(randomizedSvd(operator, 4, { seed: 2 })).toEqual(found);
  });
});

describe("distances by SIMD", () => {
  it.each([1, 4, 50, 255, 257, 600])("of rows of %d values are those of a plain sum", (values) => {
    const rows = 6;
    const width = paddedWidth(values);
    const kernels = distanceKernels(width, 4 * (rows * width + 2 * rows));
    const x = new Float32Array(kernels.buffer, 0, rows * width);
    const list = new Int32Array(kernels.buffer, 4 * rows * width, rows);
    const out = new Float32Array(kernels.buffer, 4 * (rows * width + rows), rows);
    const stream = random(0, "rows");
    for (let i = 0; i < rows; i++) for (let d = 0; d < values; d++) x[i * width + d] = stream.normal();
    const order = [3, 0, 5, 5, 1, 2];
    list.set(order);
    const sum = (term: (a: number, b: number) => number) =>
      order.map((j) => {
        let total = 0;
        for (let d = 0; d < values; d++) total += term(x[2 * width + d]!, x[j * width + d]!);
        return total;
      });
    const from = 4 * 2 * width;
    kernels.squares(from, 0, list.byteOffset, rows, out.byteOffset);
    expectClose(out, sum((a, b) => (a - b) ** 2), { relative: 1e-5, absolute: 1e-5 }); // prettier-ignore
    expect(out[5]).toBe(0);
    kernels.products(from, 0, list.byteOffset, rows, out.byteOffset);
    expectClose(out, sum((a, b) => a * b), { relative: 1e-5, absolute: 1e-4 }); // prettier-ignore
  });
});
