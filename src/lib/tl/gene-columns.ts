import type { CellRows } from "./cell-rows.js";

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

/**
 * A matrix turned from cell by cell to gene by gene; a gene's cells are in rising order.
 * @example
 * tl.geneColumns(tl.cellRows(DenseMatrix.fromRows([[1, 4], [3, 2]]))).data; // Float32Array [1, 3, 4, 2]
 */
export function geneColumns(rows: CellRows): GeneColumns {
  const [cells, genes] = rows.shape;
  const indptr = new Int32Array(genes + 1);
  for (let at = 0; at < rows.indices.length; at++) indptr[rows.indices[at]! + 1]!++;
  for (let j = 0; j < genes; j++) indptr[j + 1]! += indptr[j]!;
  const next = indptr.slice(0, genes);
  const indices = new Int32Array(rows.indices.length);
  const data =
    rows.data instanceof Float32Array ? new Float32Array(rows.data.length) : new Float64Array(rows.data.length);
  for (let i = 0; i < cells; i++) {
    const end = rows.indptr[i + 1]!;
    for (let at = rows.indptr[i]!; at < end; at++) {
      const to = next[rows.indices[at]!]!++;
      data[to] = rows.data[at]!;
      indices[to] = i;
    }
  }
  return { cells, genes, data, indices, indptr };
}
