import type { CsrMatrix } from "../anndata/csr.js";
import { operatorPowers } from "../stats/operator-powers.js";
import { insertNeighbour, type Knn } from "./exact-knn.js";

/**
 * As {@link exactKnn}, of the rows of a sparse matrix: by all inner products, of which only the stored values are multiplied, and then the
 * distances of those found. Work: stored values × rows.
 *
 * @throws RangeError where k is below 2 or above the number of rows, or a value is NaN or infinite.
 * @example
 * const { indices, distances } = pp.sparseKnn(toCsr(adata.X), 5);
 */
export function sparseKnn(X: CsrMatrix, k: number): Knn {
  const { data, indices: columns, indptr } = X;
  const [n, dimensions] = X.shape;
  if (!Number.isInteger(k) || k < 2 || k > n) {
    throw new RangeError(`nNeighbors must be from 2 to the number of cells, ${n}, not ${k}`);
  }
  const norms = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) norms[i]! += data[at]! ** 2;
    if (!Number.isFinite(norms[i]!)) throw new RangeError(`point ${i} has a coordinate that is NaN or infinite`);
  }
  const indices = new Int32Array(n * k).fill(n);
  const squares = new Float64Array(n * k).fill(Infinity);
  const products = operatorPowers({ columns: dimensions, indices: columns, indptr, values: Float64Array.from(data) });
  products.apply(
    1,
    n,
    (block, first, count, width) => {
      block.fill(0);
      for (let c = 0; c < count; c++) {
        for (let at = indptr[first + c]!; at < indptr[first + c + 1]!; at++)
          block[columns[at]! * width + c]! += data[at]!;
      }
    },
    (block, first, count, width) => {
      for (let c = 0; c < count; c++) {
        const i = first + c;
        for (let j = 0, at = c; j < n; j++, at += width) {
          const square = norms[i]! + norms[j]! - 2 * block[at]!;
          if (square <= squares[i * k + k - 1]! || j === i)
            insertNeighbour(indices, squares, k, i, j, j === i ? -Infinity : square);
        }
      }
    },
  );
  products.close();
  return byDistance(X, k, indices);
}

/** The neighbours found in the order of their distances, which inner products tell less well where they are small. */
function byDistance({ data, indices: columns, indptr }: CsrMatrix, k: number, found: Int32Array): Knn {
  const n = indptr.length - 1;
  const indices = new Int32Array(n * k).fill(n);
  const squares = new Float64Array(n * k).fill(Infinity);
  for (let i = 0; i < n; i++) {
    insertNeighbour(indices, squares, k, i, i, -1);
    for (let rank = 1; rank < k; rank++) {
      const j = found[i * k + rank]!;
      let [a, b, square] = [indptr[i]!, indptr[j]!, 0];
      const [endA, endB] = [indptr[i + 1]!, indptr[j + 1]!];
      while (a < endA || b < endB) {
        const [left, right] = [a < endA ? columns[a]! : Infinity, b < endB ? columns[b]! : Infinity];
        const difference = (left <= right ? data[a++]! : 0) - (right <= left ? data[b++]! : 0);
        square += difference * difference;
      }
      insertNeighbour(indices, squares, k, i, j, square);
    }
  }
  return { k, indices, distances: squares.map((square) => Math.sqrt(Math.max(0, square))) };
}
