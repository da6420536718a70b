import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { pearson } from "../metrics/pearson.js";
import { resolveOptions } from "../options.js";
import { groupCodes } from "./group-codes.js";

/** How the distance of two clusters follows from those of their members: the largest, the mean or the smallest. */
export type LinkageMethod = "complete" | "average" | "single";

/** Options of {@link dendrogram}. */
export interface DendrogramOptions {
  /** Column of `obs` with the groups. */
  groupby: string;
  /** Key of `obsm` with the cells' coordinates. Default: "X_pca". */
  useRep?: string;
  /** Default: "complete". */
  linkageMethod?: LinkageMethod;
  /** Key of `uns` to write. Default: "dendrogram_<groupby>". */
  keyAdded?: string;
}

/**
 * Hierarchical clustering of groups of cells by 1 less the Pearson correlation of their mean coordinates, as scanpy's `dendrogram`.
 *
 * Writes `uns.dendrogram_<groupby>`: `linkage` (merges × 4, as scipy's: two clusters, their distance, the number of groups below),
 * `categories_ordered`, `categories_idx_ordered`, `correlation_matrix`, `groupby`, `use_rep`, `cor_method`, `linkage_method`.
 *
 * @throws Error where `obsm` has no `useRep`: run pp.pca first.
 * @throws RangeError where `obs` has no such groups, or fewer than two have cells.
 * @example
 * tl.dendrogram(adata, { groupby: "leiden" });
 */
export function dendrogram(adata: AnnData, options: DendrogramOptions): AnnData {
  const resolved = resolveOptions<{
    groupby: string | undefined;
    useRep: string;
    linkageMethod: LinkageMethod;
    keyAdded: string | undefined;
  }>("tl.dendrogram", options, {
    groupby: undefined,
    useRep: "X_pca",
    linkageMethod: "complete",
    keyAdded: undefined,
  });
  const { groupby, useRep, linkageMethod } = resolved;
  if (groupby === undefined) throw new TypeError("tl.dendrogram: give groupby, a column of obs with groups of cells");
  if (!["complete", "average", "single"].includes(linkageMethod)) {
    throw new RangeError(`linkageMethod "${linkageMethod}" is not known; use "complete", "average" or "single"`);
  }
  const points = adata.obsm[useRep];
  if (!points) throw new Error(`obsm has no "${useRep}"; run pp.pca first`);
  const { codes, categories } = groupCodes(adata, groupby);
  const means = groupMeans(points, codes, categories.length);
  const empty = means.findIndex((mean) => mean === undefined);
  if (empty >= 0)
    throw new RangeError(`no cell is in group "${categories[empty]}" of obs.${groupby}; drop the category`);
  const n = means.length;
  if (n < 2) throw new RangeError(`obs.${groupby} has ${n} groups; a dendrogram needs two or more`);
  const correlation = new Float64Array(n * n).fill(1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = Math.max(-1, Math.min(1, pearson(means[i]!, means[j]!)));
      if (Number.isNaN(value)) {
        throw new RangeError(
          `groups "${categories[i]}" and "${categories[j]}" have no correlation: the mean of one has the same value in all of obsm["${useRep}"]`,
        );
      }
      correlation[i * n + j] = correlation[j * n + i] = value;
    }
  }
  const merges = linkage(
    correlation.map((value) => 1 - value),
    n,
    linkageMethod,
  );
  const order = leaves(merges, n);
  adata.uns = {
    ...adata.uns,
    [resolved.keyAdded ?? `dendrogram_${groupby}`]: {
      linkage: new DenseMatrix([n - 1, 4], Float32Array.from(merges.flat())),
      groupby: [groupby],
      use_rep: useRep,
      cor_method: "pearson",
      linkage_method: linkageMethod,
      categories_ordered: order.map((group) => categories[group]!),
      categories_idx_ordered: Int32Array.from(order),
      correlation_matrix: new DenseMatrix([n, n], Float32Array.from(correlation)),
    },
  };
  return adata;
}

function groupMeans(points: DenseMatrix, codes: Int32Array, count: number): (Float64Array | undefined)[] {
  const width = points.shape[1];
  const sums = Array.from({ length: count }, () => new Float64Array(width));
  const sizes = new Int32Array(count);
  codes.forEach((code, i) => {
    if (code < 0) return;
    sizes[code]!++;
    for (let d = 0; d < width; d++) sums[code]![d]! += points.at(i, d);
  });
  return sums.map((sum, group) => (sizes[group] === 0 ? undefined : sum.map((value) => value / sizes[group]!)));
}

/** Two clusters that merge (the lower number first), their distance, and the number of points below. */
export type Merge = [number, number, number, number];

/**
 * Agglomerative clustering by the distances of all pairs; the cluster of merge i has the number n + i.
 *
 * @param distances - n × n, symmetric.
 * @returns n - 1 merges by rising distance.
 * @example
 * tl.linkage(Float64Array.of(0, 1, 5, 1, 0, 4, 5, 4, 0), 3, "single"); // [[0, 1, 1, 2], [2, 3, 4, 3]]
 */
export function linkage(distances: Float64Array, n: number, method: LinkageMethod): Merge[] {
  const d = distances.slice();
  const clusters = Array.from({ length: n }, (_, i) => i);
  const sizes = new Array<number>(n).fill(1);
  const live = Array.from({ length: n }, (_, i) => i);
  const merges: Merge[] = [];
  for (let merge = 0; merge < n - 1; merge++) {
    let [first, second] = [live[0]!, live[1]!];
    for (const i of live)
      for (const j of live) if (i < j && d[i * n + j]! < d[first * n + second]!) [first, second] = [i, j];
    const [a, b] = [clusters[first]!, clusters[second]!];
    const [ofFirst, ofSecond] = [sizes[first]!, sizes[second]!];
    merges.push([Math.min(a, b), Math.max(a, b), d[first * n + second]!, ofFirst + ofSecond]);
    for (const k of live) {
      if (k === first || k === second) continue;
      const [x, y] = [d[first * n + k]!, d[second * n + k]!];
      const joined =
        method === "complete"
          ? Math.max(x, y)
          : method === "single"
            ? Math.min(x, y)
            : (ofFirst * x + ofSecond * y) / (ofFirst + ofSecond);
      d[first * n + k] = d[k * n + first] = joined;
    }
    clusters[first] = n + merge;
    sizes[first] = ofFirst + ofSecond;
    live.splice(live.indexOf(second), 1);
  }
  return merges;
}

/** The points in the order of the tree, the first of two merged clusters to the left. */
function leaves(merges: Merge[], n: number): number[] {
  const below = (cluster: number): number[] => {
    if (cluster < n) return [cluster];
    const [left, right] = merges[cluster - n]!;
    return [...below(left), ...below(right)];
  };
  return below(2 * n - 2);
}
