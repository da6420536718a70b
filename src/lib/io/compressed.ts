import { CsrMatrix } from "../anndata/csr.js";
import { FileError } from "./file-error.js";
import type { Numbers } from "./hdf5.js";

/** The three arrays of a compressed matrix as they lie in a file. */
export interface Compressed {
  data: Numbers;
  indices: Numbers;
  indptr: Numbers;
}

/**
 * A matrix from its compressed rows: every entry checked, the columns of each row in ascending order.
 *
 * @param names - what a row and a column are in the file ("column", "row" for compressed columns).
 * @throws {@link FileError} where lengths disagree, `indptr` falls, an index lies outside, or an entry comes twice.
 */
export function compressedRows(
  path: string,
  element: string,
  shape: readonly [number, number],
  { data, indices, indptr }: Compressed,
  names: readonly [string, string] = ["row", "column"],
): CsrMatrix {
  let matrix: CsrMatrix;
  try {
    matrix = new CsrMatrix(shape, toFloat32(data), toInt32(indices), toInt32(indptr));
    if (isOrdered(matrix)) return matrix;
    matrix.check();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const problem = cause.message.replace(/\b(row|column)(?=s?\b)/g, (what) => names[what === "row" ? 0 : 1]);
    throw new FileError(path, element, problem, "The file is damaged: fetch or write it again", { cause });
  }
  return distinct(path, element, matrix.transpose().transpose(), names);
}

/** Numbers as float32; a float32 array itself is kept. */
export function toFloat32(values: Numbers): Float32Array {
  return values instanceof Float32Array ? values : new Float32Array(values);
}

function toInt32(values: Numbers): Int32Array {
  if (values instanceof Int32Array) return values;
  const result = new Int32Array(values);
  for (let i = 0; i < result.length; i++) {
    if (result[i] !== values[i]) throw new RangeError(`index ${values[i]} at entry ${i} does not fit 32 bits`);
  }
  return result;
}

/** Whether all is as it should be: row starts never fall, columns rise in every row and lie inside. */
function isOrdered({ shape, indices, indptr }: CsrMatrix): boolean {
  const [rows, columns] = shape;
  for (let i = 0; i < rows; i++) {
    const end = indptr[i + 1]!;
    let last = -1;
    if (end < indptr[i]! || end > indices.length) return false;
    for (let at = indptr[i]!; at < end; at++) {
      const j = indices[at]!;
      if (j <= last) return false;
      last = j;
    }
    if (last >= columns) return false;
  }
  return true;
}

function distinct(path: string, element: string, matrix: CsrMatrix, names: readonly [string, string]): CsrMatrix {
  const { indices, indptr } = matrix;
  for (let i = 0; i < matrix.shape[0]; i++) {
    for (let at = indptr[i]! + 1; at < indptr[i + 1]!; at++) {
      if (indices[at] !== indices[at - 1]) continue;
      const problem = `${names[0]} ${i} has two entries in ${names[1]} ${indices[at]}`;
      throw new FileError(path, element, problem, "Call sum_duplicates() on the matrix before writing the file");
    }
  }
  return matrix;
}
