import type { AnnData } from "../anndata/anndata.js";
import { Frame } from "../anndata/frame.js";
import { resolveOptions } from "../options.js";
import type { RankGenesGroups } from "./rank-genes-groups.js";

/** Options of {@link rankGenesGroupsFrame}. */
export interface RankGenesGroupsFrameOptions {
  /** Key of `uns`. Default: "rank_genes_groups". */
  key?: string;
  /** Keep genes whose adjusted p value is below this. Default: all. */
  pvalCutoff?: number;
  /** Keep genes whose log fold change is above this. Default: all. */
  log2fcMin?: number;
  /** Keep genes whose log fold change is below this. Default: all. */
  log2fcMax?: number;
}

/**
 * A group's ranked genes as a table, as scanpy's `get.rank_genes_groups_df`: the columns `names`, `scores`, `logfoldchanges`, `pvals`,
 * `pvals_adj` (logreg: the first two), and `pct_nz_group` and `pct_nz_reference` where shares were written.
 *
 * @throws Error where `uns` has no result under the key: run tl.rankGenesGroups first.
 * @throws RangeError where the group was not ranked, naming those that were.
 * @example
 * tl.rankGenesGroupsFrame(adata, "B cells", { pvalCutoff: 0.05, log2fcMin: 1 }).strings("names");
 */
export function rankGenesGroupsFrame(adata: AnnData, group: string, options: RankGenesGroupsFrameOptions = {}): Frame {
  const { key, pvalCutoff, log2fcMin, log2fcMax } = resolveOptions<RankGenesGroupsFrameOptions>(
    "tl.rankGenesGroupsFrame",
    options,
    { key: "rank_genes_groups", pvalCutoff: undefined, log2fcMin: undefined, log2fcMax: undefined },
  );
  const result = adata.uns[key!] as RankGenesGroups | undefined;
  if (!result?.names) throw new Error(`uns has no "${key}"; run tl.rankGenesGroups first`);
  const names = result.names[group];
  if (!names) {
    throw new RangeError(`the group "${group}" was not ranked; groups: ${Object.keys(result.names).join(", ")}`);
  }
  const kept = Int32Array.from(names, (_, i) => i).filter((i) => {
    const p = result.pvals_adj?.[group]?.[i];
    const change = result.logfoldchanges?.[group]?.[i];
    return (
      (pvalCutoff === undefined || p === undefined || p < pvalCutoff) &&
      (log2fcMin === undefined || change === undefined || change > log2fcMin) &&
      (log2fcMax === undefined || change === undefined || change < log2fcMax)
    );
  });
  const genes = Array.from(kept, (i) => names[i]!);
  const frame = new Frame(genes.map((_, i) => String(i))).set("names", genes);
  for (const column of ["scores", "logfoldchanges", "pvals", "pvals_adj"] as const) {
    const values = result[column]?.[group];
    if (values)
      frame.set(
        column,
        Float64Array.from(kept, (i) => values[i]!),
      );
  }
  for (const [column, shares] of [
    ["pct_nz_group", result.pts],
    ["pct_nz_reference", result.pts_rest],
  ] as const) {
    if (!shares) continue;
    const values = shares.numbers(group);
    const positionOf = new Map(shares.index.map((name, j) => [name, j]));
    frame.set(
      column,
      Float64Array.from(genes, (name) => values[positionOf.get(name)!]!),
    );
  }
  return frame;
}
