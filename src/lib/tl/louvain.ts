import type { AnnData } from "../anndata/anndata.js";
import { categorical } from "../anndata/column.js";
import type { CsrMatrix } from "../anndata/csr.js";
import { resolveOptions } from "../options.js";
import { random } from "../stats/random.js";
import { aggregate, bySize, consecutive, fromMatrix } from "./community-graph.js";
import { moveNodes } from "./leiden-moves.js";

/** Options of {@link louvain}. */
export interface LouvainOptions {
  /** More than 1: more and smaller clusters. Default: 1. */
  resolution?: number;
  /** Default: 0. */
  seed?: number;
  /** Column of `obs` to write. Default: "louvain". */
  keyAdded?: string;
}

/**
 * Clusters the cells by the Louvain algorithm (Blondel et al. 2008), maximising modularity on `obsp.connectivities`. Its clusters may be
 * badly connected; {@link leiden} mends that.
 *
 * Writes a categorical column of `obs` (clusters "0", "1", … by falling size) and `uns.louvain`.
 *
 * @throws Error where `obsp` has no connectivities: run pp.neighbors first.
 * @throws RangeError where the resolution is not positive.
 * @example
 * tl.louvain(pp.neighbors(pp.pca(adata)), { resolution: 0.5 });
 */
export function louvain(adata: AnnData, options: LouvainOptions = {}): AnnData {
  const { resolution, seed, keyAdded } = resolveOptions<Required<LouvainOptions>>("tl.louvain", options, {
    resolution: 1,
    seed: 0,
    keyAdded: "louvain",
  });
  const graph = adata.obsp["connectivities"];
  if (!graph) throw new Error('obsp has no "connectivities"; run pp.neighbors first');
  if (!(resolution > 0)) throw new RangeError(`resolution must be positive, not ${resolution}`);
  const labels = louvainPartition(graph, { resolution, seed });
  const count = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  const names = Array.from({ length: count }, (_, label) => String(label));
  adata.obs.set(keyAdded, categorical(Array.from(labels, String), names));
  adata.uns = { ...adata.uns, [keyAdded]: { params: { resolution, random_state: seed } } };
  return adata;
}

/**
 * The communities of a symmetric weighted graph without self-loops: nodes move until none gains, communities become nodes, and so on
 * until nothing moves.
 *
 * @returns a label for each node, 0 for the largest community.
 * @example
 * const labels = tl.louvainPartition(adata.obsp.connectivities, { resolution: 1, seed: 0 });
 */
export function louvainPartition(graph: CsrMatrix, options: { resolution: number; seed: number }): Int32Array {
  const stream = random(options.seed, "louvain");
  let level = fromMatrix(graph);
  const labels = Int32Array.from({ length: level.n }, (_, node) => node);
  for (;;) {
    const partition = Int32Array.from({ length: level.n }, (_, node) => node);
    if (!moveNodes(level, partition, options.resolution, stream)) return bySize(labels);
    const { count, index } = consecutive(partition);
    for (let node = 0; node < labels.length; node++) labels[node] = index[labels[node]!]!;
    level = aggregate(level, index, count);
  }
}
