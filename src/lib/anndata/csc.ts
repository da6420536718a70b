import { CsrMatrix } from "./csr.js";
import { DenseMatrix } from "./dense.js";

/**
 * A sparse matrix of cells × genes in compressed columns: the values of column `j` are `data[indptr[j] .. indptr[j + 1]]`, their
 * rows the same stretch of `indices`. Columns are cheap to take, rows need a pass over all values.
 *
 * @example
 * const m = new CscMatrix([2, 3], new Float32Array([7, 5]), new Int32Array([1, 0]), new Int32Array([0, 1, 1, 2]));
 * m.column(2); // Float32Array [5, 0]
 */
export class CscMatrix {
  readonly kind = "csc";
  readonly shape: readonly [number, number];
  readonly data: Float32Array;
  readonly indices: Int32Array;
  readonly indptr: Int32Array;
  /** The same arrays, read as the compressed rows of the matrix with rows and columns exchanged. */
  readonly #exchanged: CsrMatrix;

  /**
   * @param shape - rows, columns.
   * @param data - the stored values; kept, not copied.
   * @param indices - the row of each value.
   * @param indptr - where each column begins, and the end: `columns + 1` numbers.
   * @throws RangeError where the lengths disagree; the entries themselves are checked by {@link CscMatrix.check}.
   */
  constructor(shape: readonly [number, number], data: Float32Array, indices: Int32Array, indptr: Int32Array) {
    const [rows, columns] = shape;
    if (indptr.length !== columns + 1) {
      throw new RangeError(`indptr length is ${indptr.length}; a matrix of ${columns} columns needs ${columns + 1}`);
    }
    this.#exchanged = new CsrMatrix([columns, rows], data, indices, indptr);
    this.shape = [rows, columns];
    this.data = data;
    this.indices = indices;
    this.indptr = indptr;
  }

  /** The same matrix in compressed columns, its rows in ascending order within a column. */
  static fromCsr(matrix: CsrMatrix): CscMatrix {
    return exchange(matrix.transpose());
  }

  /** The sparse form of a dense matrix. */
  static fromDense(dense: DenseMatrix): CscMatrix {
    return CscMatrix.fromCsr(CsrMatrix.fromDense(dense));
  }

  /**
   * Checks every entry: column starts that never fall, rows inside the shape.
   *
   * @throws RangeError naming the first column and entry that is wrong.
   */
  check(): void {
    const [rows, columns] = this.shape;
    for (let j = 0; j < columns; j++) {
      if (this.indptr[j + 1]! < this.indptr[j]!) {
        throw new RangeError(`indptr goes down at column ${j}, from ${this.indptr[j]} to ${this.indptr[j + 1]}`);
      }
    }
    for (let at = 0; at < this.indices.length; at++) {
      const i = this.indices[at]!;
      if (i < 0) throw new RangeError(`row index ${i} at entry ${at} is negative`);
      if (i >= rows) throw new RangeError(`row index ${i} at entry ${at} is out of range: there are ${rows}`);
    }
  }

  /** Number of stored values. */
  get nnz(): number {
    return this.data.length;
  }

  /** The value in row `i`, column `j`. */
  at(i: number, j: number): number {
    return this.#exchanged.at(j, i);
  }

  /** Row `i`, dense: one pass over the stored values. */
  row(i: number): Float32Array {
    return this.#exchanged.column(i);
  }

  /** Column `j`, dense. */
  column(j: number): Float32Array {
    return this.#exchanged.row(j);
  }

  /** Sum of each row, in float64. */
  rowSums(): Float64Array {
    return this.#exchanged.columnSums();
  }

  /** Sum of each column, in float64. */
  columnSums(): Float64Array {
    return this.#exchanged.rowSums();
  }

  /** Number of values other than zero in each row (stored zeros do not count). */
  rowNonZeros(): Int32Array {
    return this.#exchanged.columnNonZeros();
  }

  /** Number of values other than zero in each column (stored zeros do not count). */
  columnNonZeros(): Int32Array {
    return this.#exchanged.rowNonZeros();
  }

  /** Calls `visit(row, column, value)` for every stored value other than zero, row by row. */
  forEachNonZero(visit: (i: number, j: number, value: number) => void): void {
    this.toCsr().forEachNonZero(visit);
  }

  /** The rows named, in the order given, as a new matrix: one pass over the stored values. */
  selectRows(rows: ArrayLike<number>): CscMatrix {
    return exchange(this.#exchanged.selectColumns(rows, "row"));
  }

  /** The columns named, in the order given, as a new matrix: one copy a column. */
  selectColumns(columns: ArrayLike<number>): CscMatrix {
    return exchange(this.#exchanged.selectRows(columns, "column"));
  }

  /** A new matrix with `f` applied to the stored values; `f` should keep zero at zero. */
  mapNonZeros(f: (value: number) => number): CscMatrix {
    return exchange(this.#exchanged.mapNonZeros(f));
  }

  /** A new matrix whose row `i` is multiplied by `factors[i]`. */
  scaleRows(factors: ArrayLike<number>): CscMatrix {
    const data = new Float32Array(this.data.length);
    for (let at = 0; at < data.length; at++) data[at] = this.data[at]! * factors[this.indices[at]!]!;
    return new CscMatrix(this.shape, data, this.indices, this.indptr);
  }

  /** The matrix with rows and columns exchanged: the same three arrays, read as compressed rows. */
  transpose(): CsrMatrix {
    return this.#exchanged;
  }

  /** The same matrix in compressed rows, its columns in ascending order within a row. */
  toCsr(): CsrMatrix {
    return this.#exchanged.transpose();
  }

  /** The dense form; mind the memory, `rows * columns * 4` bytes. */
  toDense(): DenseMatrix {
    const [rows, columns] = this.shape;
    const data = new Float32Array(rows * columns);
    for (let j = 0; j < columns; j++) {
      const end = this.indptr[j + 1]!;
      for (let at = this.indptr[j]!; at < end; at++) data[this.indices[at]! * columns + j]! += this.data[at]!;
    }
    return new DenseMatrix(this.shape, data);
  }

  /** A copy that shares nothing with this matrix. */
  copy(): CscMatrix {
    return exchange(this.#exchanged.copy());
  }
}

function exchange(matrix: CsrMatrix): CscMatrix {
  return new CscMatrix([matrix.shape[1], matrix.shape[0]], matrix.data, matrix.indices, matrix.indptr);
}
