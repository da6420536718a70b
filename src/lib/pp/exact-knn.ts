/** The nearest neighbours of every point: points × k, row-major, nearest first, the point itself at first place. */
export interface Knn {
  k: number;
  indices: Int32Array;
  distances: Float64Array;
}

/** Rows and columns of a tile of distances: its points stay in the cache. */
const TILE = 64;

/**
 * The k nearest points of every point, the point itself included, by comparing all pairs: n² / 2 × dimensions steps. Of points
 * equally far the one of lower number is nearer.
 *
 * Inner products of tiles of points, with `|x|² + |y|² - 2 x·y`, tell which pairs are too far apart; the distances of the others
 * are sums of squared differences, so that nothing is lost to cancellation.
 *
 * @param points - n × dimensions, row-major.
 * @throws RangeError where k is below 2 or above n, or a coordinate is NaN or infinite.
 */
export function exactKnn(points: Float32Array | Float64Array, dimensions: number, k: number): Knn {
  const n = checkPoints(points, dimensions, k);
  const x = centred(points, dimensions);
  const norms = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let at = i * dimensions; at < (i + 1) * dimensions; at++) sum += x[at]! * x[at]!;
    norms[i] = sum;
  }
  // The point itself comes first, even where others lie on the same spot: its square is -1 here.
  const squares = new Float64Array(n * k).fill(Infinity);
  const indices = new Int32Array(n * k).fill(n);
  for (let i = 0; i < n; i++) insertNeighbour(indices, squares, k, i, i, -1);
  const tile = new Float64Array(TILE * TILE);
  // Rounding of norms and inner products in float64 stays well below this share of the norms.
  const slack = 4 * (dimensions + 4) * Number.EPSILON;
  for (let top = 0; top < n; top += TILE) {
    const rows = Math.min(TILE, n - top);
    for (let left = top; left < n; left += TILE) {
      const columns = Math.min(TILE, n - left);
      innerProducts(x, dimensions, top, rows, left, columns, tile);
      for (let r = 0; r < rows; r++) {
        const i = top + r;
        for (let c = left === top ? r + 1 : 0; c < columns; c++) {
          const j = left + c;
          const both = norms[i]! + norms[j]!;
          const least = both - 2 * tile[r * TILE + c]! - slack * both;
          if (least > squares[i * k + k - 1]! && least > squares[j * k + k - 1]!) continue;
          const square = squaredDistance(points, dimensions, i, j);
          insertNeighbour(indices, squares, k, i, j, square);
          insertNeighbour(indices, squares, k, j, i, square);
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

/** The points less their mean, so that norms are no larger than they must be. */
function centred(points: Float32Array | Float64Array, dimensions: number): Float64Array {
  const n = points.length / dimensions;
  const mean = new Float64Array(dimensions);
  for (let i = 0, at = 0; i < n; i++) for (let d = 0; d < dimensions; d++) mean[d]! += points[at++]! / n;
  const x = new Float64Array(points.length);
  for (let i = 0, at = 0; i < n; i++) for (let d = 0; d < dimensions; d++, at++) x[at] = points[at]! - mean[d]!;
  return x;
}

/** Inner products of two stretches of points, four rows and two columns at a time, into `tile[row * TILE + column]`. */
function innerProducts(
  x: Float64Array,
  dimensions: number,
  top: number,
  rows: number,
  left: number,
  columns: number,
  tile: Float64Array,
): void {
  for (let r = 0; r < rows; r += 4) {
    // Beyond the last row the last is computed again: cheaper than a loop of its own.
    const a = (top + r) * dimensions;
    const b = (top + Math.min(r + 1, rows - 1)) * dimensions;
    const c = (top + Math.min(r + 2, rows - 1)) * dimensions;
    const d = (top + Math.min(r + 3, rows - 1)) * dimensions;
    for (let s = 0; s < columns; s += 2) {
      const e = (left + s) * dimensions;
      const f = (left + Math.min(s + 1, columns - 1)) * dimensions;
      let ae = 0;
      let af = 0;
      let be = 0;
      let bf = 0;
      let ce = 0;
      let cf = 0;
      let de = 0;
      let df = 0;
      for (let t = 0; t < dimensions; t++) {
        const xe = x[e + t]!;
        const xf = x[f + t]!;
        const xa = x[a + t]!;
        const xb = x[b + t]!;
        const xc = x[c + t]!;
        const xd = x[d + t]!;
        ae += xa * xe;
        af += xa * xf;
        be += xb * xe;
        bf += xb * xf;
        ce += xc * xe;
        cf += xc * xf;
        de += xd * xe;
        df += xd * xf;
      }
      const at = r * TILE + s;
      tile[at] = ae;
      tile[at + 1] = af;
      tile[at + TILE] = be;
      tile[at + TILE + 1] = bf;
      tile[at + 2 * TILE] = ce;
      tile[at + 2 * TILE + 1] = cf;
      tile[at + 3 * TILE] = de;
      tile[at + 3 * TILE + 1] = df;
    }
  }
}
