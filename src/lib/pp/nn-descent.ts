import { random, type Random } from "../stats/random.js";
import { checkPoints, insertNeighbour, type Knn, squaredDistance } from "./exact-knn.js";
import { randomProjectionLeaves } from "./random-projection-tree.js";

/** Trees whose leaves give the first neighbours. */
const TREES = 8;
/** Most points of a leaf, at least this many. */
const LEAF = 30;
const MOST_ITERATIONS = 12;
/** The search ends when an iteration improves fewer than this share of all neighbours. */
const LEAST_IMPROVED = 0.001;

/**
 * Nearly the k nearest points of every point, the point itself included, by NN-descent (Dong, Moses and Li 2011): neighbours of
 * neighbours are compared until few lists improve, beginning with the leaves of random projection trees (Dasgupta and Freund
 * 2008). Distances are exact, some neighbours may be missed.
 *
 * @param points - n × dimensions, row-major.
 * @param seed - the result depends on it a little.
 * @throws RangeError where k is below 2 or above n, or a coordinate is NaN or infinite.
 */
export function approximateKnn(points: Float32Array | Float64Array, dimensions: number, k: number, seed = 0): Knn {
  const n = checkPoints(points, dimensions, k);
  const stream = random(seed, "nn-descent");
  const leafSize = Math.max(LEAF, k);
  // Points of a leaf lie side by side in memory from here on.
  const order = randomProjectionLeaves(points, dimensions, leafSize, stream).points;
  const x = new Float32Array(points.length);
  for (let i = 0; i < n; i++) {
    x.set(points.subarray(order[i]! * dimensions, (order[i]! + 1) * dimensions), i * dimensions);
  }
  const lists = startLists(n, k);
  for (let tree = 0; tree < TREES; tree++) {
    const leaves = randomProjectionLeaves(x, dimensions, leafSize, stream);
    for (let leaf = 0; leaf + 1 < leaves.starts.length; leaf++) {
      joinLeaf(x, dimensions, lists, leaves.points, leaves.starts[leaf]!, leaves.starts[leaf + 1]!);
    }
  }
  const candidates = startCandidates(n, Math.max(10, Math.min(60, k)));
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    sampleCandidates(lists, candidates, stream);
    if (localJoins(x, dimensions, lists, candidates) <= LEAST_IMPROVED * n * k) break;
  }
  return inOrder(points, dimensions, lists, order);
}

/** The neighbours found so far: n × k, sorted by distance, then by number; the point itself at first place. */
interface NeighbourLists {
  n: number;
  k: number;
  indices: Int32Array;
  squares: Float64Array;
  /** 1 where the neighbour has not been compared with the others yet; kept by place in `indices`. */
  isNew: Uint8Array;
}

function startLists(n: number, k: number): NeighbourLists {
  const lists = {
    n,
    k,
    indices: new Int32Array(n * k).fill(n),
    squares: new Float64Array(n * k).fill(Infinity),
    isNew: new Uint8Array(n * k),
  };
  for (let i = 0; i < n; i++) {
    lists.indices[i * k] = i;
    lists.squares[i * k] = -1;
  }
  return lists;
}

/** Puts a neighbour in its place in a point's list; returns 0 where it is there already or too far. */
function improve({ k, indices, squares, isNew }: NeighbourLists, point: number, neighbour: number, square: number) {
  const first = point * k;
  let at = first + k;
  while (squares[at - 1]! > square || (squares[at - 1]! === square && indices[at - 1]! > neighbour)) at--;
  if (at === first + k || (indices[at - 1] === neighbour && squares[at - 1] === square)) return 0;
  for (let to = first + k - 1; to > at; to--) {
    squares[to] = squares[to - 1]!;
    indices[to] = indices[to - 1]!;
    isNew[to] = isNew[to - 1]!;
  }
  squares[at] = square;
  indices[at] = neighbour;
  isNew[at] = 1;
  return 1;
}

