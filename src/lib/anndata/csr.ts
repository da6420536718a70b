import { checkIndex, DenseMatrix } from "./dense.js";

/**
 * A sparse matrix of cells × genes in compressed rows: the values of row `i` are `data[indptr[i] .. indptr[i + 1]]`, their
 * columns the same stretch of `indices`. Readers of this library deliver columns in ascending order within a row.
 *
 * @example
 * const m = new CsrMatrix([2, 3], new Float32Array([5, 7]), new Int32Array([2, 0]), new Int32Array([0, 1, 2]));
 * m.row(0); // Float32Array [0, 0, 5]
 */
export class CsrMatrix {
  readonly kind = "csr";
  readonly shape: readonly [number, number];
  readonly data: Float32Array;
  readonly indices: Int32Array;
  readonly indptr: Int32Array;

  /**
   * @param shape - rows, columns.
   * @param data - the stored values; kept, not copied.
   * @param indices - the column of each value.
   * @param indptr - where each row begins, and the end: `rows + 1` numbers.
   * @throws RangeError where the lengths disagree; the entries themselves are checked by {@link CsrMatrix.check}.
   */
  constructor(shape: readonly [number, number], data: Float32Array, indices: Int32Array, indptr: Int32Array) {
    const [rows, columns] = shape;
    if (indptr.length !== rows + 1) {
      throw new RangeError(`indptr length is ${indptr.length}; a matrix of ${rows} rows needs ${rows + 1}`);
    }
    if (data.length !== indices.length) {
      throw new RangeError(
        `data has length ${data.length} and indices has length ${indices.length}; they must be equal`,
      );
    }
    if (indptr[0] !== 0 || indptr[rows] !== data.length) {
      throw new RangeError(
        `indptr runs from ${indptr[0]} to ${indptr[rows]}; it must run from 0 to the number of values, ${data.length}`,
      );
    }
    this.shape = [rows, columns];
    this.data = data;
    this.indices = indices;
    this.indptr = indptr;
  }

  /** A matrix in which no value is stored. */
  static empty([rows, columns]: readonly [number, number]): CsrMatrix {
    return new CsrMatrix([rows, columns], new Float32Array(0), new Int32Array(0), new Int32Array(rows + 1));
  }

