import type { AnnData } from "../anndata/anndata.js";
import { categorical } from "../anndata/column.js";
import type { CsrMatrix } from "../anndata/csr.js";
import { resolveOptions } from "../options.js";
import { random, type Random } from "../stats/random.js";
import { aggregate, bySize, type CommunityGraph, consecutive, fromMatrix } from "./community-graph.js";
import { moveNodes, refine } from "./leiden-moves.js";

/** Options of {@link leiden}. */
export interface LeidenOptions {
  /** More than 1: more and smaller clusters. Default: 1. */
  resolution?: number;
  /** Most iterations, each from single cells to the whole; -1: until nothing moves. Default: -1. */
  nIterations?: number;
  /** Default: 0. */
  seed?: number;
  /** Column of `obs` to write. Default: "leiden". */
  keyAdded?: string;
}

/**
 * Clusters the cells by the Leiden algorithm (Traag, Waltman and van Eck 2019), maximising modularity on `obsp.connectivities`.
 *
 * Writes a categorical column of `obs` (clusters "0", "1", … by falling size) and `uns.leiden`.
 *
 * @throws Error where `obsp` has no connectivities: run pp.neighbors first.
 * @throws RangeError where the resolution is not positive, or `nIterations` neither positive nor -1.
 * @example
 * tl.leiden(pp.neighbors(pp.pca(adata)), { resolution: 0.5 });
 */
export function leiden(adata: AnnData, options: LeidenOptions = {}): AnnData {
  const { resolution, nIterations, seed, keyAdded } = resolveOptions<Required<LeidenOptions>>("tl.leiden", options, {
    resolution: 1,
    nIterations: -1,
    seed: 0,
    keyAdded: "leiden",
  });
  const graph = adata.obsp["connectivities"];
  if (!graph) throw new Error('obsp has no "connectivities"; run pp.neighbors first');
  if (!(resolution > 0)) throw new RangeError(`resolution must be positive, not ${resolution}`);
  if (nIterations !== -1 && !(Number.isInteger(nIterations) && nIterations > 0)) {
    throw new RangeError(`nIterations must be a positive whole number or -1 (until nothing moves), not ${nIterations}`);
  }
  const labels = leidenPartition(graph, { resolution, nIterations, seed });
  const count = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  const names = Array.from({ length: count }, (_, label) => String(label));
  adata.obs.set(keyAdded, categorical(Array.from(labels, String), names));
  adata.uns = { ...adata.uns, [keyAdded]: { params: { resolution, n_iterations: nIterations, random_state: seed } } };
  return adata;
}

/**
 * The communities of a symmetric weighted graph without self-loops.
 *
 * @returns a label for each node, 0 for the largest community.
 * @example
 * const labels = tl.leidenPartition(adata.obsp.connectivities, { resolution: 1, seed: 0 });
 */
export function leidenPartition(
  graph: CsrMatrix,
  options: { resolution: number; nIterations?: number; seed: number },
): Int32Array {
  const { resolution, nIterations = -1, seed } = options;
  const stream = random(seed, "leiden");
  const base = fromMatrix(graph);
  const labels = Int32Array.from({ length: base.n }, (_, node) => node);
  for (let iteration = 0; iteration !== nIterations; iteration++) {
    if (!leidenIteration(base, labels, resolution, stream)) break;
  }
  return bySize(labels);
}

/** Moves, refines and aggregates until the aggregate is stable; returns whether any node moved. */
function leidenIteration(base: CommunityGraph, labels: Int32Array, resolution: number, stream: Random): boolean {
  let graph = base;
  // The aggregate node of every node of the base graph.
  const nodeOf = Int32Array.from(labels.keys());
  let partition: Int32Array = labels.slice();
  let moved = false;
  for (;;) {
    if (moveNodes(graph, partition, resolution, stream)) {
      moved = true;
      for (let node = 0; node < base.n; node++) labels[node] = partition[nodeOf[node]!]!;
    }
    const { count, index } = consecutive(refine(graph, partition, resolution, stream));
    if (count === graph.n) break;
    const next = aggregate(graph, index, count);
    const nextPartition = new Int32Array(count);
    for (let node = 0; node < graph.n; node++) nextPartition[index[node]!] = partition[node]!;
    for (let node = 0; node < base.n; node++) nodeOf[node] = index[nodeOf[node]!]!;
    partition = consecutive(nextPartition).index;
    graph = next;
  }
  labels.set(consecutive(labels).index);
  return moved;
}
