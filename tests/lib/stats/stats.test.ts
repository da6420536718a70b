import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import {
  bootstrapMean,
  choleskyFactor,
  choleskySolve,
  columnMoments,
  looksLikeCounts,
  matrixOperator,
  random,
  symmetricEigen,
  truncatedSvd,
} from "../../../src/lib/stats/index.js";
import { roundHalfEven } from "../../../src/lib/stats/round-half-even.js";
import { expectClose } from "../../helpers/compare.js";

/** A (rows × columns) of standard normal numbers. */
function normal(rows: number, columns: number, seed = 0): DenseMatrix {
  return new DenseMatrix([rows, columns], random(seed, "normal").fillNormal(new Float32Array(rows * columns)));
}

/** B Bᵀ + I, symmetric positive definite. */
function definite(n: number, seed = 0): Float64Array {
  const b = normal(n, n, seed);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) a[i * n + j]! += b.at(i, k) * b.at(j, k);
      if (i === j) a[i * n + j]! += 1;
    }
  }
  return a;
}

/** a (n × n) times b (n × m). */
function product(a: ArrayLike<number>, b: ArrayLike<number>, n: number): Float64Array {
  const m = b.length / n;
  const result = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) for (let j = 0; j < m; j++) result[i * m + j]! += a[i * n + k]! * b[k * m + j]!;
  }
  return result;
}

/** Rounding in float64 over some hundred operations. */
const ROUNDING = { relative: 1e-9, absolute: 1e-9 };

