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
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const indptr = new Int32Array(rows + 1);
  const sources = parts.map(({ matrix }) => matrix && toCsr(matrix));
  let row = 0;
  parts.forEach(({ rows: count, columns: target }, at) => {
    countKept(sources[at], count, target, indptr, row);
    row += count;
  });
  const data = new Float32Array(indptr[rows]!);
  const indices = new Int32Array(data.length);
  const result = new CsrMatrix([rows, columns], data, indices, indptr);
  row = 0;
  parts.forEach(({ rows: count, columns: target }, at) => {
    const source = sources[at];
    if (source) (isAscending(target) ? copyRows : copyColumns)(source, target, result, row);
    row += count;
  });
  return result;
}

/** Writes to `indptr` where the rows end, counting the values whose column is kept. */
function countKept(
  source: CsrMatrix | undefined,
  rows: number,
  target: Int32Array,
  indptr: Int32Array,
  row: number,
): void {
  let total = indptr[row]!;
  for (let i = 0; i < rows; i++) {
    if (source) {
      const { indices, indptr: starts } = source;
      const end = starts[i + 1]!;
      for (let at = starts[i]!; at < end; at++) total += target[indices[at]!]! >= 0 ? 1 : 0;
    }
    indptr[row + i + 1] = total;
  }
}

/** Whether the columns that are kept stay in order. */
function isAscending(target: Int32Array): boolean {
  let last = -1;
  for (const to of target) {
    if (to < 0) continue;
    if (to < last) return false;
    last = to;
  }
  return true;
}

function copyRows({ data, indices, indptr }: CsrMatrix, target: Int32Array, result: CsrMatrix, row: number): void {
  const { data: values, indices: columns } = result;
  let to = result.indptr[row]!;
  for (let at = 0, end = indptr.at(-1)!; at < end; at++) {
    const j = target[indices[at]!]!;
    if (j < 0) continue;
    values[to] = data[at]!;
    columns[to++] = j;
  }
}

/** Goes through the source by columns, in the order of the result, so that its rows are in order. */
function copyColumns(source: CsrMatrix, target: Int32Array, result: CsrMatrix, row: number): void {
  const { data, indices, indptr } = source.transpose();
  const { data: values, indices: columns } = result;
  const next = result.indptr.slice(row, row + source.shape[0]);
  const from = new Int32Array(result.shape[1]).fill(-1);
  for (let j = 0; j < target.length; j++) if (target[j]! >= 0) from[target[j]!] = j;
  for (let j = 0; j < from.length; j++) {
    if (from[j]! < 0) continue;
    const end = indptr[from[j]! + 1]!;
    for (let at = indptr[from[j]!]!; at < end; at++) {
      const to = next[indices[at]!]!++;
      values[to] = data[at]!;
      columns[to] = j;
    }
  }
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
