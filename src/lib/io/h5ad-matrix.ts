import { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Matrix } from "../anndata/matrix.js";
import { checkFinite } from "./check-values.js";
import { FileError } from "./file-error.js";
import { damaged, type H5adSource, unknownEncoding } from "./h5ad-source.js";
import { attribute, type Entity, type Group, isDataset, isGroup, readNumbers } from "./hdf5.js";

/** A matrix: csr or csc (of any age), or a dense two-dimensional array. */
export function readMatrix(source: H5adSource, entity: Entity, element: string): Matrix {
  const matrix = isGroup(entity) ? readSparse(source, entity, element) : readDense(source, entity, element);
  if (source.nonFinite === "error") checkFinite(source.path, element, matrix.data);
  return matrix;
}

/** A dense two-dimensional array; one dimension counts as one column. */
export function readDense(source: H5adSource, entity: Entity, element: string): DenseMatrix {
  const type = isDataset(entity) && entity.holds;
  if (!isDataset(entity) || (type !== "numbers" && type !== "booleans")) throw unknownEncoding(source, entity, element);
  const [rows = 1, columns = 1] = entity.shape ?? [];
  const values = readNumbers(source.path, entity);
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return damaged(source, element, () => new DenseMatrix([rows, columns], data));
}

/** A sparse matrix as csr, its columns in order. */
export function readSparse(source: H5adSource, group: Group, element: string): CsrMatrix {
  const encoding = attribute(group, "encoding-type") ?? attribute(group, "h5sparse_format");
  const shape = (attribute(group, "shape") ?? attribute(group, "h5sparse_shape")) as number[] | undefined;
  const isCsr = encoding === "csr_matrix" || encoding === "csr";
  if (!isCsr && encoding !== "csc_matrix" && encoding !== "csc") throw unknownEncoding(source, group, element);
  if (shape?.length !== 2)
    throw new FileError(source.path, element, "has no shape", "Write the file again with anndata");
  const part = (name: string) => {
    const dataset = group.get(name);
    if (!isDataset(dataset)) {
      throw new FileError(source.path, `${element}/${name}`, "is missing", "Write the file again with anndata");
    }
    return readNumbers(source.path, dataset);
  };
  const data = part("data");
  const indices = part("indices");
  const indptr = part("indptr");
  const [rows, columns] = shape as [number, number];
  const matrix = damaged(source, element, () => {
    const compressed = new CsrMatrix(
      isCsr ? [rows, columns] : [columns, rows],
      data instanceof Float32Array ? data : Float32Array.from(data),
      toInt32(indices),
      toInt32(indptr),
    );
    compressed.check();
    return compressed;
  });
  if (isCsr && isOrdered(matrix)) return matrix;
  return distinct(source, isCsr ? matrix.transpose().transpose() : matrix.transpose(), element);
}

function toInt32(values: ArrayLike<number>): Int32Array {
  if (values instanceof Int32Array) return values;
  const result = Int32Array.from(values);
  for (let i = 0; i < result.length; i++) {
    if (result[i] !== values[i]) throw new RangeError(`index ${values[i]} at entry ${i} does not fit 32 bits`);
  }
  return result;
}

/** Whether the columns rise in every row, so that none comes twice. */
function isOrdered(matrix: CsrMatrix): boolean {
  const { indices, indptr } = matrix;
  for (let i = 0; i < matrix.shape[0]; i++) {
    for (let at = indptr[i]! + 1; at < indptr[i + 1]!; at++) if (indices[at]! <= indices[at - 1]!) return false;
  }
  return true;
}

function distinct(source: H5adSource, matrix: CsrMatrix, element: string): CsrMatrix {
  const { indices, indptr } = matrix;
  for (let i = 0; i < matrix.shape[0]; i++) {
    for (let at = indptr[i]! + 1; at < indptr[i + 1]!; at++) {
      if (indices[at] !== indices[at - 1]) continue;
      const problem = `row ${i} has two entries in column ${indices[at]}`;
      throw new FileError(source.path, element, problem, "Call sum_duplicates() on the matrix before writing the file");
    }
  }
  return matrix;
}
