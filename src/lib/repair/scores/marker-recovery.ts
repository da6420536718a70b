import type { DenseMatrix } from "../../anndata/dense.js";

/** Marker genes taken of every type. */
export const MARKERS_PER_TYPE = 20;

/** A gene's cells in the order of its values: all that ranks of resampled cells need. */
export interface SortedGene {
  /** Cells, the smallest value first. */
  readonly order: Int32Array;
  /** Where each run of equal values ends in `order`. */
  readonly ends: Int32Array;
}

/** Sorts the cells of one gene. */
export function sortGene(cells: DenseMatrix, gene: number): SortedGene {
  const values = cells.column(gene);
  const order = Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  const ends: number[] = [];
  for (let i = 1; i <= order.length; i++) {
    if (i === order.length || values[order[i]!] !== values[order[i - 1]!]) ends.push(i);
  }
  return { order, ends: Int32Array.from(ends) };
}

/**
 * Recovery of marker genes: 100 times the mean over the genes of Spearman's correlation across cells between clean and
 * repaired values. A gene that is constant in the repaired cells has kept nothing: 0. A gene that is constant in the clean
 * cells is left out.
 *
 * @param clean - the marker genes in the clean cells.
 * @param repaired - the same genes in the repaired cells.
 * @param times - how often each cell counts.
 * @returns NaN where no gene varies in the clean cells.
 */
export function markerRecovery(
  clean: readonly SortedGene[],
  repaired: readonly SortedGene[],
  times: Uint16Array,
): number {
  const [a, b] = [new Float64Array(times.length), new Float64Array(times.length)];
  let sum = 0;
  let count = 0;
  clean.forEach((gene, k) => {
    const squaresA = centredRanks(gene, times, a);
    if (squaresA === 0) return;
    const squaresB = centredRanks(repaired[k]!, times, b);
    let product = 0;
    for (let i = 0; i < times.length; i++) product += times[i]! * a[i]! * b[i]!;
    sum += squaresB === 0 ? 0 : product / Math.sqrt(squaresA * squaresB);
    count++;
  });
  return (100 * sum) / count;
}

/** Writes the cells' average ranks less their mean; returns the sum of their squares. */
function centredRanks({ order, ends }: SortedGene, times: Uint16Array, ranks: Float64Array): number {
  let below = 0;
  let start = 0;
  for (const end of ends) {
    let tied = 0;
    for (let at = start; at < end; at++) tied += times[order[at]!]!;
    const rank = below + (tied + 1) / 2;
    for (let at = start; at < end; at++) ranks[order[at]!] = rank;
    below += tied;
    start = end;
  }
  const middle = (below + 1) / 2;
  let squares = 0;
  for (let i = 0; i < ranks.length; i++) {
    ranks[i]! -= middle;
    squares += times[i]! * ranks[i]! ** 2;
  }
  return squares;
}
