import { adjustLogP } from "../stats/adjust-p.js";
import type { GroupMoments } from "./group-moments.js";
import type { RankGenesGroups } from "./rank-genes-groups.js";
import { fallingOrder } from "./rank-order.js";
import type { Selection } from "./select-groups.js";

/** What every group's lists are made with. */
export interface Reporter {
  names: readonly string[];
  selection: Selection;
  nGenes: number;
  rankbyAbs: boolean;
}

/** A group's lists beside names and scores. */
export type Lists = Partial<Record<"pvals" | "pvals_adj" | "log_pvals" | "log_pvals_adj", Float64Array>> & {
  logfoldchanges?: Float32Array;
};

/** Fills in the lists of every group but the reference, in falling order of the scores (groups × genes). */
export function rankedLists(
  { names, selection, nGenes, rankbyAbs }: Reporter,
  scores: Float64Array,
  result: RankGenesGroups,
  more: (group: number, order: Int32Array) => Lists = () => ({}),
): RankGenesGroups {
  selection.names.forEach((name, group) => {
    if (group === selection.reference) return;
    const own = scores.subarray(group * names.length, (group + 1) * names.length);
    const order = fallingOrder(rankbyAbs ? own.map(Math.abs) : own).subarray(0, nGenes);
    const ordered = new Array<string>(order.length);
    for (let i = 0; i < order.length; i++) ordered[i] = names[order[i]!]!;
    result.names[name] = ordered;
    result.scores[name] = new Float32Array(inOrder(own, order));
    for (const [field, list] of Object.entries(more(group, order))) {
      const lists = (result[field as "pvals"] ??= {});
      lists[name] = list as Float64Array;
    }
  });
  return result;
}

/** The p values of a group's genes and their logarithms, adjusted and not, in the order given. */
export function pValueLists(logPValues: Float64Array, order: Int32Array, corrMethod: string): Lists {
  const adjusted = adjustLogP(logPValues, corrMethod === "bonferroni" ? "bonferroni" : "fdr_bh");
  const [own, all] = [inOrder(logPValues, order), inOrder(adjusted, order)];
  return { pvals: own.map(Math.exp), pvals_adj: all.map(Math.exp), log_pvals: own, log_pvals_adj: all };
}

/** The fold changes of a group's genes, in the order given. */
export function foldChanges(
  { genes, means }: GroupMoments,
  others: GroupMoments,
  group: number,
  order: Int32Array,
  base: number,
): Float32Array {
  const changes = new Float32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const at = group * genes + order[i]!;
    changes[i] = logFoldChange(means[at]!, others.means[at]!, base);
  }
  return changes;
}

function inOrder(values: Float64Array, order: Int32Array): Float64Array {
  const picked = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) picked[i] = values[order[i]!]!;
  return picked;
}

/**
 * The binary logarithm of the ratio of two expressions, 1e-9 added to both, from means of log1p values to the given base.
 * @example
 * tl.logFoldChange(Math.log1p(4), Math.log1p(1)); // 1.999999…
 */
export function logFoldChange(mean: number, other: number, base = Math.E): number {
  const scale = Math.log(base);
  return Math.log2((Math.expm1(mean * scale) + 1e-9) / (Math.expm1(other * scale) + 1e-9));
}
