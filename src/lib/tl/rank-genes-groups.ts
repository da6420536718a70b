import type { AnnData } from "../anndata/anndata.js";
import { Frame } from "../anndata/frame.js";
import { resolveOptions } from "../options.js";
import { compareGroups, type GroupTest } from "./compare-groups.js";
import { type CellRows, cellRows } from "./cell-rows.js";
import { geneColumns } from "./gene-columns.js";
import { chosenMatrix } from "./group-codes.js";
import type { GroupMoments } from "./group-moments.js";
import { logisticRegression } from "./logistic-regression.js";
import { foldChanges, pValueLists, rankedLists, type Reporter } from "./ranked-lists.js";
import { type Selection, selectGroups } from "./select-groups.js";

/** Options of {@link rankGenesGroups}. */
export interface RankGenesGroupsOptions {
  /** Column of `obs` that names the groups. Required. */
  groupby?: string;
  /** The groups to report; others stay part of "rest". Default: all that have cells. */
  groups?: "all" | readonly string[];
  /** What each group is compared with: all other cells ("rest"), or one group by its name. Default: "rest". */
  reference?: string;
  /** Default: "t-test", as scanpy. */
  method?: GroupTest | "logreg";
  /** Divide Wilcoxon's variance by the usual factor for ties. Default: false. */
  tieCorrect?: boolean;
  /** Correction of the p values for the number of genes. Default: "benjamini-hochberg". */
  corrMethod?: "benjamini-hochberg" | "bonferroni";
  /** Genes reported a group. Default: all. */
  nGenes?: number;
  /** Rank by the size of the score instead of the score. Default: false. */
  rankbyAbs?: boolean;
  /** Also write the share of cells that express each gene. Default: false. */
  pts?: boolean;
  /** Test these genes only: a column of `var` with booleans, or a mask. Default: all. */
  maskVar?: string | Uint8Array | readonly boolean[];
  /** Use `raw`. Default: true where there is one and no layer is named. */
  useRaw?: boolean;
  /** Use this layer. Default: none. */
  layer?: string;
  /** Key of `uns`. Default: "rank_genes_groups". */
  keyAdded?: string;
}

/** A list of values for each group, by the group's name. */
export type ByGroup<Values> = Record<string, Values>;

/** What {@link rankGenesGroups} writes to `uns`; the lists of a group are in the order of its `names`. */
export interface RankGenesGroups {
  params: Record<string, unknown>;
  names: ByGroup<string[]>;
  scores: ByGroup<Float32Array>;
  /** All but logreg. */
  pvals?: ByGroup<Float64Array>;
  pvals_adj?: ByGroup<Float64Array>;
  /** Natural logarithms, finite where the p values underflow to 0. */
  log_pvals?: ByGroup<Float64Array>;
  log_pvals_adj?: ByGroup<Float64Array>;
  logfoldchanges?: ByGroup<Float32Array>;
  /** Genes × groups: share of cells with a value other than 0, in the group and in the rest. */
  pts?: Frame;
  pts_rest?: Frame;
}

/**
 * Ranks the genes of every group by a test of the group against the rest or against one group, as scanpy's `rank_genes_groups`:
 * Welch's t test, the same with the group's size for both ("t-test_overestim_var"), Wilcoxon's rank-sum test by the normal
 * approximation, or the coefficients of a logistic regression ("logreg", with scikit-learn's defaults; of two groups both are reported,
 * with opposite signs).
 *
 * Reads log1p values in `X`, `raw` or a layer, and `uns.log1p.base`. Writes `uns.rank_genes_groups` (see {@link RankGenesGroups}): records
 * from group to list, which an h5ad file holds as scanpy's structured arrays. Fold changes are
 * `log2((expm1(mean) + 1e-9) / (expm1(mean of the others) + 1e-9))` of the means of the logarithms. A gene that is constant has score
 * 0 and p value 1.
 *
 * @throws TypeError where `groupby` is not given.
 * @throws RangeError where the column, a group or the reference does not exist, a group has fewer than two cells, a value is NaN, or
 * an option is not known.
 * @example
 * tl.rankGenesGroups(adata, { groupby: "leiden", method: "wilcoxon" });
 * tl.rankGenesGroupsFrame(adata, "0").strings("names").slice(0, 5);
 */
