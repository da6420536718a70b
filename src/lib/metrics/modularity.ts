import type { CsrMatrix } from "../anndata/csr.js";
import { checkLengths } from "./mse.js";

/**
 * Modularity of a partition of an undirected weighted graph: `Σ_c w_c / m - resolution (K_c / 2m)²`, with m the total weight of the
 * edges, w_c that inside a community and K_c the summed strengths of its nodes (Newman and Girvan 2004; Reichardt and Bornholdt
 * 2006).
 *
 * @param graph - symmetric, no self-loops: every edge is stored in both directions.
 * @param labels - the community of each node.
 * @throws RangeError where the number of labels is not that of the nodes.
 * @example
 * const pairs = DenseMatrix.fromRows([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]);
 * modularity(toCsr(pairs), [0, 0, 1, 1]); // 0.5
 */
export function modularity(graph: CsrMatrix, labels: ArrayLike<number>, resolution = 1): number {
  const strength = graph.rowSums();
  checkLengths(strength, labels);
  const total = strength.reduce((sum, value) => sum + value, 0);
  const inside = new Map<number, number>();
  const strengths = new Map<number, number>();
  for (let i = 0; i < strength.length; i++) {
    strengths.set(labels[i]!, (strengths.get(labels[i]!) ?? 0) + strength[i]!);
  }
  graph.forEachNonZero((i, j, weight) => {
    if (labels[i] === labels[j]) inside.set(labels[i]!, (inside.get(labels[i]!) ?? 0) + weight);
  });
  let sum = 0;
  for (const [community, k] of strengths) {
    sum += (inside.get(community) ?? 0) / total - resolution * (k / total) ** 2;
  }
  return sum;
}
