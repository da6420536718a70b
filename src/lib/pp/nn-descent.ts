import { random, type Random } from "../stats/random.js";
import { checkPoints, insertNeighbour, type Knn, squaredDistance } from "./exact-knn.js";
import { leavesOfRandomTree } from "./random-projection-tree.js";
import { fillRows, type SearchSpace, startSpace } from "./search-space.js";

/** Trees whose leaves give the first neighbours. */
const TREES = 8;
/** Most points of a leaf, or k where that is more. */
const LEAF = 60;
const MOST_ITERATIONS = 12;
/** The search ends when an iteration improves fewer than this share of all neighbours. */
const LEAST_IMPROVED = 0.005;

/**
 * Nearly the k nearest points of every point, the point itself included, by NN-descent (Dong, Moses and Li 2011): neighbours of
 * neighbours are compared until few lists improve, beginning with the leaves of random projection trees (Dasgupta and Freund
 * 2008). Points are compared in float32; the distances of those found are exact, some neighbours may be missed.
 *
 * @param points - n × dimensions, row-major.
 * @param seed - which neighbours are missed depends on it.
 * @throws RangeError where k is below 2 or above n, or a coordinate is NaN or infinite.
 * @example
 * const { indices } = pp.approximateKnn(pp.pca(adata).obsm.X_pca.data, 50, 15);
 */
export function approximateKnn(points: Float32Array | Float64Array, dimensions: number, k: number, seed = 0): Knn {
  const n = checkPoints(points, dimensions, k);
  const stream = random(seed, "nn-descent");
  const space = startSpace(n, dimensions, Math.max(20, Math.min(60, Math.round(1.6 * k))));
  const leafSize = Math.max(LEAF, k);
  // Points of a leaf lie side by side in memory from here on: near points are compared more often than others.
  fillRows(space, points, dimensions);
  leavesOfRandomTree(space, leafSize, stream);
  const order = space.points.slice();
  fillRows(space, points, dimensions, order);
  const lists = startLists(n, k);
  for (let tree = 0; tree < TREES; tree++) {
    const starts = leavesOfRandomTree(space, leafSize, stream);
    for (let leaf = 0; leaf + 1 < starts.length; leaf++) joinLeaf(space, lists, starts[leaf]!, starts[leaf + 1]!);
  }
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    sampleCandidates(lists, space, stream);
    if (localJoins(space, lists) <= LEAST_IMPROVED * n * k) break;
  }
  return inOrder(points, dimensions, lists, order);
}

/** The neighbours found so far: n × k, sorted by distance, then by number; the point itself at first place. */
interface NeighbourLists {
  n: number;
  k: number;
  indices: Int32Array;
  squares: Float32Array;
  /** The last of each list's squares: what a nearer neighbour must be below. Apart, for it is read most often. */
  limits: Float32Array;
  /** 1 where the neighbour has not been compared with the others yet; kept by place in `indices`. */
  isNew: Uint8Array;
}

function startLists(n: number, k: number): NeighbourLists {
  const lists = {
    n,
    k,
    indices: new Int32Array(n * k).fill(n),
    squares: new Float32Array(n * k).fill(Infinity),
    limits: new Float32Array(n).fill(Infinity),
    isNew: new Uint8Array(n * k),
  };
  for (let i = 0; i < n; i++) {
    lists.indices[i * k] = i;
    lists.squares[i * k] = -1;
  }
  return lists;
}

/** Puts a neighbour that is nearer than the last in its place in a point's list; returns 0 where it is there already. */
function improve(lists: NeighbourLists, point: number, neighbour: number, square: number): number {
  const { k, indices, squares, limits, isNew } = lists;
  const first = point * k;
  let at = first + k - 1;
  while (squares[at - 1]! > square) at--;
  for (let same = at - 1; squares[same] === square; same--) if (indices[same] === neighbour) return 0;
  for (let to = first + k - 1; to > at; to--) {
    squares[to] = squares[to - 1]!;
    indices[to] = indices[to - 1]!;
    isNew[to] = isNew[to - 1]!;
  }
  squares[at] = square;
  indices[at] = neighbour;
  isNew[at] = 1;
  limits[point] = squares[first + k - 1]!;
  return 1;
}

