import type { AnnData } from "../anndata/anndata.js";
import { CsrMatrix } from "../anndata/csr.js";
import { resolveOptions } from "../options.js";
import { gaussConnectivities, umapConnectivities } from "./connectivities.js";
import { exactKnn, type Knn } from "./exact-knn.js";
import { approximateKnn } from "./nn-descent.js";

/** Options of {@link neighbors}. */
export interface NeighborsOptions {
  /** Size of a neighbourhood, the cell itself included. Default: 15. */
  nNeighbors?: number;
  /** Use the first components only. Default: all. */
  nPcs?: number;
  /** Key of `obsm` with the cells' coordinates. Default: "X_pca". */
  useRep?: string;
  /** How distances become weights: McInnes' fuzzy sets ("umap") or Coifman's adaptive Gaussian ("gauss"). Default: "umap". */
  method?: "umap" | "gauss";
  /** Compare all pairs ("exact"), or find nearly all neighbours by NN-descent ("approximate"). Default: exact below 8192 cells. */
  search?: "exact" | "approximate";
  /** Of the approximate search. Default: 0. */
  seed?: number;
}

/** From this many cells on the search is approximate, as in scanpy. */
export const MANY_CELLS = 8192;

/**
 * The graph of nearest neighbours by Euclidean distance.
 *
 * Writes `obsp.distances` (the `nNeighbors - 1` neighbours of each cell), `obsp.connectivities` (symmetric weights in 0..1) and
 * `uns.neighbors`.
 *
 * @throws Error where `obsm` has no `useRep`: run pp.pca first.
 * @throws RangeError where `nNeighbors` is below 2 or above the number of cells.
 * @example
 * pp.neighbors(pp.pca(adata));
 */
export function neighbors(adata: AnnData, options: NeighborsOptions = {}): AnnData {
  const resolved = resolveOptions<NeighborsOptions>("pp.neighbors", options, {
    nNeighbors: 15,
    nPcs: undefined,
    useRep: "X_pca",
    method: "umap",
    search: adata.nObs < MANY_CELLS ? "exact" : "approximate",
    seed: 0,
  });
  const { nNeighbors = 15, useRep = "X_pca", method, search, seed } = resolved;
  const points = adata.obsm[useRep];
  if (!points) throw new Error(`obsm has no "${useRep}"; run pp.pca first`);
  if (method !== "umap" && method !== "gauss") {
    throw new RangeError(`method "${String(method)}" is not known; use "umap" or "gauss"`);
  }
  if (search !== "exact" && search !== "approximate") {
    throw new RangeError(`search "${String(search)}" is not known; use "exact" or "approximate"`);
  }
  const width = points.shape[1];
  const nPcs = resolved.nPcs ?? width;
  if (!(Number.isInteger(nPcs) && nPcs >= 1 && nPcs <= width))
    throw new RangeError(`nPcs must be from 1 to ${width}, not ${nPcs}`);
  const used = nPcs === width ? points : points.selectColumns(Int32Array.from({ length: nPcs }, (_, j) => j));
  const knn =
    search === "exact" ? exactKnn(used.data, nPcs, nNeighbors) : approximateKnn(used.data, nPcs, nNeighbors, seed);
  adata.obsp["distances"] = distanceGraph(knn);
  adata.obsp["connectivities"] = method === "umap" ? umapConnectivities(knn) : gaussConnectivities(knn);
  adata.uns = {
    ...adata.uns,
    neighbors: {
      connectivities_key: "connectivities",
      distances_key: "distances",
      params: { n_neighbors: nNeighbors, method, metric: "euclidean", use_rep: useRep, n_pcs: nPcs },
    },
  };
  return adata;
}

function distanceGraph({ k, indices, distances }: Knn): CsrMatrix {
  const n = indices.length / k;
  const data = new Float32Array(n * (k - 1));
  const columns = new Int32Array(n * (k - 1));
  for (let i = 0; i < n; i++) {
    for (let at = 1; at < k; at++) {
      data[i * (k - 1) + at - 1] = distances[i * k + at]!;
      columns[i * (k - 1) + at - 1] = indices[i * k + at]!;
    }
  }
  const indptr = Int32Array.from({ length: n + 1 }, (_, i) => i * (k - 1));
  return new CsrMatrix([n, n], data, columns, indptr).transpose().transpose();
}
