import { median } from "simple-statistics";
import { CsrMatrix } from "../anndata/csr.js";
import type { Knn } from "./neighbors.js";

const BISECTION_STEPS = 64;

/**
 * Weights of the neighbour graph as UMAP's fuzzy sets (McInnes, Healy and Melville 2018, 3.1): the weight of a neighbour is
 * `exp(-(d - ρ) / σ)`, ρ the distance to the nearest, σ such that a cell's weights sum to log₂ k; both directions are joined
 * as `a + b - a b`.
 *
 * @returns cells × cells, symmetric, weights in 0..1.
 */
export function umapConnectivities(knn: Knn): CsrMatrix {
  const { k, distances } = knn;
  const n = distances.length / k;
  const target = Math.log2(k);
  const overallMean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  const weights = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const row = distances.subarray(i * k, (i + 1) * k);
    const rho = row.find((distance) => distance > 0) ?? 0;
    const sumAt = (sigma: number) => {
      let sum = 0;
      for (let at = 1; at < k; at++) sum += row[at]! > rho ? Math.exp(-(row[at]! - rho) / sigma) : 1;
      return sum;
    };
    let low = 0;
    let high = Infinity;
    let sigma = 1;
    for (let step = 0; step < BISECTION_STEPS && Math.abs(sumAt(sigma) - target) > 1e-5; step++) {
      if (sumAt(sigma) > target) high = sigma;
      else low = sigma;
      sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
    }
    const rowMean = row.reduce((sum, distance) => sum + distance, 0) / k;
    sigma = Math.max(sigma, 1e-3 * (rho > 0 ? rowMean : overallMean));
    for (let at = 1; at < k; at++) weights[i * k + at] = row[at]! > rho ? Math.exp(-(row[at]! - rho) / sigma) : 1;
  }
  return symmetric(knn, weights, (forth, back) => forth + back - forth * back);
}

/**
 * Weights of the neighbour graph by a Gaussian whose width follows the density (Haghverdi et al. 2016): σᵢ² is the median of the
 * squared distances to a cell's neighbours, the weight √(2 σᵢσⱼ / (σᵢ² + σⱼ²)) exp(-d² / (σᵢ² + σⱼ²)).
 *
 * @returns cells × cells, symmetric.
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
  const rows = Array.from({ length: n }, () => new Map<number, number>());
  for (let i = 0; i < n; i++) {
    for (let at = i * k + 1; at < (i + 1) * k; at++) {
      const j = indices[at]!;
      const back = rows[i]!.get(j) ?? 0;
      const weight = join(weights[at]!, back);
      rows[i]!.set(j, weight);
      rows[j]!.set(i, weight);
    }
  }
  const indptr = new Int32Array(n + 1);
  rows.forEach((row, i) => (indptr[i + 1] = indptr[i]! + row.size));
  const columns = new Int32Array(indptr[n]!);
  const data = new Float32Array(indptr[n]!);
  rows.forEach((row, i) => {
    [...row]
      .sort(([a], [b]) => a - b)
      .forEach(([j, weight], at) => {
        columns[indptr[i]! + at] = j;
        data[indptr[i]! + at] = weight;
      });
  });
  return new CsrMatrix([n, n], data, columns, indptr);
}
