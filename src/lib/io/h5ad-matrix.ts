import { CscMatrix } from "../anndata/csc.js";
import type { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Matrix } from "../anndata/matrix.js";
import { checkFinite } from "./check-values.js";
import { compressedRows, toFloat32 } from "./compressed.js";
import { FileError } from "./file-error.js";
import { damaged, type H5adSource, unknownEncoding } from "./h5ad-source.js";
import {
  attribute,
  type Dataset,
  type Entity,
  type Group,
  isDataset,
  isGroup,
  type Numbers,
  readNumbers,
} from "./hdf5.js";

/** A matrix: csr or csc (of any age), or a dense two-dimensional array. */
export function readMatrix(source: H5adSource, entity: Entity, element: string): Matrix {
  const matrix = isGroup(entity) ? readSparse(source, entity, element) : readDense(source, entity, element);
  if (source.nonFinite === "error") checkFinite(source.path, element, matrix.data);
  return matrix;
}

/** A dense two-dimensional array; one dimension counts as one column. */
export function readDense(source: H5adSource, entity: Entity, element: string): DenseMatrix {
  const dataset = denseDataset(source, entity, element);
  const [rows = 1, columns = 1] = dataset.shape ?? [];
  const values = narrow(source, element, readNumbers(source.path, dataset));
  return damaged(source, element, () => new DenseMatrix([rows, columns], values));
}

/** The dataset of a dense array. */
export function denseDataset(source: H5adSource, entity: Entity, element: string): Dataset {
  if (isDataset(entity) && (entity.holds === "numbers" || entity.holds === "booleans")) return entity;
  throw unknownEncoding(source, entity, element);
}

/** A sparse matrix as it is stored, by rows or by columns, the indices in order. */
export function readSparse(source: H5adSource, group: Group, element: string): CsrMatrix | CscMatrix {
  const { format, shape, part } = sparseParts(source, group, element);
  const [rows, columns] = shape;
  const arrays = {
    data: narrow(source, element, readNumbers(source.path, part("data"))),
    indices: readNumbers(source.path, part("indices")),
    indptr: readNumbers(source.path, part("indptr")),
  };
  if (format === "csr") return compressedRows(source.path, element, [rows, columns], arrays);
  const exchanged = compressedRows(source.path, element, [columns, rows], arrays, ["column", "row"]);
  return new CscMatrix([rows, columns], exchanged.data, exchanged.indices, exchanged.indptr);
}

/** What a sparse matrix is made of: its format, its shape, and its datasets by name. */
export function sparseParts(source: H5adSource, group: Group, element: string) {
  const encoding = attribute(group, "encoding-type") ?? attribute(group, "h5sparse_format");
  const format = /^cs[rc](?=_matrix$|$)/.exec(String(encoding))?.[0] as "csr" | "csc" | undefined;
  if (!format) throw unknownEncoding(source, group, element);
  const shape = attribute(group, "shape") ?? attribute(group, "h5sparse_shape");
  if (!isShape(shape))
    throw new FileError(source.path, element, "has no valid shape", "Write the file again with anndata");
  const part = (name: string): Dataset => {
    const dataset = group.get(name);
    if (isDataset(dataset)) return dataset;
    throw new FileError(source.path, `${element}/${name}`, "is missing", "Write the file again with anndata");
  };
  return { format, shape, part };
}

function isShape(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((extent) => Number.isSafeInteger(extent) && extent >= 0)
  );
}

/** Values as float32; whole numbers too large for it are told. */
export function narrow(source: H5adSource, element: string, values: Numbers): Float32Array {
  const result = toFloat32(values);
  if (values === result || values.BYTES_PER_ELEMENT < 4) return result;
  let changed = 0;
  for (let i = 0; i < values.length; i++) {
    if (result[i] !== values[i] && Number.isInteger(values[i])) changed++;
  }
  if (changed > 0) {
    source.notice(
      `${source.path}: ${element}: ${changed} whole numbers above 16,777,216 lost their last digits: values are float32 here`,
    );
  }
  return result;
}