  /** The sparse form of a dense matrix. */
  static fromDense(dense: DenseMatrix): CsrMatrix {
    const [rows, columns] = dense.shape;
    const indptr = new Int32Array(rows + 1);
    const perRow = dense.rowNonZeros();
    for (let i = 0; i < rows; i++) indptr[i + 1] = indptr[i]! + perRow[i]!;
    const data = new Float32Array(indptr[rows]!);
    const indices = new Int32Array(data.length);
    for (let i = 0, from = 0, to = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = dense.data[from++]!;
        if (value === 0) continue;
        data[to] = value;
        indices[to++] = j;
      }
    }
    return new CsrMatrix(dense.shape, data, indices, indptr);
  }

  /**
   * Checks every entry: row starts that never fall, columns inside the shape.
   *
   * @throws RangeError naming the first row and entry that is wrong.
   */
  check(): void {
    const [rows, columns] = this.shape;
    for (let i = 0; i < rows; i++) {
      if (this.indptr[i + 1]! < this.indptr[i]!) {
        throw new RangeError(`indptr goes down at row ${i}, from ${this.indptr[i]} to ${this.indptr[i + 1]}`);
      }
    }
    for (let at = 0; at < this.indices.length; at++) {
      const j = this.indices[at]!;
      if (j < 0) throw new RangeError(`column index ${j} at entry ${at} is negative`);
      if (j >= columns) throw new RangeError(`column index ${j} at entry ${at} is out of range: there are ${columns}`);
    }
  }

  /** Number of stored values. */
  get nnz(): number {
    return this.data.length;
  }

  /** The value in row `i`, column `j`. */
  at(i: number, j: number): number {
    let sum = 0;
    for (let at = this.indptr[i]!; at < this.indptr[i + 1]!; at++) if (this.indices[at] === j) sum += this.data[at]!;
    return sum;
  }

  /** Row `i`, dense. */
  row(i: number): Float32Array {
    const values = new Float32Array(this.shape[1]);
    for (let at = this.indptr[i]!; at < this.indptr[i + 1]!; at++) values[this.indices[at]!]! += this.data[at]!;
    return values;
  }

  /** Column `j`, dense: one pass over the stored values. */
  column(j: number): Float32Array {
    const values = new Float32Array(this.shape[0]);
    for (let i = 0; i < values.length; i++) {
      const end = this.indptr[i + 1]!;
      for (let at = this.indptr[i]!; at < end; at++) if (this.indices[at] === j) values[i]! += this.data[at]!;
    }
    return values;
  }

  /** Sum of each row, in float64. */
  rowSums(): Float64Array {
    const { data, indptr } = this;
    const sums = new Float64Array(this.shape[0]);
    for (let i = 0; i < sums.length; i++) {
      let sum = 0;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) sum += data[at]!;
      sums[i] = sum;
    }
    return sums;
  }

  /** Sum of each column, in float64. */
  columnSums(): Float64Array {
    const { data, indices } = this;
    const sums = new Float64Array(this.shape[1]);
    for (let at = 0; at < data.length; at++) sums[indices[at]!]! += data[at]!;
    return sums;
  }

  /** Number of values other than zero in each row (stored zeros do not count). */
  rowNonZeros(): Int32Array {
    const { data, indptr } = this;
    const counts = new Int32Array(this.shape[0]);
    for (let i = 0; i < counts.length; i++) {
      let count = 0;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) if (data[at] !== 0) count++;
      counts[i] = count;
    }
    return counts;
  }

  /** Number of values other than zero in each column (stored zeros do not count). */
  columnNonZeros(): Int32Array {
    const { data, indices } = this;
    const counts = new Int32Array(this.shape[1]);
    for (let at = 0; at < data.length; at++) if (data[at] !== 0) counts[indices[at]!]!++;
    return counts;
  }

  /** Calls `visit(row, column, value)` for every stored value other than zero, row by row. */
  forEachNonZero(visit: (i: number, j: number, value: number) => void): void {
    const { data, indices, indptr } = this;
    for (let i = 0; i < this.shape[0]; i++) {
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) {
        const value = data[at]!;
        if (value !== 0) visit(i, indices[at]!, value);
      }
    }
  }

  /**
   * The rows named, in the order given, as a new matrix: one copy a row.
   *
   * @param what - what a row is called in a message.
   */
  selectRows(rows: ArrayLike<number>, what: "row" | "column" = "row"): CsrMatrix {
    const indptr = new Int32Array(rows.length + 1);
    for (let i = 0; i < rows.length; i++) {
      checkIndex(rows[i]!, this.shape[0], what);
      indptr[i + 1] = indptr[i]! + this.indptr[rows[i]! + 1]! - this.indptr[rows[i]!]!;
    }
    const data = new Float32Array(indptr[rows.length]!);
    const indices = new Int32Array(data.length);
    for (let i = 0; i < rows.length; i++) {
      const start = this.indptr[rows[i]!]!;
      const end = this.indptr[rows[i]! + 1]!;
      data.set(this.data.subarray(start, end), indptr[i]!);
      indices.set(this.indices.subarray(start, end), indptr[i]!);
    }
    return new CsrMatrix([rows.length, this.shape[1]], data, indices, indptr);
  }

  /**
   * The columns named, in the order given, as a new matrix: one pass over the stored values.
   *
   * @param what - what a column is called in a message.
   */
  selectColumns(columns: ArrayLike<number>, what: "row" | "column" = "column"): CsrMatrix {
    const target = new Int32Array(this.shape[1]).fill(-1);
    let ascending = true;
    let repeated = false;
    for (let j = 0; j < columns.length; j++) {
      checkIndex(columns[j]!, this.shape[1], what);
      if (target[columns[j]!] !== -1) repeated = true;
      target[columns[j]!] = j;
      if (j > 0 && columns[j]! < columns[j - 1]!) ascending = false;
    }
    if (repeated) return this.transpose().selectRows(columns).transpose();
    const rows = this.shape[0];
    const { data: values, indices: sources, indptr: starts } = this;
    const indptr = new Int32Array(rows + 1);
    let kept = 0;
    for (let at = 0; at < sources.length; at++) kept += target[sources[at]!]! >= 0 ? 1 : 0;
    const data = new Float32Array(kept);
    const indices = new Int32Array(kept);
    for (let i = 0, to = 0; i < rows; i++) {
      const end = starts[i + 1]!;
      for (let at = starts[i]!; at < end; at++) {
        const j = target[sources[at]!]!;
        if (j < 0) continue;
        data[to] = values[at]!;
        indices[to++] = j;
      }
      indptr[i + 1] = to;
    }
    const result = new CsrMatrix([this.shape[0], columns.length], data, indices, indptr);
    return ascending ? result : result.transpose().transpose();
  }

  /** A new matrix with `f` applied to the stored values; `f` should keep zero at zero. */
  mapNonZeros(f: (value: number) => number): CsrMatrix {
    const data = new Float32Array(this.data.length);
    for (let at = 0; at < data.length; at++) data[at] = f(this.data[at]!);
    return new CsrMatrix(this.shape, data, this.indices, this.indptr);
  }

  /** A new matrix whose row `i` is multiplied by `factors[i]`. */
  scaleRows(factors: ArrayLike<number>): CsrMatrix {
    const { data: values, indptr } = this;
    const data = new Float32Array(values.length);
    for (let i = 0; i < this.shape[0]; i++) {
      const factor = factors[i]!;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) data[at] = values[at]! * factor;
    }
    return new CsrMatrix(this.shape, data, this.indices, indptr);
  }

  /** The matrix with rows and columns exchanged; its columns are in ascending order, so twice sorts a matrix. */
  transpose(): CsrMatrix {
    const [rows, columns] = this.shape;
    const { data: values, indices: sources, indptr: starts } = this;
    const indptr = new Int32Array(columns + 1);
    for (let at = 0; at < sources.length; at++) indptr[sources[at]! + 1]!++;
    for (let j = 0; j < columns; j++) indptr[j + 1]! += indptr[j]!;
    const next = indptr.slice(0, columns);
    const data = new Float32Array(values.length);
    const indices = new Int32Array(values.length);
    for (let i = 0; i < rows; i++) {
      const end = starts[i + 1]!;
      for (let at = starts[i]!; at < end; at++) {
        const to = next[sources[at]!]!++;
        data[to] = values[at]!;
        indices[to] = i;
      }
    }
    return new CsrMatrix([columns, rows], data, indices, indptr);
  }

  /** The dense form; mind the memory, `rows * columns * 4` bytes. */
  toDense(): DenseMatrix {
    const result = DenseMatrix.zeros(this.shape);
    const columns = this.shape[1];
    for (let i = 0; i < this.shape[0]; i++) {
      const end = this.indptr[i + 1]!;
      for (let at = this.indptr[i]!; at < end; at++) result.data[i * columns + this.indices[at]!]! += this.data[at]!;
    }
    return result;
  }

  /** A copy that shares nothing with this matrix. */
  copy(): CsrMatrix {
    return new CsrMatrix(this.shape, this.data.slice(), this.indices.slice(), this.indptr.slice());
  }
}
