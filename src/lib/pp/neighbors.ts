import type { AnnData } from "../anndata/anndata.js";
import { CsrMatrix } from "../anndata/csr.js";
import { resolveOptions } from "../options.js";
import { gaussConnectivities, umapConnectivities } from "./connectivities.js";

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
}

/** The nearest neighbours of every point: points × k, row-major, nearest first, the point itself at first place. */
export interface Knn {
  k: number;
  indices: Int32Array;
  distances: Float64Array;
}

/**
 * The graph of nearest neighbours by Euclidean distance, exact.
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
  });
  const { nNeighbors = 15, useRep = "X_pca", method } = resolved;
  const points = adata.obsm[useRep];
  if (!points) throw new Error(`obsm has no "${useRep}"; run pp.pca first`);
  if (method !== "umap" && method !== "gauss") {
    throw new RangeError(`method "${String(method)}" is not known; use "umap" or "gauss"`);
  }
  const width = points.shape[1];
  const nPcs = resolved.nPcs ?? width;
  if (!(Number.isInteger(nPcs) && nPcs >= 1 && nPcs <= width))
    throw new RangeError(`nPcs must be from 1 to ${width}, not ${nPcs}`);
  const used = nPcs === width ? points : points.selectColumns(Int32Array.from({ length: nPcs }, (_, j) => j));
  const knn = exactKnn(used.data, nPcs, nNeighbors);
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

/**
 * The k nearest points of every point, the point itself included, by comparing all pairs: n² × dimensions steps.
 *
 * @param points - n × dimensions, row-major.
 * @throws RangeError where k is below 2 or above n, or a coordinate is NaN or infinite.
 */
export function exactKnn(points: Float32Array | Float64Array, dimensions: number, k: number): Knn {
  const n = points.length / dimensions;
  if (!Number.isInteger(k) || k < 2 || k > n) {
    throw new RangeError(`nNeighbors must be from 2 to the number of cells, ${n}, not ${k}`);
  }
  const bad = points.findIndex((value: number) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`point ${Math.floor(bad / dimensions)} has a coordinate that is ${points[bad]}`);
  const indices = new Int32Array(n * k);
  const distances = new Float64Array(n * k);
  const nearest = new Float64Array(k);
  const order = new Int32Array(k);
  for (let i = 0; i < n; i++) {
    let held = 0;
    for (let j = 0; j < n; j++) {
      let square = 0;
      for (let d = 0; d < dimensions; d++) {
        const difference = points[i * dimensions + d]! - points[j * dimensions + d]!;
        square += difference * difference;
      }
      // The cell itself comes first, even where others lie on the same spot.
      if (j === i) square = -1;
      if (held === k && square >= nearest[k - 1]!) continue;
      let at = held < k ? held++ : k - 1;
      for (; at > 0 && nearest[at - 1]! > square; at--) {
        nearest[at] = nearest[at - 1]!;
        order[at] = order[at - 1]!;
      }
      nearest[at] = square;
      order[at] = j;
    }
    for (let at = 0; at < k; at++) {
      indices[i * k + at] = order[at]!;
      distances[i * k + at] = at === 0 ? 0 : Math.sqrt(nearest[at]!);
    }
  }
  return { k, indices, distances };
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
