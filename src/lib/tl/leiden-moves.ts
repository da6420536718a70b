import type { Random } from "../stats/random.js";
import type { CommunityGraph } from "./community-graph.js";

/**
 * Moves single nodes to the neighbouring community of highest gain in modularity until none gains.
 *
 * @param partition - the community of each node, below the number of nodes; changed in place.
 * @returns whether any node moved.
 */
export function moveNodes(graph: CommunityGraph, partition: Int32Array, resolution: number, stream: Random): boolean {
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
  const touched = new Int32Array(n);
  const least = 1e-12 * total;
  let changed = false;
  // A ring: a node is in the queue at most once.
  for (let head = 0, waiting = n; waiting > 0; waiting--, head = head + 1 === n ? 0 : head + 1) {
    const node = queue[head]!;
    isQueued[node] = 0;
    const own = partition[node]!;
    const end = indptr[node + 1]!;
    let labels = 0;
    for (let at = indptr[node]!; at < end; at++) {
      if (neighbour[at] === node) continue;
      const label = partition[neighbour[at]!]!;
      if (linked[label] === 0) touched[labels++] = label;
      linked[label]! += weight[at]!;
    }
    const share = (resolution * strength[node]!) / total;
    community[own]! -= strength[node]!;
    let best = own;
    let bestGain = linked[own]! - share * community[own]!;
    for (let t = 0; t < labels; t++) {
      const label = touched[t]!;
      const gain = linked[label]! - share * community[label]!;
      linked[label] = 0;
      if (gain > bestGain + least) {
        best = label;
        bestGain = gain;
      }
    }
    // Alone the gain is 0: a node that loses where it is leaves.
    if (bestGain < -least && empty.length > 0) best = empty.pop()!;
    community[best]! += strength[node]!;
    if (best === own) continue;
    changed = true;
    partition[node] = best;
    size[best]!++;
    if (--size[own]! === 0) empty.push(own);
    for (let at = indptr[node]!; at < end; at++) {
      const other = neighbour[at]!;
      if (isQueued[other] || other === node || partition[other] === best) continue;
      isQueued[other] = 1;
      const tail = head + waiting;
      queue[tail < n ? tail : tail - n] = other;
      waiting++;
    }
  }
  return changed;
}

/** How eagerly refinement takes the best merge; small is greedy (the authors' value). */
const RANDOMNESS = 0.01;

/**
 * Splits every community into well-connected parts: singletons merge, within their community only, where that gains, a merge
 * drawn with probability `exp(gain / RANDOMNESS)` (Traag et al. 2019, algorithm A.2).
 *
 * @returns the part of each node, labels below the number of nodes.
 */
export function refine(graph: CommunityGraph, partition: Int32Array, resolution: number, stream: Random): Int32Array {
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
  const touched = new Int32Array(n);
  const gains = new Float64Array(n);
  const order = stream.permutation(n);
  for (let turn = 0; turn < n; turn++) {
    const node = order[turn]!;
    const own = partition[node]!;
    const share = (resolution * strength[node]!) / total;
    const from = refined[node]!;
    if (!isAlone[from] || outward[node]! < share * (whole[own]! - strength[node]!)) continue;
    let labels = 0;
    for (let at = indptr[node]!; at < indptr[node + 1]!; at++) {
      const other = neighbour[at]!;
      if (other === node || partition[other] !== own) continue;
      const label = refined[other]!;
      if (linked[label] === 0) touched[labels++] = label;
      linked[label]! += weight[at]!;
    }
    for (let t = 0; t < labels; t++) {
      const label = touched[t]!;
      const bound = (resolution * part[label]! * (whole[own]! - part[label]!)) / total;
      gains[t] = outward[label]! >= bound ? linked[label]! - share * part[label]! : -1;
    }
    const drawn = draw(gains, labels, stream);
    if (drawn >= 0) {
      const chosen = touched[drawn]!;
      refined[node] = chosen;
      part[chosen]! += strength[node]!;
      part[from] = 0;
      outward[chosen]! += outward[node]! - 2 * linked[chosen]!;
      isAlone[chosen] = 0;
      isAlone[from] = 0;
    }
    for (let t = 0; t < labels; t++) linked[touched[t]!] = 0;
  }
  return refined;
}

/** Draws among the first `count` gains, those of at least 0, with probability `exp(gain / RANDOMNESS)`; -1 where there is none. */
function draw(gains: Float64Array, count: number, stream: Random): number {
  let best = -1;
  for (let at = 0; at < count; at++) best = Math.max(best, gains[at]!);
  if (best < 0) return -1;
  let sum = 0;
  for (let at = 0; at < count; at++) {
    // Odds replace the gains; beyond 40 steps below the best they are nothing.
    const below = gains[at]! < 0 ? -Infinity : (gains[at]! - best) / RANDOMNESS;
    gains[at] = below < -40 ? 0 : Math.exp(below);
    sum += gains[at]!;
  }
  let left = stream.uniform() * sum;
  let last = -1;
  for (let at = 0; at < count; at++) {
    if (gains[at] === 0) continue;
    last = at;
    left -= gains[at]!;
    if (left < 0) return at;
  }
  return last;
}
