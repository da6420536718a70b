/** A vertex of the interpolation: where the local fit is made, its value and slope. */
interface Vertex {
  x: number;
  value: number;
  slope: number;
}

/** Share of the span's points up to which a stretch is not cut further, as in cloess. */
const CELL = 0.2;
/** The range is widened by this share at both ends, as in cloess. */
const MARGIN = 0.005;

/**
 * Locally weighted quadratic regression of y on x (Cleveland, Devlin and Grosse 1988), as cloess does it by default: the local fits are
 * made at the vertices of a k-d tree, between them the curve is the cubic with their values and slopes.
 *
 * A local fit weighs the `span` nearest share of the points by `(1 - (d / h)³)³`, h the distance of the last of them.
 *
 * @param x - in any order.
 * @param span - between 0 and 1.
 * @returns the curve at each x.
 * @throws RangeError where fewer than 4 points lie within the span, or a value is NaN or infinite.
 * @example
 * loess(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(1, 4, 9, 16, 25), 1); // Float64Array [1, 4, 9, 16, 25]
 */
export function loess(x: Float64Array, y: Float64Array, span: number): Float64Array {
  const n = x.length;
  const near = Math.floor(n * span + 1e-5);
  if (!(span > 0 && span <= 1)) throw new RangeError(`span must be above 0 and at most 1, not ${span}`);
  if (near < 4) throw new RangeError(`a span of ${span} takes in ${near} of ${n} points; loess needs 4 or more`);
  for (let i = 0; i < n; i++) {
    if (Number.isFinite(x[i]) && Number.isFinite(y[i])) continue;
    throw new RangeError(`loess needs finite values; point ${i} is (${x[i]}, ${y[i]})`);
  }
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => x[a]! - x[b]! || a - b);
  const xs = Float64Array.from(order, (i) => x[i]!);
  const ys = Float64Array.from(order, (i) => y[i]!);
  const most = Math.floor(n * span * CELL);
  const range = Math.max(xs[n - 1]! - xs[0]!, 1e-3 * Math.max(Math.abs(xs[0]!), Math.abs(xs[n - 1]!)) + 1e-30);
  const ends: [number, number] = [xs[0]! - MARGIN * range, xs[n - 1]! + MARGIN * range];
  const at = [ends[0], ...cuts(xs, 0, n - 1, ends, Math.max(1, most)), ends[1]];
  const columns: Columns = [0, 1, 2, 3].map(() => new Float64Array(near)) as Columns;
  const vertices = at.map((place) => localFit(xs, ys, columns, place));
  const fitted = new Float64Array(n);
  for (let i = 0, right = 1; i < n; i++) {
    while (right < vertices.length - 1 && xs[i]! > vertices[right]!.x) right++;
    fitted[order[i]!] = cubic(vertices[right - 1]!, vertices[right]!, xs[i]!);
  }
  return fitted;
}

/** Where the k-d tree cuts the points `low` to `high` of a stretch, rising. */
function cuts(xs: Float64Array, low: number, high: number, ends: [number, number], most: number): number[] {
  if (high - low + 1 <= most) return [];
  const middle = unequalPlace(xs, low, high);
  const cut = xs[middle]!;
  if (cut === ends[0] || cut === ends[1]) return [];
  return [...cuts(xs, low, middle, [ends[0], cut], most), cut, ...cuts(xs, middle + 1, high, [cut, ends[1]], most)];
}

/** The place nearest to the middle whose next point is another: first to the right, then to the left, one further each time. */
function unequalPlace(xs: Float64Array, low: number, high: number): number {
  const middle = (low + high) >> 1;
  for (let offset = 0; ; offset = offset > 0 ? -offset : 1 - offset) {
    const place = middle + offset;
    if (place >= high || place < low) return middle;
    if (xs[place] !== xs[place + 1]) return place;
  }
}

/** The columns of a weighted parabola, and the weighted values; overwritten by each fit. */
type Columns = [Float64Array, Float64Array, Float64Array, Float64Array];

/** Value and slope at a place of the weighted parabola through the nearest points, as many as the columns hold. */
function localFit(xs: Float64Array, ys: Float64Array, columns: Columns, place: number): Vertex {
  const [constant, linear, square, response] = columns;
  const near = constant.length;
  let first = 0;
  while (first + near < xs.length && xs[first + near]! - place < place - xs[first]!) first++;
  const width = Math.max(Math.abs(place - xs[first]!), Math.abs(place - xs[first + near - 1]!));
  // Distances over the width keep the columns of like size.
  for (let i = 0; i < near; i++) {
    const distance = (xs[first + i]! - place) / width;
    const rest = 1 - Math.abs(distance) * distance * distance;
    const root = rest > 0 ? rest * Math.sqrt(rest) : 0;
    constant[i] = root;
    linear[i] = root * distance;
    square[i] = root * distance * distance;
    response[i] = root * ys[first + i]!;
  }
  const [value, slope] = leastSquares(columns);
  return { x: place, value, slope: slope / width };
}

/**
 * The first two coefficients of the least squares solution of the last column by the three others, by Gram and Schmidt's
 * orthogonalisation, done twice for accuracy.
 */
function leastSquares(columns: Columns): [number, number] {
  const triangle = [new Float64Array(4), new Float64Array(4), new Float64Array(4)];
  columns.forEach((vector, c) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let r = 0; r < c; r++) {
        const direction = columns[r]!;
        let inner = 0;
        for (let i = 0; i < vector.length; i++) inner += direction[i]! * vector[i]!;
        for (let i = 0; i < vector.length; i++) vector[i]! -= inner * direction[i]!;
        triangle[r]![c]! += inner;
      }
    }
    if (c === 3) return;
    let norm = 0;
    for (const value of vector) norm += value * value;
    norm = Math.sqrt(norm);
    if (!(norm > 1e-7)) throw new RangeError("loess: too few distinct points lie within the span; use a larger span");
    triangle[c]![c] = norm;
    for (let i = 0; i < vector.length; i++) vector[i]! /= norm;
  });
  const [top, middle, bottom] = triangle as [Float64Array, Float64Array, Float64Array];
  const c2 = bottom[3]! / bottom[2]!;
  const c1 = (middle[3]! - middle[2]! * c2) / middle[1]!;
  return [(top[3]! - top[1]! * c1 - top[2]! * c2) / top[0]!, c1];
}

/** The cubic with the values and slopes of two vertices. */
function cubic(left: Vertex, right: Vertex, x: number): number {
  const width = right.x - left.x;
  const t = (x - left.x) / width;
  const s = 1 - t;
  return (
    s * s * (1 + 2 * t) * left.value +
    t * t * (1 + 2 * s) * right.value +
    s * t * width * (s * left.slope - t * right.slope)
  );
}