function joinLeaf(
  x: Float32Array,
  dimensions: number,
  lists: NeighbourLists,
  points: Int32Array,
  start: number,
  end: number,
): void {
  const { k, squares } = lists;
  for (let a = start; a < end; a++) {
    const i = points[a]!;
    for (let b = a + 1; b < end; b++) {
      const j = points[b]!;
      const limit = Math.max(squares[i * k + k - 1]!, squares[j * k + k - 1]!);
      const square = squareBelow(x, dimensions, i, j, limit);
      if (square > limit) continue;
      improve(lists, i, j, square);
      improve(lists, j, i, square);
    }
  }
}

/** The squared distance of two points, or some number above `limit` where it is above. */
function squareBelow(x: Float32Array, dimensions: number, i: number, j: number, limit: number): number {
  let a = i * dimensions;
  let b = j * dimensions;
  const end = a + dimensions;
  let square = 0;
  for (; a + 8 <= end; a += 8, b += 8) {
    const d0 = x[a]! - x[b]!;
    const d1 = x[a + 1]! - x[b + 1]!;
    const d2 = x[a + 2]! - x[b + 2]!;
    const d3 = x[a + 3]! - x[b + 3]!;
    const d4 = x[a + 4]! - x[b + 4]!;
    const d5 = x[a + 5]! - x[b + 5]!;
    const d6 = x[a + 6]! - x[b + 6]!;
    const d7 = x[a + 7]! - x[b + 7]!;
    square += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3) + (d4 * d4 + d5 * d5 + (d6 * d6 + d7 * d7));
    if (square > limit) return square;
  }
  for (; a < end; a++, b++) {
    const difference = x[a]! - x[b]!;
    square += difference * difference;
  }
  return square;
}

/** Per point some of its neighbours and of the points it is a neighbour of, those not yet compared apart from the others. */
interface Candidates {
  most: number;
  fresh: Int32Array;
  nFresh: Int32Array;
  known: Int32Array;
  nKnown: Int32Array;
}

function startCandidates(n: number, most: number): Candidates {
  return {
    most,
    fresh: new Int32Array(n * most),
    nFresh: new Int32Array(n),
    known: new Int32Array(n * most),
    nKnown: new Int32Array(n),
  };
}

/** Draws the candidates; new neighbours that are drawn count as compared from then on. */
function sampleCandidates(lists: NeighbourLists, candidates: Candidates, stream: Random): void {
  const { n, k, indices, isNew } = lists;
  const { most, fresh, nFresh, known, nKnown } = candidates;
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

/** Compares the new candidates of every point with one another and with the others; returns the number of improved entries. */
function localJoins(x: Float32Array, dimensions: number, lists: NeighbourLists, candidates: Candidates): number {
  const { n, k, squares } = lists;
  const { most, fresh, nFresh, known, nKnown } = candidates;
  let improved = 0;
  for (let point = 0; point < n; point++) {
    const from = point * most;
    const end = from + nFresh[point]!;
    const knownEnd = from + nKnown[point]!;
    for (let a = from; a < end; a++) {
      const i = fresh[a]!;
      const farthest = i * k + k - 1;
      for (let b = a + 1; b < end; b++) {
        const j = fresh[b]!;
        if (i === j) continue;
        const limit = Math.max(squares[farthest]!, squares[j * k + k - 1]!);
        const square = squareBelow(x, dimensions, i, j, limit);
        if (square > limit) continue;
        improved += improve(lists, i, j, square) + improve(lists, j, i, square);
      }
      for (let b = from; b < knownEnd; b++) {
        const j = known[b]!;
        if (i === j) continue;
        const limit = Math.max(squares[farthest]!, squares[j * k + k - 1]!);
        const square = squareBelow(x, dimensions, i, j, limit);
        if (square > limit) continue;
        improved += improve(lists, i, j, square) + improve(lists, j, i, square);
      }
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