export function rankGenesGroups(adata: AnnData, options: RankGenesGroupsOptions): AnnData {
  const resolved = resolveOptions<RankGenesGroupsOptions>("tl.rankGenesGroups", options, DEFAULTS);
  const { groupby, groups, reference = "rest", method = "t-test", corrMethod, keyAdded, layer } = resolved;
  check(resolved);
  if (groupby === undefined) {
    throw new TypeError(`tl.rankGenesGroups: give groupby, a column of obs: ${adata.obs.columns.join(", ") || "none"}`);
  }
  const chosen = chosenMatrix("tl.rankGenesGroups", adata, resolved.useRaw, layer);
  const selection = selectGroups(adata, groupby, groups === "all" ? undefined : groups, reference, method === "logreg");
  const genes = maskedGenes(adata, chosen.names, resolved.maskVar);
  const names = genes ? Array.from(genes, (j) => chosen.names[j]!) : chosen.names;
  const rows = cellRows(genes ? chosen.matrix.selectColumns(genes) : chosen.matrix);
  checkValues(rows, names);
  const params = { groupby, reference, method, use_raw: chosen.isRaw, layer: layer ?? null, corr_method: corrMethod };
  const report: Reporter = {
    names,
    selection,
    nGenes: resolved.nGenes ?? names.length,
    rankbyAbs: resolved.rankbyAbs!,
  };
  let result: RankGenesGroups;
  if (method === "logreg") {
    // scikit-learn's defaults: the tolerance is that of the mean loss, and a hundred steps must do.
    const { coefficients } = logisticRegression(geneColumns(rows), selection.codes, selection.names.length, {
      tolerance: 1e-4 * adata.nObs,
      maxIterations: 100,
    });
    const scores = selection.names.length === 2 ? bothSigns(coefficients) : coefficients;
    result = rankedLists(report, scores, { params, names: {}, scores: {} });
  } else {
    const compared = compareGroups(rows, selection.codes, selection.count, {
      method,
      reference: selection.reference,
      tieCorrect: resolved.tieCorrect,
    });
    result = rankedLists(report, compared.scores, { params, names: {}, scores: {} }, (group, order) => ({
      ...pValueLists(
        compared.logPValues.subarray(group * names.length, (group + 1) * names.length),
        order,
        corrMethod!,
      ),
      logfoldchanges: foldChanges(compared.moments, compared.others, group, order, logBase(adata)),
    }));
    if (resolved.pts) {
      result.pts = shares(names, selection, compared.moments);
      if (reference === "rest") result.pts_rest = shares(names, selection, compared.others);
    }
  }
  adata.uns = { ...adata.uns, [keyAdded!]: result };
  return adata;
}

const DEFAULTS: RankGenesGroupsOptions = {
  groupby: undefined,
  groups: "all",
  reference: "rest",
  method: "t-test",
  tieCorrect: false,
  corrMethod: "benjamini-hochberg",
  nGenes: undefined,
  rankbyAbs: false,
  pts: false,
  maskVar: undefined,
  useRaw: undefined,
  layer: undefined,
  keyAdded: "rank_genes_groups",
};

const METHODS = ["t-test", "t-test_overestim_var", "wilcoxon", "logreg"];

function check({ method, corrMethod, nGenes }: RankGenesGroupsOptions): void {
  if (!METHODS.includes(method!)) {
    throw new RangeError(`method "${String(method)}" is not known; use "${METHODS.join('", "')}"`);
  }
  if (corrMethod !== "benjamini-hochberg" && corrMethod !== "bonferroni") {
    throw new RangeError(`corrMethod "${String(corrMethod)}" is not known; use "benjamini-hochberg" or "bonferroni"`);
  }
  if (nGenes !== undefined && !(Number.isInteger(nGenes) && nGenes >= 1)) {
    throw new RangeError(`nGenes must be a positive whole number, not ${nGenes}`);
  }
}

function checkValues({ data, indices }: CellRows, names: readonly string[]): void {
  for (let at = 0; at < data.length; at++) {
    if (!Number.isNaN(data[at]!)) continue;
    throw new RangeError(
      `tl.rankGenesGroups: gene ${names[indices[at]!]} has NaN; drop the gene, or fill in its values`,
    );
  }
}

function maskedGenes(
  adata: AnnData,
  names: readonly string[],
  mask: RankGenesGroupsOptions["maskVar"],
): Int32Array | undefined {
  if (mask === undefined) return undefined;
  const kept = typeof mask === "string" ? adata.var.numbers(mask) : mask;
  if (kept.length !== names.length) {
    throw new RangeError(`tl.rankGenesGroups: maskVar has ${kept.length} values for ${names.length} genes`);
  }
  return Int32Array.from(names, (_, j) => j).filter((j) => Boolean(kept[j]));
}

function logBase(adata: AnnData): number {
  const { base } = (adata.uns["log1p"] ?? {}) as { base?: number | null };
  return base ?? Math.E;
}

function bothSigns(coefficients: Float64Array): Float64Array {
  const both = new Float64Array(2 * coefficients.length);
  both.set(coefficients.map((value) => -value));
  both.set(coefficients, coefficients.length);
  return both;
}

function shares(names: readonly string[], selection: Selection, { genes, sizes, nonZeros }: GroupMoments): Frame {
  const frame = new Frame(names);
  selection.names.forEach((name, group) => {
    const own = nonZeros.subarray(group * genes, (group + 1) * genes);
    frame.set(
      name,
      own.map((count) => count / sizes[group]!),
    );
  });
  return frame;
}
