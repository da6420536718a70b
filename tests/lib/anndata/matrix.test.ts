import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CscMatrix,
  CsrMatrix,
  DenseMatrix,
  type Matrix,
  rowMajor,
  toCsc,
  toCsr,
} from "../../../src/lib/anndata/index.js";

fc.configureGlobal({ seed: 1 });

/** A dense matrix of small whole numbers, half of them zero, with as many rows and columns as may be none. */
const matrices = fc.tuple(fc.nat(6), fc.nat(6)).chain(([rows, columns]) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.integer({ min: -5, max: 9 })), {
      minLength: rows * columns,
      maxLength: rows * columns,
    })
    .map((values) => new DenseMatrix([rows, columns], Float32Array.from(values))),
);

/** A matrix and, by `choose`, some of its rows or columns. */
const withChoice = (side: 0 | 1, repeated: boolean) =>
  matrices.chain((dense) => {
    const positions = fc.nat(Math.max(0, dense.shape[side] - 1));
    const empty = fc.constant<number[]>([]);
    const some = repeated ? fc.array(positions, { maxLength: 8 }) : fc.uniqueArray(positions);
    return fc.tuple(fc.constant(dense), dense.shape[side] === 0 ? empty : some);
  });

const sample = () =>
  DenseMatrix.fromRows([
    [5, 0, 7],
    [0, 0, 0],
    [0, 2, 0],
  ]);

/** A valid matrix whose rows are not in order and which stores a zero. */
const unsorted = () =>
  new CsrMatrix([2, 3], new Float32Array([7, 5, 0]), new Int32Array([2, 0, 1]), new Int32Array([0, 2, 3]));

function expectSame(got: Matrix, dense: DenseMatrix): void {
  if (got.kind !== "dense") got.check();
  expect(got.toDense()).toEqual(dense);
}

describe.each([CsrMatrix, CscMatrix])("%o is its dense self", (Sparse) => {
  it("there and back", () => {
    fc.assert(fc.property(matrices, (dense) => expectSame(Sparse.fromDense(dense), dense)));
  });

  it("in sums, counts, rows, columns and entries", () => {
    fc.assert(
      fc.property(matrices, (dense) => {
        const sparse = Sparse.fromDense(dense);
        expect(sparse.nnz).toBe(dense.nnz);
        expect(sparse.rowSums()).toEqual(dense.rowSums());
        expect(sparse.columnSums()).toEqual(dense.columnSums());
        expect(sparse.rowNonZeros()).toEqual(dense.rowNonZeros());
        expect(sparse.columnNonZeros()).toEqual(dense.columnNonZeros());
        for (let i = 0; i < dense.shape[0]; i++) expect(sparse.row(i)).toEqual(dense.row(i));
        for (let j = 0; j < dense.shape[1]; j++) expect(sparse.column(j)).toEqual(dense.column(j));
        const visits = (matrix: Matrix) => {
          const seen: number[][] = [];
          matrix.forEachNonZero((i, j, value) => seen.push([i, j, value, matrix.at(i, j)]));
          return seen;
        };
        expect(visits(sparse)).toEqual(visits(dense));
      }),
    );
  });

  it("when rows are taken, in any order and several times", () => {
    fc.assert(
      fc.property(withChoice(0, true), ([dense, rows]) => {
        const taken = dense.selectRows(rows);
        rows.forEach((row, i) => expect(taken.row(i)).toEqual(dense.row(row)));
        expectSame(Sparse.fromDense(dense).selectRows(rows), taken);
      }),
    );
  });

  it("when columns are taken, in any order and several times; they stay sorted within a row", () => {
    fc.assert(
      fc.property(withChoice(1, true), ([dense, columns]) => {
        const taken = dense.selectColumns(columns);
        columns.forEach((column, j) => expect(taken.column(j)).toEqual(dense.column(column)));
        const sparse = Sparse.fromDense(dense).selectColumns(columns);
        expectSame(sparse, taken);
        expect(sparse).toEqual(Sparse.fromDense(taken));
      }),
    );
  });

  it("when transposed, scaled by row and mapped", () => {
    fc.assert(
      fc.property(matrices, (dense) => {
        const sparse = Sparse.fromDense(dense);
        const factors = Float64Array.from({ length: dense.shape[0] }, (_, i) => i - 1.5);
        const square = (x: number) => x * x;
        expectSame(sparse.transpose(), dense.transpose());
        expect(dense.transpose().transpose()).toEqual(dense);
        expectSame(sparse.copy(), dense);
        expectSame(sparse.mapNonZeros(square), dense.mapNonZeros(square));
        const positive = (matrix: DenseMatrix) => matrix.data.map((value) => value + 0);
        expect(positive(sparse.scaleRows(factors).toDense())).toEqual(positive(dense.scaleRows(factors)));
      }),
    );
  });
});

