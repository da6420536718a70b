/** The points at which the curve is fitted, as in umap-learn: evenly from 0 to three times the spread. */
const POINTS = 300;
const MOST_STEPS = 200;

/**
 * The a and b for which `1 / (1 + a x^(2b))` is nearest, in least squares, to UMAP's curve: 1 up to `minDist`, then
 * `exp(-(x - minDist) / spread)` (McInnes, Healy and Melville 2018, 3.2). By Levenberg and Marquardt's method from a = b = 1.
 *
 * @throws RangeError where `spread` is not positive or `minDist` negative or above it.
 * @example
 * tl.umapCurve(0.5, 1); // { a: 0.583…, b: 1.334… }
 */
export function umapCurve(minDist: number, spread: number): { a: number; b: number } {
  if (!(spread > 0)) throw new RangeError(`spread must be positive, not ${spread}`);
  if (!(minDist >= 0 && minDist <= spread)) {
    throw new RangeError(`minDist must be from 0 to the spread, ${spread}, not ${minDist}`);
  }
  const x = Float64Array.from({ length: POINTS }, (_, i) => (3 * spread * i) / (POINTS - 1));
  const y = x.map((value) => (value < minDist ? 1 : Math.exp(-(value - minDist) / spread)));
  let [a, b] = [1, 1];
  let damping = 1e-3;
  let error = squaredError(x, y, a, b);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { aa, ab, bb, ga, gb } = normalEquations(x, y, a, b);
    const determinant = aa * (1 + damping) * bb * (1 + damping) - ab * ab;
    const stepA = (bb * (1 + damping) * ga - ab * gb) / determinant;
    const stepB = (aa * (1 + damping) * gb - ab * ga) / determinant;
    const next = squaredError(x, y, a + stepA, b + stepB);
    if (!(next <= error)) {
      damping *= 10;
      if (damping > 1e12) break;
      continue;
    }
    a += stepA;
    b += stepB;
    error = next;
    damping /= 10;
    if (Math.abs(stepA) <= 1e-12 * Math.abs(a) && Math.abs(stepB) <= 1e-12 * Math.abs(b)) break;
  }
  return { a, b };
}

function curve(x: number, a: number, b: number): number {
  return 1 / (1 + a * x ** (2 * b));
}

function squaredError(x: Float64Array, y: Float64Array, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (y[i]! - curve(x[i]!, a, b)) ** 2;
  return sum;
}

/** The products of the curve's derivatives by a and b, and of each with what is left. */
function normalEquations(x: Float64Array, y: Float64Array, a: number, b: number) {
  let [aa, ab, bb, ga, gb] = [0, 0, 0, 0, 0];
  for (let i = 1; i < x.length; i++) {
    const value = curve(x[i]!, a, b);
    const power = x[i]! ** (2 * b);
    const byA = -(value ** 2) * power;
    const byB = -(value ** 2) * a * power * 2 * Math.log(x[i]!);
    const rest = y[i]! - value;
    aa += byA * byA;
    ab += byA * byB;
    bb += byB * byB;
    ga += byA * rest;
    gb += byB * rest;
  }
  return { aa, ab, bb, ga, gb };
}
