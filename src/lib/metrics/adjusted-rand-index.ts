import { contingency, type Labels } from "./contingency.js";

/**
 * Adjusted Rand index of two clusterings of the same items (Hubert and Arabie 1985): 1 for the same partition, about 0 for
 * independent ones. Names of clusters do not matter; items whose label is null in either are left out.
 *
 * @throws RangeError where the lengths differ.
 * @example
 * adjustedRandIndex([0, 0, 1], ["b", "b", "a"]); // 1
 */
export function adjustedRandIndex(a: Labels, b: Labels): number {
  const { n, together, inA, inB } = pairCounts(a, b);
  const expected = (inA * inB) / ((n * (n - 1)) / 2);
  const most = (inA + inB) / 2;
  return n < 2 || most === expected ? 1 : (together - expected) / (most - expected);
}

/**
 * Rand index: the share of pairs of items that both clusterings put together, or both apart.
 *
 * @throws RangeError where the lengths differ.
 * @example
 * randIndex(["a", "a", "b", "b"], [0, 0, 1, 2]); // 0.833333…
 */
export function randIndex(a: Labels, b: Labels): number {
  const { n, together, inA, inB } = pairCounts(a, b);
  const all = (n * (n - 1)) / 2;
  return n < 2 ? 1 : (all + 2 * together - inA - inB) / all;
}

/**
 * Fowlkes and Mallows' index (1983): the geometric mean of the shares of each clustering's pairs that the other keeps.
 *
 * @returns 0 where no pair is together in both.
 * @throws RangeError where the lengths differ.
 * @example
 * fowlkesMallows(["a", "a", "b", "b"], [0, 0, 1, 2]); // 0.707106…
 */
export function fowlkesMallows(a: Labels, b: Labels): number {
  const { together, inA, inB } = pairCounts(a, b);
  return together === 0 ? 0 : Math.sqrt(together / inA) * Math.sqrt(together / inB);
}

/** Numbers of pairs that are together in both clusterings, in a and in b. */
function pairCounts(a: Labels, b: Labels) {
  const { n, sizesA, sizesB, shared } = contingency(a, b);
  const pairs = (sizes: number[]) => sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  return { n, together: pairs(shared.map(({ size }) => size)), inA: pairs(sizesA), inB: pairs(sizesB) };
}
