import type { AnnData } from "../anndata/anndata.js";
import { categorical } from "../anndata/column.js";
import type { CsrMatrix } from "../anndata/csr.js";
import { resolveOptions } from "../options.js";
import { random, type Random } from "../stats/random.js";

/** Options of {@link leiden}. */
export interface LeidenOptions {
  /** More than 1: more and smaller clusters. Default: 1. */
  resolution?: number;
  /** Default: 0. */
  seed?: number;
  /** Column of `obs` to write. Default: "leiden". */
  keyAdded?: string;
}

/**
 * Clusters the cells by the Leiden algorithm (Traag, Waltman and van Eck 2019), maximising modularity on `obsp.connectivities`;
 * repeated until nothing moves.
 *
 * Writes a categorical column of `obs` (clusters "0", "1", … by falling size) and `uns.leiden`.
 *
 * @throws Error where `obsp` has no connectivities: run pp.neighbors first.
 * @throws RangeError where the resolution is not positive.
 * @example
 * pp.leiden(pp.neighbors(pp.pca(adata)), { resolution: 0.5 });
 */
export function leiden(adata: AnnData, options: LeidenOptions = {}): AnnData {
  const { resolution, seed, keyAdded } = resolveOptions<Required<LeidenOptions>>("pp.leiden", options, {
    resolution: 1,
    seed: 0,
    keyAdded: "leiden",
  });
  const graph = adata.obsp["connectivities"];
  if (!graph) throw new Error('obsp has no "connectivities"; run pp.neighbors first');
  if (!(resolution > 0)) throw new RangeError(`resolution must be positive, not ${resolution}`);
  const labels = leidenPartition(graph, { resolution, seed });
  const count = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  const names = Array.from({ length: count }, (_, label) => String(label));
  adata.obs.set(keyAdded, categorical(Array.from(labels, String), names));
  adata.uns = { ...adata.uns, [keyAdded]: { params: { resolution, seed } } };
  return adata;
}

/**
 * The communities of a symmetric weighted graph without self-loops.
 *
 * @returns a label for each node, 0 for the largest community.
 */
export function leidenPartition(graph: CsrMatrix, options: { resolution: number; seed: number }): Int32Array {
  const stream = random(options.seed, "leiden");
  const base = fromMatrix(graph);
  const labels = Int32Array.from({ length: graph.shape[0] }, (_, node) => node);
  for (;;) {
    const before = labels.slice();
    if (!leidenIteration(base, labels, options.resolution, stream)) break;
    if (before.every((label, node) => label === labels[node])) break;
  }
  return bySize(labels);
}

/** A graph with weighted nodes: strength counts a self-loop twice. */
interface Graph {
  n: number;
  indptr: Int32Array;
  neighbour: Int32Array;
  weight: Float64Array;
  strength: Float64Array;
  /** Sum of all strengths, twice the weight of all edges. */
  total: number;
}