describe("random streams", () => {
  it("are the same on every platform, and stay so", () => {
    const stream = random(0, "test");
    const drawn = [stream.uniform(), stream.normal(), stream.integer(1000), ...stream.permutation(5)];
    expect(drawn).toMatchInlineSnapshot(`
      [
        0.895359540325697,
        -1.3990076900580588,
        871,
        1,
        3,
        0,
        4,
        2,
      ]
    `);
    expect(random(0, "test").uniform()).toBe(drawn[0]);
  });

  it("differ by seed and by every name", () => {
    const first = (seed: number, ...names: string[]) => random(seed, ...names).uniform();
    const all = [
      first(0),
      first(1),
      first(-1),
      first(0, "a"),
      first(0, "b"),
      first(0, "ab", "c"),
      first(0, "a", "bc"),
      first(0, "a", "b", "c"),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("are uniform and normal by their moments", () => {
    const stream = random(1, "moments");
    const n = 40_000;
    const moments = (values: Float32Array) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n];
    };
    const uniform = stream.fillUniform(new Float32Array(n));
    expect(uniform.every((value) => value >= 0 && value < 1)).toBe(true);
    // Five standard errors of the mean, and of the variance.
    expectClose(moments(uniform), [1 / 2, 1 / 12], { relative: 0, absolute: 0.008 });
    expectClose(moments(stream.fillNormal(new Float32Array(n))), [0, 1], { relative: 0, absolute: 0.036 });
  });

  it("give whole numbers equally often", () => {
    const counts = new Int32Array(7);
    const stream = random(2, "integers");
    for (let draw = 0; draw < 7000; draw++) counts[stream.integer(7)]!++;
    // Five standard deviations of a binomial count.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(stream.integer(1)).toBe(0);
    expect(stream.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it("put entries in another order and lose none", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (list, seed) => {
        const shuffled = random(seed).shuffle([...list]);
        expect(shuffled.sort()).toEqual([...list].sort());
      }),
      { seed: 0 },
    );
    expect([...random(0).permutation(50)]).not.toEqual([...Array(50).keys()]);
    expect([...random(0).permutation(50)].sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  });

  it("refuse a seed or a bound that is not whole", () => {
    for (const seed of [0.5, NaN, 2 ** 60])
      expect(() => random(seed)).toThrow(`seed must be a whole number, not ${seed}`);
    for (const n of [0, 1.5, -1, 2 ** 33]) {
      expect(() => random(0).integer(n)).toThrow(new RangeError(`integer(n) needs a whole n from 1 to 2^32, not ${n}`));
    }
  });
});

describe("the bootstrap", () => {
  it("holds the mean, more widely at a higher level, and is the same for a seed", () => {
    const values = random(0, "values").fillNormal(new Float32Array(40));
    const at = (level: number, seed = 0) => bootstrapMean(values, { level, seed, resamples: 500 });
    const { mean, low, high } = at(0.95);
    expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 40, 6);
    expect(low < mean && mean < high).toBe(true);
    expect(at(0.99).low).toBeLessThan(low);
    expect(at(0.5).high).toBeLessThan(high);
    expect(at(0.95)).toEqual(at(0.95));
    expect(at(0.95, 1)).not.toEqual(at(0.95));
  });

  it("is about as wide as 2 × 1.96 standard errors of normal numbers", () => {
    const values = random(3, "values").fillNormal(new Float32Array(400));
    const { low, high } = bootstrapMean(values);
    expect((high - low) / (2 * 1.96 * 0.05)).toBeGreaterThan(0.85);
    expect((high - low) / (2 * 1.96 * 0.05)).toBeLessThan(1.15);
  });

  it("leaves out as much above as below", () => {
    const half = random(4, "values").fillNormal(new Float32Array(50));
    const { low, high } = bootstrapMean([...half, ...half.map((value) => -value)], { level: 0.9, resamples: 10_000 });
    expect(Math.abs(low + high) / (high - low)).toBeLessThan(0.03);
  });

  it("moves and stretches with the values", () => {
    const values = [1, 4, 2, 8, 5, 7];
    const { mean, low, high } = bootstrapMean(values, { resamples: 200 });
    const moved = bootstrapMean(
      values.map((value) => 10 - 2 * value),
      { resamples: 200 },
    );
    expectClose([moved.mean], [10 - 2 * mean], ROUNDING);
    expect(
      bootstrapMean(
        values.map((value) => 3 * value + 1),
        { resamples: 200 },
      ),
    ).toEqual({
      mean: expect.closeTo(3 * mean + 1, 9) as number,
      low: expect.closeTo(3 * low + 1, 9) as number,
      high: expect.closeTo(3 * high + 1, 9) as number,
    });
  });

  it("leaves NaN out; one value has no width, none is NaN", () => {
    expect(bootstrapMean([3, NaN])).toEqual({ mean: 3, low: 3, high: 3 });
    expect(bootstrapMean([NaN])).toEqual({ mean: NaN, low: NaN, high: NaN });
    expect(bootstrapMean([1, 2, NaN], { resamples: 50 })).toEqual(bootstrapMean([1, 2], { resamples: 50 }));
  });

  it("refuses impossible options", () => {
    expect(() => bootstrapMean([1], { level: 1 })).toThrow(new RangeError("level must be between 0 and 1, not 1"));
    expect(() => bootstrapMean([1], { level: NaN })).toThrow("level must be between 0 and 1, not NaN");
    expect(() => bootstrapMean([1], { resamples: 0 })).toThrow("resamples must be a positive whole number, not 0");
    expect(() => bootstrapMean([1], { n: 1 } as never)).toThrow(
      'stats.bootstrapMean: unknown option "n"; options: level',
    );
  });
});

describe("moments of columns", () => {
  it("are the same sparse and dense, zeros counted, one pass a transform", () => {
    const dense = DenseMatrix.fromRows([
      [1, 0],
      [0, 0],
      [5, 0],
    ]);
    for (const matrix of [dense, CsrMatrix.fromDense(dense)]) {
      expectClose(columnMoments(matrix).mean, [2, 0], ROUNDING);
      expectClose(columnMoments(matrix).variance, [7, 0], ROUNDING);
      expectClose(columnMoments(matrix, (x) => 2 * x).variance, [28, 0], ROUNDING);
    }
  });

  it("keep their digits far from zero", () => {
    const column = DenseMatrix.fromRows([[16777210], [16777211], [16777212]]);
    expect([...columnMoments(column).variance]).toEqual([1]);
  });

  it("keep them where zeros are not stored, in any stretch of the values, and after a transform", () => {
    const rows = Array.from({ length: 3000 }, (_, i) => [1e6 + (i % 3), i % 4 === 0 ? i % 7 : 0, i % 5]);
    const dense = DenseMatrix.fromRows(rows);
    for (const transform of [undefined, (x: number) => 2 * x]) {
      const columns = [0, 1, 2].map((j) => rows.map((row) => (transform ?? Number)(row[j]!)));
      const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / rows.length);
      const variances = columns.map((column, j) => {
        return column.reduce((sum, value) => sum + (value - means[j]!) ** 2, 0) / (rows.length - 1);
      });
      for (const matrix of [dense, CsrMatrix.fromDense(dense)]) {
        const { mean, variance } = columnMoments(matrix, transform);
        expectClose(mean, means, { relative: 1e-12 });
        expectClose(variance, variances, { relative: 1e-12 });
      }
    }
  });

  it("have no variance of one row, no mean of none", () => {
    expect(columnMoments(DenseMatrix.fromRows([[3]]))).toEqual({
      mean: Float64Array.of(3),
      variance: Float64Array.of(NaN),
    });
    expect([...columnMoments(DenseMatrix.zeros([0, 1])).mean]).toEqual([NaN]);
  });

  it("are NaN where a value is", () => {
    expect([
      ...columnMoments(
        DenseMatrix.fromRows([
          [NaN, 1],
          [1, 1],
        ]),
      ).variance,
    ]).toEqual([NaN, 0]);
  });
});

