import type { CscMatrix } from "../anndata/csc.js";
import { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Frame } from "../anndata/frame.js";
import type { RowMatrix } from "../anndata/matrix.js";
import { checkFinite } from "./check-values.js";
import { compressedRows } from "./compressed.js";
import { FileError } from "./file-error.js";
import { denseDataset, narrow, readMatrix, sparseParts } from "./h5ad-matrix.js";
import type { H5adSource } from "./h5ad-source.js";
import { type Entity, type Group, isGroup, readNumbers } from "./hdf5.js";

/** A matrix of an open file, whose rows are read when they are asked for. */
export interface BackedMatrix {
  /** One row a gene, in memory. */
  readonly var: Frame;
  readonly kind: RowMatrix["kind"];
  /** What its rows take in memory together. */
  readonly bytes: number;
  /** Rows `start` to `end` (not included), which are in the file. */
  rows(start: number, end: number): RowMatrix;
}

/** Opens a matrix of cells: `cells` rows, a column for each of `features`. */
export function openMatrix(
  source: H5adSource,
  entity: Entity,
  element: string,
  cells: number,
  features: Frame,
): BackedMatrix {
  const read = isGroup(entity) ? sparseRows(source, entity, element) : denseRows(source, entity, element);
  const [rows, columns] = read.shape;
  if (rows !== cells || columns !== features.length) {
    const problem = `its shape is ${rows} × ${columns}; obs has length ${cells} and var ${features.length}`;
    throw new FileError(source.path, element, problem, "The file is damaged: fetch or write it again");
  }
  return {
    var: features,
    kind: isGroup(entity) ? "csr" : "dense",
    bytes: read.bytes,
    rows(start, end) {
      const matrix = read.rows(start, end);
      if (source.nonFinite === "error") checkFinite(source.path, element, matrix.data);
      return matrix;
    },
  };
}

/** What a file with layers alone has as X, as to `readH5ad`. */
export function emptyMatrix(cells: number, features: Frame): BackedMatrix {
  const empty = CsrMatrix.empty([cells, features.length]);
  return { var: features, kind: "csr", bytes: 0, rows: (start, end) => sliceRows(empty, start, end) };
}

function denseRows(source: H5adSource, entity: Entity, element: string) {
  const dataset = denseDataset(source, entity, element);
  const [rows = 1, columns = 1] = dataset.shape ?? [];
  return {
    shape: [rows, columns] as const,
    bytes: 4 * rows * columns,
    rows: (start: number, end: number) =>
      new DenseMatrix(
        [end - start, columns],
        narrow(source, element, readNumbers(source.path, dataset, start, end - start)),
      ),
  };
}

function sparseRows(source: H5adSource, group: Group, element: string) {
  const { format, shape, part } = sparseParts(source, group, element);
  if (format === "csc") {
    const whole = (readMatrix(source, group, element) as CscMatrix).toCsr();
    const bytes = 8 * whole.data.length;
    return { shape, bytes, rows: (start: number, end: number) => sliceRows(whole, start, end) };
  }
  const [data, indices] = [part("data"), part("indices")];
  const indptr = readNumbers(source.path, part("indptr"));
  const length = data.shape?.[0];
  if (
    indptr.length !== shape[0] + 1 ||
    indptr[0] !== 0 ||
    indptr[shape[0]] !== length ||
    indices.shape?.[0] !== length
  ) {
    const problem = `indptr length is ${indptr.length}, its last number ${indptr.at(-1)}; there are ${shape[0]} rows and ${length} values`;
    throw new FileError(source.path, element, problem, "The file is damaged: fetch or write it again");
  }
  return {
    shape,
    bytes: 8 * length!,
    rows(start: number, end: number) {
      const from = indptr[start]!;
      const count = indptr[end]! - from;
      const chunk = Float64Array.from({ length: end - start + 1 }, (_, i) => indptr[start + i]! - from);
      if (!(count >= 0) || !(from >= 0) || from + count > length!) {
        const problem = `indptr goes down at row ${start}, from ${from} to ${indptr[end]}`;
        throw new FileError(source.path, element, problem, "The file is damaged: fetch or write it again");
      }
      return compressedRows(source.path, element, [end - start, shape[1]], {
        data: narrow(source, element, readNumbers(source.path, data, from, count)),
        indices: readNumbers(source.path, indices, from, count),
        indptr: chunk,
      });
    },
  };
}

function sliceRows(matrix: CsrMatrix, start: number, end: number): CsrMatrix {
  return matrix.selectRows(Int32Array.from({ length: end - start }, (_, i) => start + i));
}