describe("kinds of matrix", () => {
  it("turn into one another", () => {
    fc.assert(
      fc.property(matrices, (dense) => {
        const csr = CsrMatrix.fromDense(dense);
        const csc = CscMatrix.fromDense(dense);
        for (const matrix of [dense, csr, csc]) {
          expect(toCsr(matrix)).toEqual(csr);
          expect(toCsc(matrix)).toEqual(csc);
          expect(rowMajor(matrix)).toEqual(matrix.kind === "dense" ? dense : csr);
        }
        expect(toCsr(csr)).toBe(csr);
        expect(toCsc(csc)).toBe(csc);
        expect(rowMajor(csr)).toBe(csr);
      }),
    );
  });
});

describe("a sparse matrix as it may come", () => {
  it("may be unsorted and store zeros, which do not count", () => {
    const matrix = unsorted();
    matrix.check();
    expect(matrix.toDense().data).toEqual(new Float32Array([5, 0, 7, 0, 0, 0]));
    expect(matrix.rowNonZeros()).toEqual(new Int32Array([2, 0]));
    expect(matrix.columnNonZeros()).toEqual(new Int32Array([1, 0, 1]));
    expect(matrix.transpose().transpose().indices).toEqual(new Int32Array([0, 2, 1]));
    const seen: number[][] = [];
    matrix.forEachNonZero((i, j, value) => seen.push([i, j, value]));
    expect(seen).toEqual([
      [0, 2, 7],
      [0, 0, 5],
    ]);
  });

  it("adds up entries of the same place", () => {
    const twice = new CsrMatrix([1, 2], new Float32Array([1, 2]), new Int32Array([1, 1]), new Int32Array([0, 2]));
    expect(twice.at(0, 1)).toBe(3);
    expect(twice.row(0)).toEqual(new Float32Array([0, 3]));
    expect(twice.column(1)).toEqual(new Float32Array([3]));
    expect(twice.toDense().data).toEqual(new Float32Array([0, 3]));
  });

  it.each([
    [[2, 3], [1], [0], [0, 1], "indptr length is 2; a matrix of 2 rows needs 3"],
    [[1, 3], [1, 2], [0], [0, 2], "data has length 2 and indices has length 1"],
    [[1, 3], [1], [0], [0, 2], "indptr runs from 0 to 2; it must run from 0 to the number of values, 1"],
    [[1, 3], [1], [0], [1, 1], "indptr runs from 1 to 1"],
  ] as const)(
    "refuses parts that disagree: %j, data %j, indices %j, indptr %j",
    (shape, data, indices, indptr, message) => {
      const make = () => new CsrMatrix(shape, new Float32Array(data), new Int32Array(indices), new Int32Array(indptr));
      expect(make).toThrow(RangeError);
      expect(make).toThrow(message);
    },
  );

  it.each([
    [[0, 3], [0, 1, 0], "column index 3 at entry 1 is out of range: there are 3", [0, 1, 2, 2]],
    [[0, -1], [0, 1, 0], "column index -1 at entry 1 is negative", [0, 1, 2, 2]],
    [[0, 1], [0, 1, 0], "indptr goes down at row 1, from 2 to 1", [0, 2, 1, 2]],
  ])("names the entry that is wrong (%j)", (indices, _, message, indptr) => {
    const matrix = new CsrMatrix([3, 3], new Float32Array(2), Int32Array.from(indices), Int32Array.from(indptr));
    expect(() => matrix.check()).toThrow(new RangeError(message));
  });

  it.each([
    [[0, 3], [0, 1, 2, 2], "row index 3 at entry 1 is out of range: there are 3"],
    [[0, -1], [0, 1, 2, 2], "row index -1 at entry 1 is negative"],
    [[0, 1], [0, 2, 1, 2], "indptr goes down at column 1, from 2 to 1"],
  ])("names the entry of compressed columns that is wrong (%j, %j)", (indices, indptr, message) => {
    const matrix = new CscMatrix([3, 3], new Float32Array(2), Int32Array.from(indices), Int32Array.from(indptr));
    expect(() => matrix.check()).toThrow(new RangeError(message));
  });

  it("by columns is refused where its parts disagree", () => {
    const make = () => new CscMatrix([3, 2], new Float32Array(1), new Int32Array(1), new Int32Array(4));
    expect(make).toThrow(new RangeError("indptr length is 4; a matrix of 2 columns needs 3"));
  });
});