describe("counts", () => {
  it.each([
    [[0, 1, 2], true],
    [[0, 0, 0], false],
    [[0, 1.5, 2], false],
    [[0, -1, 2], false],
    [[NaN, 1, 2], false],
    [[Infinity, 1, 2], false],
  ])("%j look like them: %s", (values, expected) => {
    const dense = DenseMatrix.fromRows([values]);
    expect(looksLikeCounts(dense)).toBe(expected);
    expect(looksLikeCounts(CsrMatrix.fromDense(dense))).toBe(expected);
  });
});

describe("rounding half to even", () => {
  it("is numpy's", () => {
    const values = [0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5, 2.3, 2.7, -2.7, 4, 2.500001];
    expect(values.map((value) => roundHalfEven(value) + 0)).toEqual([0, 2, 2, 4, 0, -2, -2, 2, 3, -3, 4, 3]);
  });
});

describe("Cholesky's factorisation", () => {
  it.each([1, 2, 5, 23])("solves %d equations for several right-hand sides", (n) => {
    const a = definite(n);
    const x = Float64Array.from(normal(n, 3, 1).data);
    expectClose(choleskySolve(a, n, product(a, x, n)), x, ROUNDING);
  });

  it("is lower triangular, its square the matrix, and reads the lower triangle alone", () => {
    const a = definite(6);
    const upperless = a.map((value, at) => (at % 6 > Math.floor(at / 6) ? NaN : value));
    const factor = choleskyFactor(upperless, 6);
    const transposed = factor.map((_, at) => factor[(at % 6) * 6 + Math.floor(at / 6)]!);
    expectClose(product(factor, transposed, 6), a, ROUNDING);
    factor.forEach((value, at) => at % 6 > Math.floor(at / 6) && expect(value).toBe(0));
  });

  it("refuses a matrix that is not positive definite, and sizes that disagree", () => {
    const message = "the matrix is not positive definite (pivot 1 is -3); add to its diagonal";
    expect(() => choleskySolve(Float64Array.of(1, 2, 2, 1), 2, new Float64Array(2))).toThrow(new RangeError(message));
    expect(() => choleskyFactor(Float64Array.of(NaN), 1)).toThrow("not positive definite");
    expect(() => choleskyFactor(new Float64Array(3), 2)).toThrow(
      new RangeError("a has 3 values; a matrix of 2 × 2 has 4"),
    );
    expect(() => choleskySolve(definite(2), 2, new Float64Array(3))).toThrow(
      new RangeError("b has 3 values, not a multiple of 2"),
    );
  });
});

