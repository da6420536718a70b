import type { AnnData } from "../anndata/anndata.js";
import type { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import { largestEigenvectors } from "../stats/lanczos.js";
import type { Eigen } from "../stats/symmetric-eigen.js";
import { random } from "../stats/random.js";

/** Options of {@link diffmap}. */
export interface DiffmapOptions {
  /** Number of components, the constant one of a connected graph included. Default: 15, or one less than the number of cells. */
  nComps?: number;
  /** Of the start vector; it changes nothing beyond rounding. Default: 0. */
  seed?: number;
}

/**
 * Diffusion map of the neighbour graph (Coifman and Lafon 2006; Haghverdi et al. 2015), as scanpy's: with W the connectivities and
 * D their row sums, K = D⁻¹ W D⁻¹ is free of the cells' density, and the components are the eigenvectors of
 * Z^(-1/2) K Z^(-1/2), Z the row sums of K.
 *
 * Writes `obsm.X_diffmap` (cells × components, each of length 1, its largest entry positive) and `uns.diffmap_evals`.
 *
 * @throws Error where `obsp` has no connectivities: run pp.neighbors first.
 * @throws RangeError where `nComps` is not below the number of cells, or below 3.
 * @example
 * tl.diffmap(pp.neighbors(pp.pca(adata)), { nComps: 10 });
 */
export function diffmap(adata: AnnData, options: DiffmapOptions = {}): AnnData {
  const { nComps, seed } = resolveOptions<Required<DiffmapOptions>>("tl.diffmap", options, {
    nComps: Math.min(15, Math.max(3, adata.nObs - 1)),
    seed: 0,
  });
  const graph = adata.obsp["connectivities"];
  if (!graph) throw new Error('obsp has no "connectivities"; run pp.neighbors first');
  if (!(Number.isInteger(nComps) && nComps >= 3 && nComps < adata.nObs)) {
    throw new RangeError(
      `nComps must be from 3 to ${adata.nObs - 1}, one less than the number of cells, not ${nComps}`,
    );
  }
  const { values, vectors } = diffusionMap(graph, nComps, seed);
  const coordinates = DenseMatrix.zeros([adata.nObs, nComps]);
  for (let c = 0; c < nComps; c++) {
    for (let i = 0; i < adata.nObs; i++) coordinates.data[i * nComps + c] = vectors[c * adata.nObs + i]!;
  }
  adata.obsm["X_diffmap"] = coordinates;
  adata.uns = { ...adata.uns, diffmap_evals: values };
  return adata;
}

/**
 * The k largest eigenvalues of the symmetric transition matrix of a graph, with their eigenvectors; see {@link diffmap}.
 *
 * @returns one vector of length 1 a row, its largest entry positive.
 * @example
 * const { values, vectors } = tl.diffusionMap(adata.obsp.connectivities, 5);
 */
export function diffusionMap(graph: CsrMatrix, k: number, seed = 0): Eigen {
  const { indices, indptr } = graph;
  const n = graph.shape[0];
  const weights = transitions(graph);
  const multiply = (x: Float64Array, out: Float64Array) => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) sum += weights[at]! * x[indices[at]!]!;
      out[i] = sum;
    }
  };
  const found = largestEigenvectors(multiply, n, k, random(seed, "diffmap"), { tolerance: 1e-9 });
  for (let c = 0; c < k; c++) {
    const vector = found.vectors.subarray(c * n, (c + 1) * n);
    let largest = 0;
    for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
    if (largest < 0) for (let i = 0; i < n; i++) vector[i] = -vector[i]!;
  }
  return found;
}

/** The values of the symmetric transition matrix, in the places of the graph's weights; a cell without neighbours has none. */
function transitions(graph: CsrMatrix): Float64Array {
  const { data, indices, indptr } = graph;
  const n = graph.shape[0];
  const density = graph.rowSums();
  const weights = new Float64Array(data.length);
  const roots = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) {
      weights[at] = data[at]! / (density[i]! * density[indices[at]!]!);
      sum += weights[at]!;
    }
    roots[i] = Math.sqrt(sum);
  }
  for (let i = 0; i < n; i++) {
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) weights[at]! /= roots[i]! * roots[indices[at]!]!;
  }
  return weights;
}