describe.each([
  ["dense", sample],
  ["csr", () => CsrMatrix.fromDense(sample())],
  ["csc", () => CscMatrix.fromDense(sample())],
] as const)("a %s matrix", (kind, make) => {
  it("says what it is", () => {
    expect(make()).toMatchObject({ kind, shape: [3, 3], nnz: 3 });
  });

  it.each([3, -1, 0.5, NaN])("has no row or column %d", (index) => {
    expect(() => make().selectRows([0, index])).toThrow(new RangeError(`row ${index} is outside 0..2`));
    expect(() => make().selectColumns([0, index])).toThrow(new RangeError(`column ${index} is outside 0..2`));
  });

  it("shares nothing with its copy, nor with what is made from it", () => {
    const matrix: Matrix = make();
    for (const other of [matrix.copy(), matrix.scaleRows([1, 1, 1]), matrix.mapNonZeros((x) => x)]) {
      other.data.fill(9);
    }
    expectSame(matrix, sample());
    const copy: Matrix = matrix.copy();
    if (copy.kind !== "dense") copy.indices.fill(0);
    expectSame(matrix, sample());
  });

  it("keeps NaN and adds it up", () => {
    const matrix = make();
    matrix.data[0] = NaN;
    expect([...matrix.rowSums()]).toEqual([NaN, 0, 2]);
    expect([...matrix.columnSums()]).toEqual([NaN, 2, 7]);
    expect([...matrix.rowNonZeros()]).toEqual([2, 0, 1]);
  });

  it("adds up in float64", () => {
    const matrix = DenseMatrix.fromRows([[16777216, 1, 1, 1]]);
    const sums = { dense: matrix, csr: toCsr(matrix), csc: toCsc(matrix) }[kind].rowSums();
    expect(sums[0]).toBe(16777219);
  });

  it("may have no rows or no columns", () => {
    const none = make().selectRows([]);
    expect(none.shape).toEqual([0, 3]);
    expect(none.columnSums()).toEqual(new Float64Array(3));
    expect(none.transpose().shape).toEqual([3, 0]);
    expect(make().selectColumns([]).rowSums()).toEqual(new Float64Array(3));
  });
});

describe("a dense matrix", () => {
  it("refuses values that do not fit its shape", () => {
    expect(() => new DenseMatrix([2, 3], new Float32Array(5))).toThrow(
      new RangeError("a dense matrix of 2 × 3 needs 6 values, data has 5"),
    );
    expect(() => DenseMatrix.fromRows([[1, 2], [3]])).toThrow(new RangeError("row 1 has 1 values, row 0 has 2"));
  });

  it("is empty from no rows", () => {
    expect(DenseMatrix.fromRows([])).toEqual(DenseMatrix.zeros([0, 0]));
  });

  it("gives a row as a view and a column as a copy", () => {
    const matrix = sample();
    matrix.row(1)[0] = 3;
    matrix.column(0)[0] = 100;
    expect([matrix.at(1, 0), matrix.at(0, 0)]).toEqual([3, 5]);
    expect(matrix.toDense()).toBe(matrix);
  });
});
