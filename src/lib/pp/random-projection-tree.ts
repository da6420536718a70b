import type { Random } from "../stats/random.js";
import type { SearchSpace } from "./search-space.js";

/**
 * Groups near points by a random projection tree: every group of more than `leafSize` is cut by the plane half way between two of its
 * points, drawn at random (Dasgupta and Freund 2008).
 *
 * @param space - its `points` are put in order, leaf after leaf.
 * @returns where each leaf begins in `points`, and the end.
 */
export function leavesOfRandomTree(space: SearchSpace, leafSize: number, stream: Random): number[] {
  const { n, points } = space;
  for (let i = 0; i < n; i++) points[i] = i;
  const starts = [0];
  const others = new Int32Array(n);
  const ends = [n];
  for (let from = 0; ends.length > 0;) {
    const end = ends[ends.length - 1]!;
    if (end - from <= leafSize) {
      ends.pop();
      starts.push(end);
      from = end;
    } else ends.push(cut(space, from, end, others, stream));
  }
  return starts;
}

/** Puts the points of one side of a random plane before those of the other; returns where the others begin. */
function cut(space: SearchSpace, from: number, end: number, others: Int32Array, stream: Random): number {
  const { kernels, rows, points, vector, out } = space;
  const { width } = kernels;
  const count = end - from;
  const first = stream.integer(count);
  const second = (first + 1 + stream.integer(count - 1)) % count;
  const a = points[from + first]! * width;
  const b = points[from + second]! * width;
  let middle = 0;
  for (let d = 0; d < width; d++) {
    vector[d] = rows[a + d]! - rows[b + d]!;
    middle += (vector[d]! * (rows[a + d]! + rows[b + d]!)) / 2;
  }
  kernels.products(vector.byteOffset, rows.byteOffset, points.byteOffset + 4 * from, count, out.byteOffset);
  let low = from;
  let high = 0;
  for (let at = from; at < end; at++) {
    if (out[at - from]! > middle) points[low++] = points[at]!;
    else others[high++] = points[at]!;
  }
  points.set(others.subarray(0, high), low);
  // A cut that leaves nearly all on one side brings nothing: half go either way, as where all points coincide.
  return low - from < count / 50 || high < count / 50 ? from + (count >> 1) : low;
}
