/** How equal values are ranked, in scipy's words; "average" is that of rank tests and of Spearman's correlation. */
export type RankMethod = "average" | "min" | "max" | "dense" | "ordinal";

/**
 * The ranks of values, from 1 for the smallest.
 *
 * @param values - without NaN.
 * @throws RangeError where a value is NaN: it has no rank.
 * @example
 * rank([10, 30, 20, 20]); // [1, 4, 2.5, 2.5]
 */
export function rank(values: ArrayLike<number>, method: RankMethod = "average"): Float64Array {
  const n = values.length;
  const order = sortedOrder(values);
  const ranks = new Float64Array(n);
  let distinct = 0;
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && values[order[end]!] === values[order[start]!]) end++;
    distinct++;
    const shared =
      method === "average" ? (start + 1 + end) / 2 : method === "min" ? start + 1 : method === "max" ? end : distinct;
    for (let at = start; at < end; at++) ranks[order[at]!] = method === "ordinal" ? at + 1 : shared;
    start = end;
  }
  return ranks;
}

/** The sizes of the groups of equal values, those of one value included. */
export function tieSizes(values: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(values).sort();
  const sizes: number[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    sizes.push(end - start);
    start = end;
  }
  return sizes;
}

/** The positions of values in rising order; equal ones keep their order. */
export function sortedOrder(values: ArrayLike<number>): Int32Array {
  const n = values.length;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(values[i]!)) throw new RangeError(`value ${i} is NaN, which has no rank; leave it out first`);
  }
  return Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => values[i]! - values[j]! || i - j);
}
