import type { AnnData } from "../anndata/anndata.js";
import { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import { groupCodes } from "./group-codes.js";

/** Options of {@link paga}. */
export interface PagaOptions {
  /** Column of `obs` with the groups. Default: "leiden". */
  groups?: string;
}

/** How groups of cells are connected; matrices are groups × groups. */
export interface GroupConnectivities {
  /** Edges between two groups over those that chance would give, at most 1; symmetric. */
  connectivities: DenseMatrix;
  /** The spanning tree of strongest connectivities, above the diagonal. */
  tree: DenseMatrix;
  /** Number of cells of each group. */
  sizes: Int32Array;
}

/**
 * Partition-based graph abstraction (Wolf et al. 2019), model 1.2 as scanpy's: with e the edges of the graph of neighbours that leave
 * a group's cells and n their number, two groups' connectivity is the number of edges between them, both ways, over
 * `(eᵢ nⱼ + eⱼ nᵢ) / (N - 1)`.
 *
 * Reads `obsp.distances`. Writes `uns.paga` (`connectivities`, `connectivities_tree`, `groups`) and `uns.<groups>_sizes`.
 *
 * @throws Error where `obsp` has no distances: run pp.neighbors first.
 * @throws RangeError where `obs` has no such groups, or a cell has none.
 * @example
 * tl.paga(tl.leiden(adata), { groups: "leiden" });
 */
export function paga(adata: AnnData, options: PagaOptions = {}): AnnData {
  const { groups } = resolveOptions<Required<PagaOptions>>("tl.paga", options, { groups: "leiden" });
  const graph = adata.obsp["distances"];
  if (!graph) throw new Error('obsp has no "distances"; run pp.neighbors first');
  const { codes, categories } = groupCodes(adata, groups);
  const missing = codes.indexOf(-1);
  if (missing >= 0) throw new RangeError(`obs.${groups} has no value for cell ${adata.obsNames[missing]}`);
  const { connectivities, tree, sizes } = groupConnectivities(graph, codes, categories.length);
  adata.uns = {
    ...adata.uns,
    paga: {
      connectivities: CsrMatrix.fromDense(connectivities),
      connectivities_tree: CsrMatrix.fromDense(tree),
      groups,
    },
    [`${groups}_sizes`]: sizes,
  };
  return adata;
}

/**
 * How groups of nodes are connected; see {@link paga}.
 *
 * @param graph - directed; its edges are counted, whatever their weights.
 * @param codes - the group of each node, 0..count - 1.
 * @example
 * const { codes, categories } = categorical(adata.obs.strings("leiden"));
 * const { tree } = tl.groupConnectivities(adata.obsp.distances, codes, categories.length);
 */
export function groupConnectivities(graph: CsrMatrix, codes: ArrayLike<number>, count: number): GroupConnectivities {
  const between = new Float64Array(count * count);
  const leaving = new Float64Array(count);
  const sizes = new Int32Array(count);
  for (let i = 0; i < codes.length; i++) {
    const from = codes[i]!;
    sizes[from]!++;
    for (let at = graph.indptr[i]!; at < graph.indptr[i + 1]!; at++) {
      leaving[from]!++;
      between[from * count + codes[graph.indices[at]!]!]!++;
    }
  }
  const connectivities = DenseMatrix.zeros([count, count]);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const edges = between[i * count + j]! + between[j * count + i]!;
      if (i === j || edges === 0) continue;
      const byChance = (leaving[i]! * sizes[j]! + leaving[j]! * sizes[i]!) / (codes.length - 1);
      connectivities.data[i * count + j] = Math.min(1, edges / byChance);
    }
  }
  return { connectivities, tree: spanningTree(connectivities), sizes };
}

/** The strongest edges that connect what can be connected, above the diagonal (Kruskal's method). */
function spanningTree(weights: DenseMatrix): DenseMatrix {
  const n = weights.shape[0];
  const edges: [number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) if (weights.at(i, j) > 0) edges.push([i, j]);
  edges.sort(([a, b], [c, d]) => weights.at(c, d) - weights.at(a, b) || a - c || b - d);
  const part = Int32Array.from({ length: n }, (_, i) => i);
  const tree = DenseMatrix.zeros([n, n]);
  for (const [i, j] of edges) {
    const [to, from] = [part[i]!, part[j]!];
    if (to === from) continue;
    tree.data[i * n + j] = weights.at(i, j);
    for (let at = 0; at < n; at++) if (part[at] === from) part[at] = to;
  }
  return tree;
}
