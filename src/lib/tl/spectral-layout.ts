import type { CsrMatrix } from "../anndata/csr.js";
import { largestEigenvectors } from "../stats/lanczos.js";
import type { Random } from "../stats/random.js";
import { connectedComponents } from "./graph-components.js";

/** Enough for a start: the layout is optimised afterwards. */
const TOLERANCE = 1e-4;
const RESTARTS = 30;

/**
 * Coordinates from the first eigenvectors, the constant one left out, of a graph's normalised Laplacian `1 - D^(-1/2) W D^(-1/2)`
 * (Belkin and Niyogi 2003). Each connected component has coordinates of its own, up to 1 in size; the larger ones
 * lie further inside. Nodes of a component too small to have as many eigenvectors lie at random.
 *
 * @returns nodes × dimensions, row-major.
 * @example
 * const layout = tl.spectralLayout(adata.obsp.connectivities, 2, stats.random(0, "example"));
 */
export function spectralLayout(graph: CsrMatrix, dimensions: number, stream: Random): Float64Array {
  const n = graph.shape[0];
  const { count, labels } = connectedComponents(graph);
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < n; i++) members[labels[i]!]!.push(i);
  members.sort((a, b) => b.length - a.length || a[0]! - b[0]!);
  const layout = new Float64Array(n * dimensions);
  members.forEach((nodes, rank) => {
    const part = count === 1 ? graph : graph.selectRows(nodes).selectColumns(nodes);
    const local = componentLayout(part, dimensions, stream);
    const [x, y] = spiral(rank);
    nodes.forEach((node, at) => {
      for (let d = 0; d < dimensions; d++) layout[node * dimensions + d] = local[at * dimensions + d]!;
      layout[node * dimensions]! += x;
      if (dimensions > 1) layout[node * dimensions + 1]! += y;
    });
  });
  return layout;
}

/** The centre of the component of a rank: a sunflower's seeds, about 2 apart. */
function spiral(rank: number): [number, number] {
  const angle = rank * Math.PI * (3 - Math.sqrt(5));
  const radius = 2 * Math.sqrt(rank);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

function componentLayout(graph: CsrMatrix, dimensions: number, stream: Random): Float64Array {
  const n = graph.shape[0];
  const { data, indices, indptr } = graph;
  const layout = new Float64Array(n * dimensions);
  if (n <= 2 * dimensions + 1) {
    for (let at = 0; at < layout.length; at++) layout[at] = stream.uniform() - 0.5;
    return layout;
  }
  const roots = graph.rowSums().map(Math.sqrt);
  const weights = new Float64Array(data.length);
  for (let i = 0; i < n; i++) {
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) weights[at] = data[at]! / (roots[i]! * roots[indices[at]!]!);
  }
  const multiply = (x: Float64Array, out: Float64Array) => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) sum += weights[at]! * x[indices[at]!]!;
      out[i] = sum;
    }
  };
  const norm = Math.sqrt(roots.reduce((sum, root) => sum + root * root, 0));
  const { vectors } = largestEigenvectors(multiply, n, dimensions, stream, {
    tolerance: TOLERANCE,
    restarts: RESTARTS,
    known: [roots.map((root) => root / norm)],
  });
  for (let d = 0; d < dimensions; d++) {
    const vector = vectors.subarray(d * n, (d + 1) * n);
    const size = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let i = 0; i < n; i++) layout[i * dimensions + d] = vector[i]! / size;
  }
  return layout;
}
