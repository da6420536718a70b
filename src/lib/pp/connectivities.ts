import { median } from "simple-statistics";
import { CsrMatrix } from "../anndata/csr.js";
import type { Knn } from "./exact-knn.js";

const BISECTION_STEPS = 64;

/**
 * Weights of the neighbour graph as UMAP's fuzzy sets (McInnes, Healy and Melville 2018, 3.1): the weight of a neighbour is
 * `exp(-(d - ρ) / σ)`, ρ the distance to the nearest, σ such that a cell's weights sum to log₂ k; both directions are joined
 * as `a + b - a b`.
 *
 * @returns cells × cells, symmetric, weights in 0..1.
 * @example
 * const graph = pp.umapConnectivities(pp.exactKnn(Float64Array.of(0, 1, 3, 7), 1, 3));
 */
export function umapConnectivities(knn: Knn): CsrMatrix {
  const { k, distances } = knn;
  const n = distances.length / k;
  const target = Math.log2(k);
  const overallMean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  const weights = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const first = i * k;
    let rho = 0;
    let rowMean = 0;
    for (let at = first; at < first + k; at++) {
      if (rho === 0 && distances[at]! > 0) rho = distances[at]!;
      rowMean += distances[at]! / k;
    }
    let low = 0;
    let high = Infinity;
    let sigma = 1;
    for (let step = 0; step < BISECTION_STEPS; step++) {
      const sum = fuzzySum(distances, first, k, rho, sigma);
      if (Math.abs(sum - target) <= 1e-5) break;
      if (sum > target) high = sigma;
      else low = sigma;
      sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
    }
    sigma = Math.max(sigma, 1e-3 * (rho > 0 ? rowMean : overallMean));
    for (let at = first + 1; at < first + k; at++) {
      weights[at] = distances[at]! > rho ? Math.exp(-(distances[at]! - rho) / sigma) : 1;
    }
  }
  return symmetric(knn, weights, (forth, back) => forth + back - forth * back);
}

function fuzzySum(distances: Float64Array, first: number, k: number, rho: number, sigma: number): number {
  let sum = 0;
  for (let at = first + 1; at < first + k; at++) {
    const beyond = distances[at]! - rho;
    sum += beyond > 0 ? Math.exp(-beyond / sigma) : 1;
  }
  return sum;
}

/**
 * Weights of the neighbour graph by a Gaussian whose width follows the density (Haghverdi et al. 2016): σᵢ² is the median of the
 * squared distances to a cell's neighbours, the weight √(2 σᵢσⱼ / (σᵢ² + σⱼ²)) exp(-d² / (σᵢ² + σⱼ²)).
 *
 * @returns cells × cells, symmetric.
 * @example
 * const graph = pp.gaussConnectivities(pp.exactKnn(Float64Array.of(0, 1, 3, 7), 1, 3));
 */
export function gaussConnectivities(knn: Knn): CsrMatrix {
  const { k, indices, distances } = knn;
  const n = distances.length / k;
  const variances = Float64Array.from({ length: n }, (_, i) =>
    median(Array.from(distances.subarray(i * k + 1, (i + 1) * k), (distance) => distance ** 2)),
  );
  const weights = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let at = i * k + 1; at < (i + 1) * k; at++) {
      const both = variances[i]! + variances[indices[at]!]!;
      const product = 2 * Math.sqrt(variances[i]! * variances[indices[at]!]!);
      // Both variances are 0 where most neighbours lie on the same spot: those weigh 1, all others 0.
      if (both === 0) weights[at] = distances[at] === 0 ? 1 : 0;
      else weights[at] = Math.sqrt(product / both) * Math.exp(-(distances[at]! ** 2) / both);
    }
  }
  return symmetric(knn, weights, Math.max);
}

/** Joins the weights of both directions of every pair; a direction that is not there weighs 0. */
function symmetric(
  { k, indices }: Knn,
  weights: Float64Array,
  join: (forth: number, back: number) => number,
): CsrMatrix {
  const n = indices.length / k;
  // Row j of the transpose, rising: the points that j is a neighbour of.
  const starts = new Int32Array(n + 1);
  for (let at = 0; at < indices.length; at++) if (at % k !== 0) starts[indices[at]! + 1]!++;
  for (let j = 0; j < n; j++) starts[j + 1]! += starts[j]!;
  const next = starts.slice(0, n);
  const sources = new Int32Array(starts[n]!);
  const backward = new Float64Array(starts[n]!);
  for (let i = 0; i < n; i++) {
    for (let at = i * k + 1; at < (i + 1) * k; at++) {
      const to = next[indices[at]!]!++;
      sources[to] = i;
      backward[to] = weights[at]!;
    }
  }
  const indptr = new Int32Array(n + 1);
  const columns = new Int32Array(2 * starts[n]!);
  const data = new Float32Array(columns.length);
  const order = new Int32Array(k - 1);
  let end = 0;
  for (let i = 0; i < n; i++) {
    sortNeighbours(indices, i * k + 1, order);
    let back = starts[i]!;
    const lastBack = starts[i + 1]!;
    let forth = 0;
    while (forth < order.length || back < lastBack) {
      const forward = forth < order.length ? indices[order[forth]!]! : n;
      const source = back < lastBack ? sources[back]! : n;
      columns[end] = Math.min(forward, source);
      data[end++] = join(forward <= source ? weights[order[forth++]!]! : 0, source <= forward ? backward[back++]! : 0);
    }
    indptr[i + 1] = end;
  }
  return new CsrMatrix([n, n], data.slice(0, end), columns.slice(0, end), indptr);
}

/** The places of one point's neighbours, from `first` on, by rising number of the neighbour. */
function sortNeighbours(indices: Int32Array, first: number, order: Int32Array): void {
  for (let count = 0; count < order.length; count++) {
    const neighbour = indices[first + count]!;
    let at = count;
    for (; at > 0 && indices[order[at - 1]!]! > neighbour; at--) order[at] = order[at - 1]!;
    order[at] = first + count;
  }
}
