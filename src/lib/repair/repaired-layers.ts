import type { Column } from "../anndata/column.js";
import { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Matrix, RowMatrix } from "../anndata/matrix.js";

/** Where the columns of a layer come from. */
export interface LayerColumns {
  /** Column of the model's genes; -1 for genes that it lacks. */
  readonly geneOf: Int32Array;
  /** Column of the normalised values; -1 where they have none (NaN in the layer). Default: the same column. */
  readonly sourceOf?: Int32Array;
  /** Whether zeros are left out. */
  readonly sparse: boolean;
}

/** Repaired values where the model has the gene, else the normalised input. */
export function repairedLayer(normalized: RowMatrix, columns: LayerColumns, repaired: DenseMatrix): Matrix {
  const { geneOf, sourceOf, sparse } = columns;
  const [cells] = normalized.shape;
  const genes = geneOf.length;
  const fill = (i: number, to: Float32Array) => {
    const from = normalized.row(i);
    const own = repaired.row(i);
    for (let k = 0; k < genes; k++) {
      const j = geneOf[k]!;
      const source = sourceOf ? sourceOf[k]! : k;
      to[k] = j >= 0 ? own[j]! : source >= 0 ? from[source]! : NaN;
    }
  };
  if (!sparse) {
    const dense = DenseMatrix.zeros([cells, genes]);
    for (let i = 0; i < cells; i++) fill(i, dense.row(i));
    return dense;
  }
  const row = new Float32Array(genes);
  const kept = new Float32Array(genes);
  const filled = new Int32Array(genes);
  const indptr = new Int32Array(cells + 1);
  const parts: { data: Float32Array; indices: Int32Array }[] = [];
  for (let i = 0; i < cells; i++) {
    fill(i, row);
    let count = 0;
    for (let k = 0; k < genes; k++) {
      if (row[k] === 0) continue;
      kept[count] = row[k]!;
      filled[count++] = k;
    }
    parts.push({ data: kept.slice(0, count), indices: filled.slice(0, count) });
    indptr[i + 1] = indptr[i]! + count;
  }
  const data = new Float32Array(indptr[cells]!);
  const indices = new Int32Array(indptr[cells]!);
  parts.forEach((part, i) => {
    data.set(part.data, indptr[i]!);
    indices.set(part.indices, indptr[i]!);
  });
  return new CsrMatrix([cells, genes], data, indices, indptr);
}

/** Which genes of a layer the model has, as a column of `var`. */
export function repairableGenes(geneOf: Int32Array): Column {
  return { kind: "boolean", values: Uint8Array.from(geneOf, (j) => Number(j >= 0)) };
}

/** Values, cells × the model's genes, where the model has the gene, else NaN. */
export function knownLayer(values: DenseMatrix, geneOf: Int32Array): DenseMatrix {
  const [cells] = values.shape;
  const layer = DenseMatrix.zeros([cells, geneOf.length]);
  for (let i = 0; i < cells; i++) {
    const [from, to] = [values.row(i), layer.row(i)];
    geneOf.forEach((j, k) => (to[k] = j >= 0 ? from[j]! : NaN));
  }
  return layer;
}
