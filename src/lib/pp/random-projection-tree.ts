import type { Random } from "../stats/random.js";

/** Points in groups: leaf i holds `points[starts[i] .. starts[i + 1]]`. */
export interface Leaves {
  points: Int32Array;
  starts: Int32Array;
}

/**
 * Groups of near points by a random projection tree: every group of more than `leafSize` is cut by the plane half way between two of
 * its points, drawn at random (Dasgupta and Freund 2008).
 *
 * @param x - n × dimensions, row-major.
 */
export function randomProjectionLeaves(
  x: Float32Array | Float64Array,
  dimensions: number,
  leafSize: number,
  stream: Random,
): Leaves {
  const n = x.length / dimensions;
  const points = Int32Array.from({ length: n }, (_, i) => i);
  const starts = [0];
  const normal = new Float64Array(dimensions);
  const other = new Int32Array(n);
  const pending = [n];
  for (let from = 0; pending.length > 0;) {
    const end = pending[pending.length - 1]!;
    if (end - from <= leafSize) {
      pending.pop();
      from = end;
      starts.push(end);
      continue;
    }
    const middle = cut(x, dimensions, points, from, end, normal, other, stream);
    pending.push(middle);
  }
  return { points, starts: Int32Array.from(starts) };
}

/** Puts the points of one side of a random plane before the others; returns where the others begin. */
function cut(
  x: Float32Array | Float64Array,
  dimensions: number,
  points: Int32Array,
  from: number,
  end: number,
  normal: Float64Array,
  other: Int32Array,
  stream: Random,
): number {
  const count = end - from;
  const first = stream.integer(count);
  const second = (first + 1 + stream.integer(count - 1)) % count;
  const a = points[from + first]! * dimensions;
  const b = points[from + second]! * dimensions;
  let offset = 0;
  for (let d = 0; d < dimensions; d++) {
    normal[d] = x[a + d]! - x[b + d]!;
    offset += (normal[d]! * (x[a + d]! + x[b + d]!)) / 2;
  }
  let low = from;
  let high = 0;
  for (let at = from; at < end; at++) {
    const point = points[at]!;
    let side = -offset;
    for (let d = 0, c = point * dimensions; d < dimensions; d++, c++) side += normal[d]! * x[c]!;
    if (side > 0) points[low++] = point;
    else other[high++] = point;
  }
  points.set(other.subarray(0, high), low);
  // A cut that leaves nearly all on one side brings nothing: half go either way, as where all points coincide.
  return low - from < count / 50 || high < count / 50 ? from + (count >> 1) : low;
}
