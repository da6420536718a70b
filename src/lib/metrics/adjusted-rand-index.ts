import { checkLengths } from "./mse.js";

/**
 * Adjusted Rand index of two clusterings of the same items (Hubert and Arabie 1985): 1 for the same partition, about 0 for
 * independent ones. Names of clusters do not matter; items whose label is null in either are left out.
 *
 * @throws RangeError where the lengths differ.
 * @example
 * adjustedRandIndex([0, 0, 1], ["b", "b", "a"]); // 1
 */
export function adjustedRandIndex(a: ArrayLike<string | number | null>, b: ArrayLike<string | number | null>): number {
  checkLengths(a, b);
  const sizesA = new Map<string | number, number>();
  const sizesB = new Map<string | number, number>();
  const shared = new Map<string | number, Map<string | number, number>>();
  let n = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x === null || y === null) continue;
    n++;
    sizesA.set(x, (sizesA.get(x) ?? 0) + 1);
    sizesB.set(y, (sizesB.get(y) ?? 0) + 1);
    const row = shared.get(x) ?? new Map<string | number, number>();
    row.set(y, (row.get(y) ?? 0) + 1);
    shared.set(x, row);
  }
  const together = [...shared.values()].reduce((sum, row) => sum + pairs(row), 0);
  const inA = pairs(sizesA);
  const inB = pairs(sizesB);
  const expected = (inA * inB) / ((n * (n - 1)) / 2);
  const most = (inA + inB) / 2;
  return n < 2 || most === expected ? 1 : (together - expected) / (most - expected);
}

function pairs(sizes: Map<string | number, number>): number {
  let sum = 0;
  for (const size of sizes.values()) sum += (size * (size - 1)) / 2;
  return sum;
}
