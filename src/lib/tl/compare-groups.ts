import { logNormalSf } from "../stats/normal.js";
import { logTwoSidedT } from "../stats/student-t.js";
import type { CellRows } from "./cell-rows.js";
import { geneColumns } from "./gene-columns.js";
import { groupMoments, type GroupMoments, restMoments } from "./group-moments.js";
import { rankSums } from "./rank-sums.js";

/** How two groups of cells are compared gene by gene. */
export type GroupTest = "t-test" | "t-test_overestim_var" | "wilcoxon";

/** Options of {@link compareGroups}. */
export interface CompareGroupsOptions {
  /** Default: "t-test". */
  method?: GroupTest;
  /** The group to compare with; -1: all other cells. Default: -1. */
  reference?: number;
  /** Divide Wilcoxon's variance by the usual factor for ties. Default: false. */
  tieCorrect?: boolean;
}

/** Every group's comparison; arrays are groups × genes, row-major. The reference's own row is 0, its logarithms 0. */
export interface GroupComparison {
  /** Student's t or the normal approximation's z; 0 where a gene is constant. */
  scores: Float64Array;
  /** Natural logarithm of the two-sided p value. */
  logPValues: Float64Array;
  moments: GroupMoments;
  /** The moments of what each group is compared with. */
  others: GroupMoments;
}

/**
 * Compares groups of cells gene by gene: Welch's t test, Welch's with the group's own size for the others as well
 * ("t-test_overestim_var"), or Wilcoxon's rank-sum test by the normal approximation without continuity correction, as scanpy.
 *
 * @param codes - the group of each cell; a cell of code -1 is left out.
 * @param groups - number of groups.
 * @throws RangeError for an unknown method.
 * @example
 * const rows = tl.cellRows(DenseMatrix.fromRows([[5, 0], [6, 1], [1, 0], [2, 1]]));
 * const { scores, logPValues } = tl.compareGroups(rows, Int32Array.of(0, 0, 1, 1), 2, { method: "wilcoxon" });
 */
export function compareGroups(
  rows: CellRows,
  codes: Int32Array,
  groups: number,
  options: CompareGroupsOptions = {},
): GroupComparison {
  const { method = "t-test", reference = -1, tieCorrect = false } = options;
  const moments = groupMoments(rows, codes, groups);
  const others = reference < 0 ? restMoments(moments) : repeated(moments, reference);
  const scores = new Float64Array(groups * rows.shape[1]);
  const logPValues = new Float64Array(groups * rows.shape[1]);
  switch (method) {
    case "t-test":
    case "t-test_overestim_var":
      tTests(moments, others, reference, method === "t-test_overestim_var", scores, logPValues);
      break;
    case "wilcoxon":
      wilcoxonTests(rows, codes, moments, others, reference, tieCorrect, scores, logPValues);
      break;
    default:
      throw new RangeError(
        `method "${String(method)}" is not known; use "t-test", "t-test_overestim_var" or "wilcoxon"`,
      );
  }
  return { scores, logPValues, moments, others };
}

function repeated({ groups, genes, sizes, means, squares, nonZeros }: GroupMoments, row: number): GroupMoments {
  const repeat = (values: Float64Array) => {
    const result = new Float64Array(groups * genes);
    const from = values.subarray(row * genes, (row + 1) * genes);
    for (let group = 0; group < groups; group++) result.set(from, group * genes);
    return result;
  };
  return {
    groups,
    genes,
    sizes: new Int32Array(groups).fill(sizes[row]!),
    means: repeat(means),
    squares: repeat(squares),
    nonZeros: repeat(nonZeros),
  };
}

function tTests(
  moments: GroupMoments,
  others: GroupMoments,
  reference: number,
  isOverestimated: boolean,
  scores: Float64Array,
  logPValues: Float64Array,
): void {
  const { groups, genes, sizes } = moments;
  for (let group = 0; group < groups; group++) {
    if (group === reference) continue;
    const n = sizes[group]!;
    const all = others.sizes[group]!;
    const m = isOverestimated ? n : all;
    for (let at = group * genes; at < (group + 1) * genes; at++) {
      const difference = moments.means[at]! - others.means[at]!;
      const partN = spread(moments.squares[at]!, moments.means[at]!, n) / (n - 1) / n;
      const partM = spread(others.squares[at]!, others.means[at]!, all) / (all - 1) / m;
      const variance = partN + partM;
      if (variance === 0 && isRounding(difference, moments.means[at]!)) continue;
      const t = difference / Math.sqrt(variance);
      if (Number.isNaN(t)) continue;
      const df = (variance * variance) / ((partN * partN) / (n - 1) + (partM * partM) / (m - 1));
      scores[at] = t;
      logPValues[at] = variance === 0 ? -Infinity : logTwoSidedT(t, df);
    }
  }
}

// A constant gene leaves rounding errors, not zero: a spread below the rounding of the mean is none.
function spread(squares: number, mean: number, n: number): number {
  return squares <= n * (4 * Number.EPSILON * mean) ** 2 ? 0 : squares;
}

function isRounding(difference: number, mean: number): boolean {
  return Math.abs(difference) <= 16 * Number.EPSILON * Math.abs(mean);
}

function wilcoxonTests(
  rows: CellRows,
  codes: Int32Array,
  { groups, genes, sizes }: GroupMoments,
  others: GroupMoments,
  reference: number,
  tieCorrect: boolean,
  scores: Float64Array,
  logPValues: Float64Array,
): void {
  const { u, ties } = rankSums(geneColumns(rows), codes, groups, reference);
  for (let group = 0; group < groups; group++) {
    if (group === reference) continue;
    const n = sizes[group]!;
    const m = others.sizes[group]!;
    const total = n + m;
    const variance = (n * m * (total + 1)) / 12;
    for (let at = group * genes; at < (group + 1) * genes; at++) {
      const factor = tieCorrect ? 1 - ties[at]! / (total * (total * total - 1)) : 1;
      const z = (u[at]! - (n * m) / 2) / Math.sqrt(variance * factor);
      if (Number.isNaN(z) || z === 0) continue;
      scores[at] = z;
      logPValues[at] = Math.min(0, Math.LN2 + logNormalSf(Math.abs(z)));
    }
  }
}