describe("eigenvalues of a symmetric matrix", () => {
  it.each([1, 2, 3, 12])("fall, and each vector of %d is stretched by its value", (n) => {
    const a = definite(n);
    const { values, vectors } = symmetricEigen(a, n);
    expect([...values]).toEqual([...values].sort((x, y) => y - x));
    for (let c = 0; c < n; c++) {
      const vector = vectors.subarray(c * n, (c + 1) * n);
      expectClose(
        product(a, vector, n),
        vector.map((value) => value * values[c]!),
        ROUNDING,
      );
      expect(Math.hypot(...vector)).toBeCloseTo(1, 10);
    }
    const trace = Array.from({ length: n }, (_, i) => a[i * n + i]!).reduce((sum, value) => sum + value, 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 8);
  });

  it("are found where they are negative, equal or zero", () => {
    expectClose(symmetricEigen(Float64Array.of(0, 1, 1, 0), 2).values, [1, -1], ROUNDING);
    expectClose(symmetricEigen(Float64Array.of(2, 0, 0, 0, 2, 0, 0, 0, 2), 3).values, [2, 2, 2], ROUNDING);
    expectClose(symmetricEigen(new Float64Array(9).fill(1), 3).values, [3, 0, 0], ROUNDING);
    expect(symmetricEigen(new Float64Array(0), 0).values).toHaveLength(0);
  });

  it("are refused of NaN and of another size", () => {
    expect(() => symmetricEigen(new Float64Array(9).fill(NaN), 3)).toThrow(
      "the eigenvalues did not converge; does the matrix hold NaN or infinity?",
    );
    expect(() => symmetricEigen(new Float64Array(3), 2)).toThrow(
      new RangeError("a has 3 values; a matrix of 2 × 2 has 4"),
    );
  });
});

describe("the largest singular values", () => {
  it.each([
    [12, 7],
    [7, 12],
    [40, 40],
  ])("of a matrix of %d × %d are the roots of the eigenvalues, with their vectors", (rows, columns) => {
    const matrix = normal(rows, columns);
    const gram = new Float64Array(columns * columns);
    for (let i = 0; i < rows; i++) {
      for (let p = 0; p < columns; p++) {
        for (let q = 0; q < columns; q++) gram[p * columns + q]! += matrix.at(i, p) * matrix.at(i, q);
      }
    }
    const k = 4;
    const { values, left, right } = truncatedSvd(matrixOperator(matrix), k);
    expectClose(values, symmetricEigen(gram, columns).values.subarray(0, k).map(Math.sqrt), ROUNDING);
    for (let c = 0; c < k; c++) {
      const vector = right.subarray(c * columns, (c + 1) * columns);
      expect(Math.max(...vector)).toBeGreaterThanOrEqual(-Math.min(...vector));
      const image = Array.from({ length: rows }, (_, i) =>
        vector.reduce((sum, value, j) => sum + value * matrix.at(i, j), 0),
      );
      expectClose(
        image,
        left.subarray(c * rows, (c + 1) * rows).map((value) => value * values[c]!),
        { relative: 1e-8, absolute: 1e-8 },
      );
    }
  });

  it("are the same sparse and dense, and for any seed; centring is subtraction", () => {
    const dense = normal(15, 9).mapNonZeros((value) => (value > 0.3 ? value : 0));
    const mean = columnMoments(dense).mean;
    const centred = new DenseMatrix(
      [15, 9],
      dense.data.map((value, at) => value - mean[at % 9]!),
    );
    const expected = truncatedSvd(matrixOperator(centred), 3);
    for (const [matrix, seed] of [
      [dense, 0],
      [CsrMatrix.fromDense(dense), 0],
      [dense, 5],
    ] as const) {
      const got = truncatedSvd(matrixOperator(matrix, mean), 3, { seed });
      // The centred matrix was rounded to float32.
      expectClose(got.values, expected.values, { relative: 1e-6 });
      expectClose(got.right, expected.right, { relative: 1e-5, absolute: 1e-5 });
    }
  });

  it("are found where the rank is less than asked for, and of nothing but zeros", () => {
    const ones = new DenseMatrix([5, 4], new Float32Array(20).fill(1));
    expectClose(truncatedSvd(matrixOperator(ones), 3).values, [Math.sqrt(20), 0, 0], {
      relative: 1e-9,
      absolute: 1e-6,
    });
    expect([...truncatedSvd(matrixOperator(DenseMatrix.zeros([3, 3])), 3).values]).toEqual([0, 0, 0]);
  });

  it.each([0, 4, 1.5])("cannot be %d of 3 × 5", (k) => {
    expect(() => truncatedSvd(matrixOperator(normal(3, 5)), k)).toThrow(
      new RangeError(`the number of components must be from 1 to 3, the smaller side of the matrix, not ${k}`),
    );
  });
});
