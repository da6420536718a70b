import type { SparseOperator } from "../stats/operator-powers.js";
import type { Knn } from "./exact-knn.js";

/** How distances become weights; see {@link alphaDecayKernel}. */
export interface KernelOptions {
  /** The neighbour, the cell itself not counted, whose distance is a cell's bandwidth. */
  knn: number;
  /** Exponent of the decay; null: the `knn` nearest all have weight 1. */
  decay: number | null;
  /** Weights below are left out. */
  threshold: number;
}

/**
 * The alpha-decaying kernel of graphtools (Moon et al. 2019), symmetric: the mean of K and Kᵀ, where K is
 * `exp(-(distance / bandwidth) ** decay)` for the neighbours given and the cell itself, the bandwidth a cell's distance to its
 * `knn`-th neighbour.
 *
 * @param neighbours - of each cell, itself first and the nearest next; `k` is one above the most neighbours a cell may have.
 * @returns cells × cells, columns in rising order.
 * @example
 * const neighbours = pp.exactKnn(Float64Array.of(0, 1, 3, 7), 1, 3);
 * const kernel = pp.alphaDecayKernel(neighbours, { knn: 1, decay: 1, threshold: 1e-4 });
 */
export function alphaDecayKernel(neighbours: Knn, { knn, decay, threshold }: KernelOptions): SparseOperator {
  const { k, indices, distances } = neighbours;
  const n = indices.length / k;
  const weights = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const bandwidth = Math.max(distances[i * k + knn]!, Number.EPSILON);
    for (let rank = 0; rank < k; rank++) {
      const at = i * k + rank;
      const weight = decay === null ? Number(rank <= knn) : Math.exp(-((distances[at]! / bandwidth) ** decay));
      if (weight >= threshold) weights[at] = weight;
    }
  }
  return meanWithTransposed(n, k, indices, weights);
}

/**
 * The operator whose rows are those of a kernel, scaled to sum 1.
 * @example
 * const kernel = { indptr: Int32Array.of(0, 2, 3), indices: Int32Array.of(0, 1, 1), values: Float64Array.of(1, 3, 5) };
 * pp.rowStochastic(kernel).values; // Float64Array [0.25, 0.75, 1]
 */
export function rowStochastic({ indices, indptr, values }: SparseOperator): SparseOperator {
  const scaled = values.slice();
  for (let i = 0; i + 1 < indptr.length; i++) {
    let sum = 0;
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) sum += values[at]!;
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) scaled[at]! /= sum;
  }
  return { indices, indptr, values: scaled };
}

/** (K + Kᵀ) / 2 of a matrix with k entries a row, of which those of 0 are left out. */
function meanWithTransposed(n: number, k: number, columns: Int32Array, weights: Float64Array): SparseOperator {
  const starts = new Int32Array(n + 1);
  for (let at = 0; at < weights.length; at++) if (weights[at] !== 0) starts[columns[at]! + 1]!++;
  for (let i = 0; i < n; i++) starts[i + 1]! += starts[i]!;
  const transposed = { columns: new Int32Array(starts[n]!), values: new Float64Array(starts[n]!) };
  const next = starts.slice(0, n);
  for (let at = 0; at < weights.length; at++) {
    if (weights[at] === 0) continue;
    const to = next[columns[at]!]!++;
    transposed.columns[to] = Math.floor(at / k);
    transposed.values[to] = weights[at]!;
  }
  const indptr = new Int32Array(n + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < n; i++) {
    const row = new Map<number, number>();
    for (let at = i * k; at < (i + 1) * k; at++) if (weights[at] !== 0) row.set(columns[at]!, weights[at]! / 2);
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      const j = transposed.columns[at]!;
      row.set(j, (row.get(j) ?? 0) + transposed.values[at]! / 2);
    }
    for (const j of Int32Array.from(row.keys()).sort()) {
      indices.push(j);
      values.push(row.get(j)!);
    }
    indptr[i + 1] = indices.length;
  }
  return { indices: Int32Array.from(indices), indptr, values: Float64Array.from(values) };
}
