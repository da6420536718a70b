import { checkLengths } from "./mse.js";

/** Names of clusters, one an item; null: the item is left out. */
export type Labels = ArrayLike<string | number | null>;

/** How two clusterings share their items. */
export interface Contingency {
  /** Number of items. */
  n: number;
  /** Sizes of the clusters of each side, in the order of their first item. */
  sizesA: number[];
  sizesB: number[];
  /** The shared sizes that are not 0: positions of both clusters, and the number of items. */
  shared: { a: number; b: number; size: number }[];
}

/**
 * The contingency table of two clusterings of the same items; items whose label is null in either are left out.
 *
 * @throws RangeError where the lengths differ.
 */
export function contingency(a: Labels, b: Labels): Contingency {
  checkLengths(a, b);
  const codesA = new Map<string | number, number>();
  const codesB = new Map<string | number, number>();
  const sizesA: number[] = [];
  const sizesB: number[] = [];
  const rows: Map<number, number>[] = [];
  let n = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (x === null || y === null) continue;
    n++;
    const [codeA, codeB] = [codeOf(codesA, x), codeOf(codesB, y)];
    sizesA[codeA] = (sizesA[codeA] ?? 0) + 1;
    sizesB[codeB] = (sizesB[codeB] ?? 0) + 1;
    const row = (rows[codeA] ??= new Map<number, number>());
    row.set(codeB, (row.get(codeB) ?? 0) + 1);
  }
  const shared = rows.flatMap((row, code) => [...row].map(([other, size]) => ({ a: code, b: other, size })));
  return { n, sizesA, sizesB, shared };
}

function codeOf(codes: Map<string | number, number>, label: string | number): number {
  const code = codes.get(label) ?? codes.size;
  codes.set(label, code);
  return code;
}
