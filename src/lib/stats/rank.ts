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
  const ranks = new Float64Array(n);
  if (method === "ordinal") {
    sortedOrder(values).forEach((position, at) => (ranks[position] = at + 1));
    return ranks;
  }
  checkNumbers(values);
  // Sorting the values alone, natively, and looking each up is several times faster than sorting positions.
  const distinct = new Float64Array(values).sort();
  const shared = new Float64Array(n);
  let count = 0;
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && distinct[end] === distinct[start]) end++;
    distinct[count] = distinct[start]!;
    shared[count] =
      method === "average" ? (start + 1 + end) / 2 : method === "min" ? start + 1 : method === "max" ? end : count + 1;
    count++;
    start = end;
  }
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (distinct[middle]! < value) low = middle + 1;
      else high = middle;
    }
    ranks[i] = shared[low]!;
  }
  return ranks;
}

/** The sizes of the groups of equal values, those of one value included. */
export function tieSizes(values: ArrayLike<number>): number[] {
  const sorted = new Float64Array(values).sort();
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
function sortedOrder(values: ArrayLike<number>): Int32Array {
  checkNumbers(values);
  return Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]! || i - j);
}

function checkNumbers(values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) throw new RangeError(`value ${i} is NaN, which has no rank; leave it out first`);
  }
}
