import { distanceKernels, paddedWidth } from "../stats/simd-distances.js";

/** The nearest neighbours of every point: points × k, row-major, nearest first, the point itself at first place. */
export interface Knn {
  k: number;
  indices: Int32Array;
  distances: Float64Array;
}

/** Points of a stretch that is compared with all before it: their rows stay in the cache. */
const STRETCH = 512;
const EPSILON_F32 = 2 ** -23;

/**
 * The k nearest points of every point, the point itself included, by comparing all pairs: n² / 2 × dimensions steps. Of points
 * equally far the one of lower number is nearer.
 *
 * Squared distances in float32 tell which pairs are too far apart, rounding allowed for; those of the others are computed again in
 * float64.
 *
 * @param points - n × dimensions, row-major.
 * @throws RangeError where k is below 2 or above n, or a coordinate is NaN or infinite.
 * @example
 * const { indices, distances } = pp.exactKnn(Float64Array.of(0, 1, 3, 7), 1, 2);
 */
export function exactKnn(points: Float32Array | Float64Array, dimensions: number, k: number): Knn {
  const n = checkPoints(points, dimensions, k);
  const squares = new Float64Array(n * k).fill(Infinity);
  const indices = new Int32Array(n * k).fill(n);
  // The point itself comes first, even where others lie on the same spot: its square is -1 here.
  for (let i = 0; i < n; i++) insertNeighbour(indices, squares, k, i, i, -1);
  const width = paddedWidth(dimensions);
  const kernels = distanceKernels(width, 4 * (n * width + n + STRETCH));
  const list = new Int32Array(kernels.buffer, 4 * n * width, n);
  const out = new Float32Array(kernels.buffer, 4 * (n * width + n), STRETCH);
  for (let i = 0; i < n; i++) list[i] = i;
  const scale = scaledRows(points, dimensions, new Float32Array(kernels.buffer, 0, n * width), width);
  // A coordinate is off by half a unit in its last place at most, and no norm is above 1: so a distance by no more than this ...
  const shift = 2 * EPSILON_F32;
  // ... and the sum of the squares, relatively, by this.
  const factor = 1 + (width + 4) * EPSILON_F32;
  const limits = new Float64Array(n).fill(Infinity);
  for (let left = 0; left < n; left += STRETCH) {
    const end = Math.min(n, left + STRETCH);
    for (let i = 0; i < end; i++) {
      const from = Math.max(left, i + 1);
      kernels.squares(4 * width * i, 0, list.byteOffset + 4 * from, end - from, out.byteOffset);
      for (let j = from; j < end; j++) {
        if (out[j - from]! > limits[i]! && out[j - from]! > limits[j]!) continue;
        const square = squaredDistance(points, dimensions, i, j);
        if (insertNeighbour(indices, squares, k, i, j, square)) {
          limits[i] = (scale * Math.sqrt(squares[i * k + k - 1]!) + shift) ** 2 * factor;
        }
        if (insertNeighbour(indices, squares, k, j, i, square)) {
          limits[j] = (scale * Math.sqrt(squares[j * k + k - 1]!) + shift) ** 2 * factor;
        }
      }
    }
  }
  const distances = new Float64Array(n * k);
  for (let at = 0; at < distances.length; at++) distances[at] = Math.sqrt(Math.max(0, squares[at]!));
  return { k, indices, distances };
}

/**
 * Checks what a search of neighbours starts from.
 *
 * @returns the number of points.
 * @throws RangeError where k is below 2 or above the number of points, or a coordinate is NaN or infinite.
 */
export function checkPoints(points: Float32Array | Float64Array, dimensions: number, k: number): number {
  const n = points.length / dimensions;
  if (!Number.isInteger(k) || k < 2 || k > n) {
    throw new RangeError(`nNeighbors must be from 2 to the number of cells, ${n}, not ${k}`);
  }
  for (let at = 0; at < points.length; at++) {
    if (Number.isFinite(points[at])) continue;
    throw new RangeError(`point ${Math.floor(at / dimensions)} has a coordinate that is ${points[at]}`);
  }
  return n;
}

/** The squared distance of two points. */
export function squaredDistance(points: Float32Array | Float64Array, dimensions: number, i: number, j: number): number {
  let square = 0;
  const end = (i + 1) * dimensions;
  for (let a = i * dimensions, b = j * dimensions; a < end; a++, b++) {
    const difference = points[a]! - points[b]!;
    square += difference * difference;
  }
  return square;
}

/**
 * Puts a neighbour in its place in a point's list, which is sorted by distance and then by number.
 *
 * @returns false, with nothing changed, where it is in the list already or the list is full of nearer ones.
 */
export function insertNeighbour(
  indices: Int32Array,
  squares: Float64Array,
  k: number,
  point: number,
  neighbour: number,
  square: number,
): boolean {
  const first = point * k;
  let at = first + k;
  while (at > first && (squares[at - 1]! > square || (squares[at - 1]! === square && indices[at - 1]! > neighbour))) {
    at--;
  }
  if (at === first + k || (at > first && indices[at - 1] === neighbour && squares[at - 1] === square)) return false;
  for (let to = first + k - 1; to > at; to--) {
    squares[to] = squares[to - 1]!;
    indices[to] = indices[to - 1]!;
  }
  squares[at] = square;
  indices[at] = neighbour;
  return true;
}

/** Writes the points less their mean, scaled so that the largest norm is 1: nothing is rounded off more than need be. Returns the factor. */
function scaledRows(
  points: Float32Array | Float64Array,
  dimensions: number,
  rows: Float32Array,
  width: number,
): number {
  const n = points.length / dimensions;
  const mean = new Float64Array(dimensions);
  for (let i = 0, at = 0; i < n; i++) for (let d = 0; d < dimensions; d++) mean[d]! += points[at++]! / n;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let d = 0; d < dimensions; d++) square += (points[i * dimensions + d]! - mean[d]!) ** 2;
    largest = Math.max(largest, square);
  }
  const scale = largest > 0 ? 1 / Math.sqrt(largest) : 1;
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < dimensions; d++) rows[i * width + d] = scale * (points[i * dimensions + d]! - mean[d]!);
  }
  return scale;
}
