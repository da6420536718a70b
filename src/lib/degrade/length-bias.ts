/**
 * Lengths on a scale from 0 (shortest) to 1 (longest), by logarithm: `(ln L - ln Lmin) / (ln Lmax - ln Lmin)`, clipped to
 * 0..1; all 0 where the range is one length.
 *
 * @param lengths - bases, positive.
 * @param range - the lengths that are 0 and 1. Default: the shortest and the longest given.
 * @throws RangeError where a length is not a positive number.
 * @example
 * degrade.relativeLogLength([100, 1000, 10000]); // Float64Array [0, 0.5, 1]
 */
export function relativeLogLength(lengths: ArrayLike<number>, range?: readonly [number, number]): Float64Array {
  const logs = Float64Array.from(lengths, (length, i) => {
    if (length > 0 && length < Infinity) return Math.log(length);
    throw new RangeError(`the length of gene ${i} is ${length}; lengths must be positive numbers`);
  });
  const low = range ? Math.log(range[0]) : logs.reduce((least, value) => Math.min(least, value), Infinity);
  const high = range ? Math.log(range[1]) : logs.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low === high) return logs.fill(0);
  return logs.map((value) => Math.max(0, Math.min(1, (value - low) / (high - low))));
}

/**
 * The share of a transcript's signal that survives degradation from its 5′ end: `exp(-intensity × relative length)`. The
 * longer the transcript, the farther most of it is from the 3′ end where reading starts. In (0, 1].
 * @example
 * degrade.lengthFactor(0, 1); // 1
 */
export function lengthFactor(relativeLength: number, intensity: number): number {
  return Math.exp(-intensity * relativeLength);
}
