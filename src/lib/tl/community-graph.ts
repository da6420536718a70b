import type { CsrMatrix } from "../anndata/csr.js";

/** A weighted graph whose nodes may stand for many; strength counts a self-loop twice. */
export interface CommunityGraph {
  n: number;
  indptr: Int32Array;
  neighbour: Int32Array;
  weight: Float64Array;
  strength: Float64Array;
  /** Sum of all strengths, twice the weight of all edges. */
  total: number;
}

/** The graph of a symmetric matrix of weights. */
export function fromMatrix(matrix: CsrMatrix): CommunityGraph {
  const strength = matrix.rowSums();
  return {
    n: matrix.shape[0],
    indptr: matrix.indptr,
    neighbour: matrix.indices,
    weight: Float64Array.from(matrix.data),
    strength,
    total: strength.reduce((sum, value) => sum + value, 0),
  };
}

/**
 * The graph whose nodes are communities; the weight inside one becomes a self-loop.
 *
 * @param label - the community of each node, 0..count - 1.
 */
export function aggregate(graph: CommunityGraph, label: Int32Array, count: number): CommunityGraph {
  const { n, indptr: from, neighbour: other, weight: value } = graph;
  const start = new Int32Array(count + 1);
  for (let node = 0; node < n; node++) start[label[node]! + 1]!++;
  for (let community = 0; community < count; community++) start[community + 1]! += start[community]!;
  const members = new Int32Array(n);
  const next = start.slice();
  const strength = new Float64Array(count);
  for (let node = 0; node < n; node++) {
    members[next[label[node]!]!++] = node;
    strength[label[node]!]! += graph.strength[node]!;
  }
  const indptr = new Int32Array(count + 1);
  const neighbour = new Int32Array(other.length);
  const weight = new Float64Array(other.length);
  // The place of a community in the row under way; a place before the row's begin is of an earlier row.
  const place = new Int32Array(count).fill(-1);
  let end = 0;
  for (let community = 0; community < count; community++) {
    const begin = end;
    for (let member = start[community]!; member < start[community + 1]!; member++) {
      const node = members[member]!;
      for (let at = from[node]!; at < from[node + 1]!; at++) {
        const to = label[other[at]!]!;
        if (place[to]! < begin) {
          place[to] = end;
          neighbour[end] = to;
          weight[end++] = value[at]!;
        } else weight[place[to]!]! += value[at]!;
      }
    }
    indptr[community + 1] = end;
  }
  return {
    n: count,
    indptr,
    neighbour: neighbour.slice(0, end),
    weight: weight.slice(0, end),
    strength,
    total: graph.total,
  };
}

/** The same partition with labels 0, 1, … in order of appearance; labels are below the number of nodes. */
export function consecutive(labels: Int32Array): { count: number; index: Int32Array } {
  const seen = new Int32Array(labels.length).fill(-1);
  const index = new Int32Array(labels.length);
  let count = 0;
  for (let node = 0; node < labels.length; node++) {
    const label = labels[node]!;
    if (seen[label] === -1) seen[label] = count++;
    index[node] = seen[label]!;
  }
  return { count, index };
}

/** The same partition with labels 0, 1, … by falling size. */
export function bySize(labels: Int32Array): Int32Array {
  const { count, index } = consecutive(labels);
  const sizes = new Int32Array(count);
  for (const label of index) sizes[label]!++;
  const rank = new Int32Array(count);
  Int32Array.from(sizes.keys())
    .sort((a, b) => sizes[b]! - sizes[a]! || a - b)
    .forEach((label, place) => (rank[label] = place));
  return index.map((label) => rank[label]!);
}
