import type { CsrMatrix } from "../anndata/csr.js";

/**
 * The connected components of a symmetric graph: a label for each node, numbered by their first node.
 * @example
 * const graph = toCsr(DenseMatrix.fromRows([[0, 1, 0], [1, 0, 0], [0, 0, 0]]));
 * [...tl.connectedComponents(graph).labels]; // [0, 0, 1]
 */
export function connectedComponents(graph: CsrMatrix): { count: number; labels: Int32Array } {
  const n = graph.shape[0];
  const { indices, indptr } = graph;
  const labels = new Int32Array(n).fill(-1);
  const stack = new Int32Array(n);
  let count = 0;
  for (let start = 0; start < n; start++) {
    if (labels[start] !== -1) continue;
    labels[start] = count;
    stack[0] = start;
    for (let height = 1; height > 0;) {
      const node = stack[--height]!;
      for (let at = indptr[node]!; at < indptr[node + 1]!; at++) {
        const other = indices[at]!;
        if (labels[other] !== -1) continue;
        labels[other] = count;
        stack[height++] = other;
      }
    }
    count++;
  }
  return { count, labels };
}
