import { CsrMatrix } from "../anndata/csr.js";

/** Molecules one by one, a cell and a gene each, in arrays that grow. */
export class MoleculeList {
  cells = new Int32Array(1024);
  genes = new Int32Array(1024);
  length = 0;

  push(cell: number, gene: number): void {
    if (this.length === this.cells.length) {
      this.cells = grown(this.cells);
      this.genes = grown(this.genes);
    }
    this.cells[this.length] = cell;
    this.genes[this.length++] = gene;
  }
}

function grown(values: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * values.length);
  result.set(values);
  return result;
}

/** The matrix with one more count for each molecule of the list. Columns of the result are in ascending order in each row. */
export function mergeMolecules(matrix: CsrMatrix, molecules: MoleculeList): CsrMatrix {
  const [rows, columns] = matrix.shape;
  const starts = new Int32Array(rows + 1);
  for (let at = 0; at < molecules.length; at++) starts[molecules.cells[at]! + 1]!++;
  for (let i = 0; i < rows; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice(0, rows);
  const genes = new Int32Array(molecules.length);
  for (let at = 0; at < molecules.length; at++) genes[next[molecules.cells[at]!]!++] = molecules.genes[at]!;

  const data = new Float32Array(matrix.nnz + molecules.length);
  const indices = new Int32Array(data.length);
  const indptr = new Int32Array(rows + 1);
  const sums = new Float64Array(columns);
  const touched = new Int32Array(columns);
  let to = 0;
  for (let i = 0; i < rows; i++) {
    let some = 0;
    for (let at = matrix.indptr[i]!; at < matrix.indptr[i + 1]!; at++) {
      const j = matrix.indices[at]!;
      if (sums[j] === 0) touched[some++] = j;
      sums[j]! += matrix.data[at]!;
    }
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      const j = genes[at]!;
      if (sums[j] === 0) touched[some++] = j;
      sums[j]!++;
    }
    const order = touched.subarray(0, some).sort();
    for (let k = 0; k < some; k++) {
      const j = order[k]!;
      data[to] = sums[j]!;
      indices[to++] = j;
      sums[j] = 0;
    }
    indptr[i + 1] = to;
  }
  return new CsrMatrix(matrix.shape, data.slice(0, to), indices.slice(0, to), indptr);
}
