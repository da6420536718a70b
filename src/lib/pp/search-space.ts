import { distanceKernels, type DistanceKernels, paddedWidth } from "../stats/simd-distances.js";

/** The memory of the kernels, and where in it things lie. */
export interface SearchSpace {
  n: number;
  kernels: DistanceKernels;
  /** n × width, row-major, at the start of the memory. */
  rows: Float32Array;
  /** The points, leaf after leaf. */
  points: Int32Array;
  /** A vector of `width` values. */
  vector: Float32Array;
  /** What a kernel computes for a list. */
  out: Float32Array;
  /** Most candidates of a point. */
  most: number;
  /** Per point some of its neighbours and of the points it is a neighbour of: those not yet compared. */
  fresh: Int32Array;
  nFresh: Int32Array;
  /** And the others. */
  known: Int32Array;
  nKnown: Int32Array;
}

/** Memory for n points, and for so many candidates of each. */
export function startSpace(n: number, dimensions: number, most: number): SearchSpace {
  const width = paddedWidth(dimensions);
  const kernels = distanceKernels(width, 4 * (n * width + n + width + Math.max(n, most) + 2 * n * most));
  let at = 0;
  const place = (length: number) => (at += length) - length;
  const floats = (length: number) => new Float32Array(kernels.buffer, 4 * place(length), length);
  const integers = (length: number) => new Int32Array(kernels.buffer, 4 * place(length), length);
  return {
    n,
    kernels,
    rows: floats(n * width),
    points: integers(n),
    vector: floats(width),
    out: floats(Math.max(n, most)),
    most,
    fresh: integers(n * most),
    nFresh: new Int32Array(n),
    known: integers(n * most),
    nKnown: new Int32Array(n),
  };
}

/** Copies the points into the memory, in another order where one is given. */
export function fillRows(
  space: SearchSpace,
  points: Float32Array | Float64Array,
  dimensions: number,
  order?: Int32Array,
): void {
  const { n, rows, kernels } = space;
  for (let place = 0; place < n; place++) {
    const from = (order ? order[place]! : place) * dimensions;
    rows.set(points.subarray(from, from + dimensions), place * kernels.width);
  }
}
