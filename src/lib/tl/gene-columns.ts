import type { Matrix } from "../anndata/matrix.js";

/** A matrix gene by gene: the values of gene `j` are `data[indptr[j] .. indptr[j + 1]]`, their cells the same stretch of `indices`. */
export interface GeneColumns {
  cells: number;
  genes: number;
  /** Values not stored are 0; stored zeros count as such. */
  data: Float32Array | Float64Array;
  indices: Int32Array;
  /** `genes + 1` numbers. */
  indptr: Int32Array;
}

/** A matrix of cells × genes, gene by gene. */
export function geneColumns(matrix: Matrix): GeneColumns {
  const [cells, genes] = matrix.shape;
  if (matrix.kind === "dense") return denseColumns(matrix.data, genes);
  const { data, indices, indptr } = matrix.transpose();
  return { cells, genes, data, indices, indptr };
}

/** The non-zero values of a dense matrix of cells × genes, row-major, gene by gene. */
export function denseColumns(values: Float32Array | Float64Array, genes: number): GeneColumns {
  const cells = genes === 0 ? 0 : values.length / genes;
  const indptr = new Int32Array(genes + 1);
  for (let i = 0, at = 0; i < cells; i++) {
    for (let j = 0; j < genes; j++) if (values[at++] !== 0) indptr[j + 1]!++;
  }
  for (let j = 0; j < genes; j++) indptr[j + 1]! += indptr[j]!;
  const next = indptr.slice(0, genes);
  const indices = new Int32Array(indptr[genes]!);
  const data = new (values.constructor as new (length: number) => Float32Array | Float64Array)(indices.length);
  for (let i = 0, at = 0; i < cells; i++) {
    for (let j = 0; j < genes; j++) {
      const value = values[at++]!;
      if (value === 0) continue;
      const to = next[j]!++;
      data[to] = value;
      indices[to] = i;
    }
  }
  return { cells, genes, data, indices, indptr };
}
