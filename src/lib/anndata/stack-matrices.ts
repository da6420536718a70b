import { CsrMatrix } from "./csr.js";
import { DenseMatrix } from "./dense.js";
import { type Matrix, toCsr } from "./matrix.js";

/** A matrix to be put below others: its rows, and where each of its columns goes (-1: nowhere). */
export interface StackPart {
  /** Without one, the rows hold the fill value. */
  matrix?: Matrix;
  rows: number;
  columns: Int32Array;
}

/**
 * Matrices one below the other: compressed rows where one of them is sparse and the fill value is 0, else dense.
 *
 * @param columns - number of columns of the result.
 * @param fillValue - where a part has no such column; default 0 where one is sparse, else NaN.
 */
export function stackMatrices(parts: readonly StackPart[], columns: number, fillValue?: number): Matrix {
  const sparse = parts.some(({ matrix }) => matrix && matrix.kind !== "dense");
  const fill = fillValue ?? (sparse ? 0 : NaN);
  return sparse && fill === 0 ? stackSparse(parts, columns) : stackDense(parts, columns, fill);
}

function stackSparse(parts: readonly StackPart[], columns: number): CsrMatrix {
  const compressed = parts.map(({ matrix }) => matrix && toCsr(matrix));
  let kept = 0;
  let rows = 0;
  parts.forEach(({ columns: target, ...part }, at) => {
    rows += part.rows;
    const indices = compressed[at]?.indices ?? new Int32Array(0);
    for (let from = 0; from < indices.length; from++) if (target[indices[from]!]! >= 0) kept++;
  });
  const data = new Float32Array(kept);
  const indices = new Int32Array(kept);
  const indptr = new Int32Array(rows + 1);
  let to = 0;
  let row = 0;
  let ascending = true;
  parts.forEach(({ columns: target, ...part }, at) => {
    const matrix = compressed[at];
    if (!matrix) {
      indptr.fill(to, row + 1, row + 1 + part.rows);
      row += part.rows;
      return;
    }
    for (let i = 0; i < part.rows; i++) {
      let last = -1;
      const end = matrix.indptr[i + 1]!;
      for (let from = matrix.indptr[i]!; from < end; from++) {
        const j = target[matrix.indices[from]!]!;
        if (j < 0) continue;
        if (j < last) ascending = false;
        last = j;
        data[to] = matrix.data[from]!;
        indices[to++] = j;
      }
      indptr[++row] = to;
    }
  });
  const result = new CsrMatrix([rows, columns], data, indices, indptr);
  return ascending ? result : result.transpose().transpose();
}

/** Dense matrices one below the other. */
export function stackDense(parts: readonly StackPart[], columns: number, fill: number): DenseMatrix {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const data = new Float32Array(rows * columns);
  if (fill !== 0) data.fill(fill);
  let row = 0;
  for (const part of parts) {
    const source = part.matrix?.toDense();
    if (source) {
      const width = source.shape[1];
      for (let i = 0; i < part.rows; i++) {
        for (let j = 0; j < width; j++) {
          const to = part.columns[j]!;
          if (to >= 0) data[(row + i) * columns + to] = source.data[i * width + j]!;
        }
      }
    }
    row += part.rows;
  }
  return new DenseMatrix([rows, columns], data);
}
