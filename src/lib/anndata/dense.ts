/**
 * A dense matrix of cells × genes (or cells × components), row-major in one `Float32Array`.
 *
 * @example
 * const m = new DenseMatrix([2, 2], new Float32Array([1, 2, 3, 4]));
 * m.at(1, 0); // 3
 */
export class DenseMatrix {
  readonly kind = "dense";
  readonly shape: readonly [number, number];
  readonly data: Float32Array;

  /**
   * @param shape - rows, columns.
   * @param data - `rows * columns` values, row after row; kept, not copied.
   * @throws RangeError where the number of values disagrees with the shape.
   */
  constructor(shape: readonly [number, number], data: Float32Array) {
    const [rows, columns] = shape;
    if (data.length !== rows * columns) {
      throw new RangeError(
        `a dense matrix of ${rows} × ${columns} needs ${rows * columns} values, data has ${data.length}`,
      );
    }
    this.shape = [rows, columns];
    this.data = data;
  }

  /** A matrix of zeros. */
  static zeros(shape: readonly [number, number]): DenseMatrix {
    return new DenseMatrix(shape, new Float32Array(shape[0] * shape[1]));
  }

  /** A matrix from an array of rows of equal length. */
  static fromRows(rows: ArrayLike<ArrayLike<number>>): DenseMatrix {
    const columns = rows[0]?.length ?? 0;
    const result = DenseMatrix.zeros([rows.length, columns]);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row.length !== columns) throw new RangeError(`row ${i} has ${row.length} values, row 0 has ${columns}`);
      result.data.set(row, i * columns);
    }
    return result;
  }

  /** Number of non-zero values. */
  get nnz(): number {
    let count = 0;
    for (const value of this.data) if (value !== 0) count++;
    return count;
  }

  /** The value in row `i`, column `j`. */
  at(i: number, j: number): number {
    return this.data[i * this.shape[1] + j]!;
  }

  /** Row `i`, as a view on the matrix. */
  row(i: number): Float32Array {
    const columns = this.shape[1];
    return this.data.subarray(i * columns, (i + 1) * columns);
  }

  /** Column `j`, copied. */
  column(j: number): Float32Array {
    const [rows, columns] = this.shape;
    const values = new Float32Array(rows);
    for (let i = 0; i < rows; i++) values[i] = this.data[i * columns + j]!;
    return values;
  }

  /** Sum of each row, in float64. */
  rowSums(): Float64Array {
    const [rows, columns] = this.shape;
    const sums = new Float64Array(rows);
    for (let i = 0, at = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += this.data[at++]!;
      sums[i] = sum;
    }
    return sums;
  }

  /** Sum of each column, in float64. */
  columnSums(): Float64Array {
    const [rows, columns] = this.shape;
    const sums = new Float64Array(columns);
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++) sums[j]! += this.data[at++]!;
    return sums;
  }

  /** Number of non-zero values in each row. */
  rowNonZeros(): Int32Array {
    const [rows, columns] = this.shape;
    const counts = new Int32Array(rows);
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (this.data[at++] !== 0) counts[i]!++;
    return counts;
  }

  /** Number of non-zero values in each column. */
  columnNonZeros(): Int32Array {
    const [rows, columns] = this.shape;
    const counts = new Int32Array(columns);
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (this.data[at++] !== 0) counts[j]!++;
    return counts;
  }

  /** Calls `visit(row, column, value)` for every non-zero value, row by row. */
  forEachNonZero(visit: (i: number, j: number, value: number) => void): void {
    const [rows, columns] = this.shape;
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = this.data[at++]!;
        if (value !== 0) visit(i, j, value);
      }
    }
  }

  /** The rows named, in the order given, as a new matrix. */
  selectRows(rows: ArrayLike<number>): DenseMatrix {
    const result = DenseMatrix.zeros([rows.length, this.shape[1]]);
    for (let i = 0; i < rows.length; i++) {
      checkIndex(rows[i]!, this.shape[0], "row");
      result.data.set(this.row(rows[i]!), i * this.shape[1]);
    }
    return result;
  }

  /** The columns named, in the order given, as a new matrix. */
  selectColumns(columns: ArrayLike<number>): DenseMatrix {
    const [rows, width] = this.shape;
    const result = DenseMatrix.zeros([rows, columns.length]);
    for (let j = 0; j < columns.length; j++) checkIndex(columns[j]!, width, "column");
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns.length; j++) result.data[at++] = this.data[i * width + columns[j]!]!;
    }
    return result;
  }

  /** A new matrix with `f` applied to the non-zero values (zeros stay zero, as in a sparse matrix). */
  mapNonZeros(f: (value: number) => number): DenseMatrix {
    const data = new Float32Array(this.data.length);
    for (let at = 0; at < data.length; at++) {
      const value = this.data[at]!;
      if (value !== 0) data[at] = f(value);
    }
    return new DenseMatrix(this.shape, data);
  }

  /** A new matrix whose row `i` is multiplied by `factors[i]`. */
  scaleRows(factors: ArrayLike<number>): DenseMatrix {
    const [rows, columns] = this.shape;
    const data = new Float32Array(this.data.length);
    for (let i = 0, at = 0; i < rows; i++) {
      const factor = factors[i]!;
      for (let j = 0; j < columns; j++, at++) data[at] = this.data[at]! * factor;
    }
    return new DenseMatrix(this.shape, data);
  }

  /** The matrix with rows and columns exchanged. */
  transpose(): DenseMatrix {
    const [rows, columns] = this.shape;
    const result = DenseMatrix.zeros([columns, rows]);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) result.data[j * rows + i] = this.data[i * columns + j]!;
    }
    return result;
  }

  /** This matrix: what `CsrMatrix` has to build, a dense matrix already is. */
  toDense(): DenseMatrix {
    return this;
  }

  /** A copy that shares nothing with this matrix. */
  copy(): DenseMatrix {
    return new DenseMatrix(this.shape, this.data.slice());
  }
}

/**
 * Throws where an index lies outside the matrix.
 *
 * @throws RangeError naming the index and the size.
 */
export function checkIndex(index: number, size: number, what: "row" | "column"): void {
  if (!(Number.isInteger(index) && index >= 0 && index < size))
    throw new RangeError(`${what} ${index} is outside 0..${size - 1}`);
}
