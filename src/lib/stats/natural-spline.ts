/** Natural cubic splines of one variable: cubic between the knots, linear beyond the outer two. */
export interface NaturalSpline {
  /** Number of functions, one below the number of knots; the constant is not among them. */
  size: number;
  /** Writes the functions' values at x into `out` from `at` on. */
  evaluate(x: number, out: Float64Array, at: number): void;
}

/**
 * The natural cubic splines with given knots, by truncated powers (Hastie, Tibshirani and Friedman, The Elements of Statistical
 * Learning, 5.2.1). They span, with the constant, what R's `splines::ns` spans.
 *
 * @param knots - at least 3 in rising order; the first and last are the boundary.
 * @throws RangeError where knots are too few, or not rising.
 * @example
 * const spline = naturalSpline([0, 1, 2]);
 * const values = new Float64Array(spline.size);
 * spline.evaluate(0.5, values, 0);
 * values; // Float64Array [0.25, 0.015625]
 */
export function naturalSpline(knots: ArrayLike<number>): NaturalSpline {
  const last = knots.length - 1;
  if (last < 2) throw new RangeError(`a natural spline needs at least 3 knots, not ${knots.length}`);
  for (let k = 0; k < last; k++) {
    if (!(knots[k]! < knots[k + 1]!)) {
      throw new RangeError(`the knots of a spline must rise; knot ${k + 1} is ${knots[k + 1]} after ${knots[k]}`);
    }
  }
  const low = knots[0]!;
  const range = knots[last]! - low;
  const scaled = Float64Array.from(knots, (knot) => (knot - low) / range);
  const power = (x: number, k: number) =>
    (Math.max(0, x - scaled[k]!) ** 3 - Math.max(0, x - 1) ** 3) / (1 - scaled[k]!);
  return {
    size: last,
    evaluate(x, out, at) {
      const z = (x - low) / range;
      const outer = power(z, last - 1);
      out[at] = z;
      for (let k = 0; k < last - 1; k++) out[at + k + 1] = power(z, k) - outer;
    },
  };
}
