import { rank } from "../stats/rank.js";
import { checkLengths } from "./mse.js";
import { pearson } from "./pearson.js";

/**
 * Spearman's correlation: Pearson's of the ranks, equal values sharing their average rank.
 *
 * @returns NaN where one of the arrays is constant or has fewer than two values, as scipy.
 * @throws RangeError where the lengths differ or a value is NaN.
 * @example
 * spearman([1, 2, 3], [1, 4, 9]); // 1
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLengths(a, b);
  return pearson(rank(a), rank(b));
}

/**
 * Spearman's correlation of two lists of gene scores over marker genes only: how well a restored matrix keeps the markers' order.
 *
 * @param markers - positions of the marker genes.
 * @throws RangeError where the lengths differ, a score is NaN or a marker does not exist.
 * @example
 * markerSpearman(meansOfTruth, meansOfRestored, [3, 17, 20]);
 */
export function markerSpearman(a: ArrayLike<number>, b: ArrayLike<number>, markers: ArrayLike<number>): number {
  checkLengths(a, b);
  const pick = (scores: ArrayLike<number>) =>
    Float64Array.from(markers, (gene) => {
      const score = scores[gene];
      if (score === undefined) throw new RangeError(`there is no gene ${gene}; the lists have ${scores.length} genes`);
      return score;
    });
  return spearman(pick(a), pick(b));
}