function fromMatrix(matrix: CsrMatrix): Graph {
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

/** Moves, refines and aggregates until the aggregate is stable; returns whether any node moved. */
function leidenIteration(base: Graph, labels: Int32Array, resolution: number, stream: Random): boolean {
  let graph = base;
  // The aggregate node of every node of the base graph.
  let nodeOf: Int32Array = Int32Array.from(labels.keys());
  let partition: Int32Array = labels.slice();
  let moved = false;
  for (;;) {
    const changed = moveNodes(graph, partition, resolution, stream);
    moved ||= changed;
    for (let node = 0; node < base.n; node++) labels[node] = partition[nodeOf[node]!]!;
    const refined = refine(graph, partition, resolution, stream);
    const { count, index } = consecutive(refined);
    if (count === graph.n) return moved;
    const next = aggregate(graph, index, count);
    const nextPartition = new Int32Array(count);
    for (let node = 0; node < graph.n; node++) nextPartition[index[node]!] = partition[node]!;
    nodeOf = nodeOf.map((node) => index[node]!);
    partition = consecutive(nextPartition).index;
    graph = next;
  }
}

/** Moves single nodes to the neighbouring community of highest gain until none gains; labels are below the node count. */
function moveNodes(graph: Graph, partition: Int32Array, resolution: number, stream: Random): boolean {
  const { n, indptr, neighbour, weight, strength, total } = graph;
  const community = new Float64Array(n);
  const size = new Int32Array(n);
  for (let node = 0; node < n; node++) {
    community[partition[node]!]! += strength[node]!;
    size[partition[node]!]!++;
  }
  const empty: number[] = [];
  for (let label = n - 1; label >= 0; label--) if (size[label] === 0) empty.push(label);
  const queue = stream.permutation(n);
  const isQueued = new Uint8Array(n).fill(1);
  const linked = new Float64Array(n);
  const touched: number[] = [];
  let changed = false;
  // A ring: a node is in the queue at most once.
  for (let head = 0, waiting = n; waiting > 0; waiting--, head = (head + 1) % n) {
    const node = queue[head]!;
    isQueued[node] = 0;
    const own = partition[node]!;
    touched.length = 0;
    for (let at = indptr[node]!; at < indptr[node + 1]!; at++) {
      if (neighbour[at] === node) continue;
      const label = partition[neighbour[at]!]!;
      if (linked[label] === 0) touched.push(label);
      linked[label]! += weight[at]!;
    }
    const share = (resolution * strength[node]!) / total;
    community[own]! -= strength[node]!;
    let best = own;
    let bestGain = linked[own]! - share * community[own]!;
    for (const label of touched) {
      const gain = linked[label]! - share * community[label]!;
      if (gain > bestGain + 1e-12 * total) {
        best = label;
        bestGain = gain;
      }
    }
    // Alone the gain is 0: a node that loses where it is leaves.
    if (bestGain < -1e-12 * total && empty.length > 0) best = empty.pop()!;
    community[best]! += strength[node]!;
    for (const label of touched) linked[label] = 0;
    if (best === own) continue;
    changed = true;
    partition[node] = best;
    size[best]!++;
    if (--size[own]! === 0) empty.push(own);
    for (let at = indptr[node]!; at < indptr[node + 1]!; at++) {
      const other = neighbour[at]!;
      if (isQueued[other] || other === node || partition[other] === best) continue;
      isQueued[other] = 1;
      queue[(head + waiting) % n] = other;
      waiting++;
    }
  }
  return changed;
}

/** How eagerly refinement takes the best merge; small is greedy (the authors' value). */
const RANDOMNESS = 0.01;

/** Splits every community into well-connected parts: singletons merge, within their community only, where that gains. */
function refine(graph: Graph, partition: Int32Array, resolution: number, stream: Random): Int32Array {
  const { n, indptr, neighbour, weight, strength, total } = graph;
  const refined = Int32Array.from({ length: n }, (_, node) => node);
  const whole = new Float64Array(n);
  for (let node = 0; node < n; node++) whole[partition[node]!]! += strength[node]!;
  const part = strength.slice();
  // Weight from each part to the rest of its community.
  const outward = new Float64Array(n);
  for (let node = 0; node < n; node++) {
    for (let at = indptr[node]!; at < indptr[node + 1]!; at++) {
      const other = neighbour[at]!;
      if (other !== node && partition[other] === partition[node]) outward[node]! += weight[at]!;
    }
  }
  const isAlone = new Uint8Array(n).fill(1);
  const linked = new Float64Array(n);
  for (const node of stream.permutation(n)) {
    const own = partition[node]!;
    const rest = whole[own]! - strength[node]!;
    const share = (resolution * strength[node]!) / total;
    if (!isAlone[refined[node]!] || outward[node]! < share * rest) continue;
    const touched: number[] = [];
    for (let at = indptr[node]!; at < indptr[node + 1]!; at++) {
      const other = neighbour[at]!;
      if (other === node || partition[other] !== own) continue;
      if (linked[refined[other]!] === 0) touched.push(refined[other]!);
      linked[refined[other]!]! += weight[at]!;
    }
    const gains = touched.map((label) => {
      const bound = (resolution * part[label]! * (whole[own]! - part[label]!)) / total;
      return outward[label]! >= bound ? linked[label]! - share * part[label]! : -1;
    });
    const chosen = touched[draw(gains, stream)];
    if (chosen !== undefined) {
      const from = refined[node]!;
      refined[node] = chosen;
      part[chosen]! += strength[node]!;
      part[from] = 0;
      outward[chosen]! += outward[node]! - 2 * linked[chosen]!;
      isAlone[chosen] = 0;
      isAlone[from] = 0;
    }
    for (const label of touched) linked[label] = 0;
  }
  return refined;
}

/** Draws among gains of at least 0 with probability `exp(gain / RANDOMNESS)`; -1 where there is none. */
function draw(gains: number[], stream: Random): number {
  const best = Math.max(...gains, -1);
  if (best < 0) return -1;
  const odds = gains.map((gain) => (gain < 0 ? 0 : Math.exp((gain - best) / RANDOMNESS)));
  let left = stream.uniform() * odds.reduce((sum, value) => sum + value, 0);
  for (let at = 0; at < odds.length; at++) {
    left -= odds[at]!;
    if (left < 0) return at;
  }
  return gains.indexOf(best);
}

/** Communities become nodes; the weight inside one becomes a self-loop. */
function aggregate(graph: Graph, label: Int32Array, count: number): Graph {
  const rows = Array.from({ length: count }, () => new Map<number, number>());
  const strength = new Float64Array(count);
  for (let node = 0; node < graph.n; node++) {
    const row = rows[label[node]!]!;
    strength[label[node]!]! += graph.strength[node]!;
    for (let at = graph.indptr[node]!; at < graph.indptr[node + 1]!; at++) {
      const other = label[graph.neighbour[at]!]!;
      row.set(other, (row.get(other) ?? 0) + graph.weight[at]!);
    }
  }
  const indptr = new Int32Array(count + 1);
  rows.forEach((row, i) => (indptr[i + 1] = indptr[i]! + row.size));
  const neighbour = new Int32Array(indptr[count]!);
  const weight = new Float64Array(indptr[count]!);
  rows.forEach((row, i) => {
    let at = indptr[i]!;
    for (const [other, value] of row) {
      neighbour[at] = other;
      weight[at++] = value;
    }
  });
  return { n: count, indptr, neighbour, weight, strength, total: graph.total };
}

/** The same partition with labels 0, 1, … in order of appearance. */
function consecutive(labels: Int32Array): { count: number; index: Int32Array } {
  const seen = new Map<number, number>();
  const index = labels.map((label) => {
    if (!seen.has(label)) seen.set(label, seen.size);
    return seen.get(label)!;
  });
  return { count: seen.size, index };
}

function bySize(labels: Int32Array): Int32Array {
  const { count, index } = consecutive(labels);
  const sizes = new Int32Array(count);
  for (const label of index) sizes[label]!++;
  const rank = new Int32Array(count);
  Int32Array.from(sizes.keys())
    .sort((a, b) => sizes[b]! - sizes[a]! || a - b)
    .forEach((label, place) => (rank[label] = place));
  return index.map((label) => rank[label]!);
}