/** Compares the points of a leaf with one another. */
function joinLeaf(space: SearchSpace, lists: NeighbourLists, start: number, end: number): void {
  for (let at = start; at + 1 < end; at++) compare(space, lists, space.points[at]!, space.points, at + 1, end);
}

/** Compares a point with some in a list; returns how many neighbours improved. */
function compare(
  { kernels, out, rows }: SearchSpace,
  lists: NeighbourLists,
  i: number,
  list: Int32Array,
  start: number,
  end: number,
): number {
  const { limits } = lists;
  kernels.squares(4 * kernels.width * i, rows.byteOffset, list.byteOffset + 4 * start, end - start, out.byteOffset);
  let improved = 0;
  for (let at = start; at < end; at++) {
    const square = out[at - start]!;
    const j = list[at]!;
    if (i === j) continue;
    if (square < limits[i]!) improved += improve(lists, i, j, square);
    if (square < limits[j]!) improved += improve(lists, j, i, square);
  }
  return improved;
}

/** Draws the candidates; new neighbours that are drawn count as compared from then on. */
function sampleCandidates(lists: NeighbourLists, space: SearchSpace, stream: Random): void {
  const { n, k, indices, isNew } = lists;
  const { most, fresh, nFresh, known, nKnown } = space;
  nFresh.fill(0);
  nKnown.fill(0);
  for (let i = 0; i < n; i++) {
    for (let at = i * k + 1; at < (i + 1) * k; at++) {
      const j = indices[at]!;
      if (j === n) continue;
      if (isNew[at]) {
        reservoir(fresh, nFresh, most, i, j, stream);
        reservoir(fresh, nFresh, most, j, i, stream);
      } else {
        reservoir(known, nKnown, most, i, j, stream);
        reservoir(known, nKnown, most, j, i, stream);
      }
    }
  }
  for (let i = 0; i < n; i++) {
    nFresh[i] = Math.min(nFresh[i]!, most);
    nKnown[i] = Math.min(nKnown[i]!, most);
    for (let at = i * k + 1; at < (i + 1) * k; at++) {
      if (!isNew[at]) continue;
      for (let c = i * most; c < i * most + nFresh[i]!; c++) if (fresh[c] === indices[at]) isNew[at] = 0;
    }
  }
}

/** Keeps each of the entries seen so far with equal probability. */
function reservoir(
  entries: Int32Array,
  seen: Int32Array,
  most: number,
  point: number,
  entry: number,
  stream: Random,
): void {
  const count = seen[point]!++;
  if (count < most) entries[point * most + count] = entry;
  else {
    const place = stream.integer(count + 1);
    if (place < most) entries[point * most + place] = entry;
  }
}

/** Compares the new candidates of every point with one another and with the others; returns how many neighbours improved. */
function localJoins(space: SearchSpace, lists: NeighbourLists): number {
  const { n, most, fresh, nFresh, known, nKnown } = space;
  let improved = 0;
  for (let point = 0; point < n; point++) {
    const from = point * most;
    const end = from + nFresh[point]!;
    for (let at = from; at < end; at++) {
      improved += compare(space, lists, fresh[at]!, fresh, at + 1, end);
      improved += compare(space, lists, fresh[at]!, known, from, from + nKnown[point]!);
    }
  }
  return improved;
}

/** The lists in the points' own order, with distances from the coordinates as given. */
function inOrder(
  points: Float32Array | Float64Array,
  dimensions: number,
  lists: NeighbourLists,
  order: Int32Array,
): Knn {
  const { n, k } = lists;
  const indices = new Int32Array(n * k).fill(n);
  const distances = new Float64Array(n * k).fill(Infinity);
  for (let place = 0; place < n; place++) {
    const i = order[place]!;
    insertNeighbour(indices, distances, k, i, i, -1);
    for (let at = place * k + 1; at < (place + 1) * k; at++) {
      const j = order[lists.indices[at]!]!;
      insertNeighbour(indices, distances, k, i, j, squaredDistance(points, dimensions, i, j));
    }
  }
  for (let at = 0; at < distances.length; at++) distances[at] = Math.sqrt(Math.max(0, distances[at]!));
  return { k, indices, distances };
}
