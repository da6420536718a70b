import { CsrMatrix } from "../anndata/csr.js";

/** A sparse matrix of these entries without those that are 0, the order kept. */
export function dropZeros(
  shape: readonly [number, number],
  data: Float32Array,
  indices: Int32Array,
  indptr: Int32Array,
): CsrMatrix {
  const starts = new Int32Array(indptr.length);
  let kept = 0;
  for (let i = 0; i + 1 < indptr.length; i++) {
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) if (data[at] !== 0) kept++;
    starts[i + 1] = kept;
  }
  const values = new Float32Array(kept);
  const columns = new Int32Array(kept);
  for (let at = 0, to = 0; at < data.length; at++) {
    if (data[at] === 0) continue;
    values[to] = data[at]!;
    columns[to++] = indices[at]!;
  }
  return new CsrMatrix(shape, values, columns, starts);
}
