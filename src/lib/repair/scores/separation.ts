import type { DenseMatrix } from "../../anndata/dense.js";
import { pcaOfMatrix } from "../../pp/pca.js";
import type { ScoredTypes } from "./scored-types.js";

/** Components that types are told apart by. */
export const COMPONENTS = 30;

/** Points of cells in few dimensions: cells × dimensions, row-major. */
export interface Points {
  readonly values: Float64Array;
  readonly dimensions: number;
}

/** A linear space of few components, fitted once. */
export interface ComponentSpace {
  readonly mean: Float64Array;
  /** Dimensions × genes, row-major. */
  readonly directions: Float64Array;
  readonly dimensions: number;
}

function dimensionsFor({ shape }: DenseMatrix, components: number): number {
  return Math.max(1, Math.min(components, shape[0] - 1, shape[1]));
}

/** Cells on their own leading principal components. */
export function ownComponents(cells: DenseMatrix, components = COMPONENTS): Points {
  const dimensions = dimensionsFor(cells, components);
  return { values: pcaOfMatrix(cells, dimensions).scores, dimensions };
}

/** The leading principal components of cells, for others to be looked at in. */
export function componentSpace(cells: DenseMatrix, components = COMPONENTS): ComponentSpace {
  const dimensions = dimensionsFor(cells, components);
  const mean = cells.columnSums().map((sum) => sum / cells.shape[0]);
  return { mean, directions: pcaOfMatrix(cells, dimensions).components, dimensions };
}

/** Cells on the components of a space. */
export function project(cells: DenseMatrix, { mean, directions, dimensions }: ComponentSpace): Points {
  const [n, genes] = cells.shape;
  const values = new Float64Array(n * dimensions);
  const centred = new Float64Array(genes);
  for (let i = 0; i < n; i++) {
    const row = cells.row(i);
    for (let j = 0; j < genes; j++) centred[j] = row[j]! - mean[j]!;
    for (let c = 0, at = 0; c < dimensions; c++) {
      let sum = 0;
      for (let j = 0; j < genes; j++) sum += centred[j]! * directions[at++]!;
      values[i * dimensions + c] = sum;
    }
  }
  return { values, dimensions };
}

/** Euclidean distances of all pairs of points: points × points. */
export function distances({ values, dimensions }: Points): Float32Array {
  const n = values.length / dimensions;
  const all = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      let sum = 0;
      for (let c = 0; c < dimensions; c++) sum += (values[i * dimensions + c]! - values[k * dimensions + c]!) ** 2;
      all[i * n + k] = all[k * n + i] = Math.sqrt(sum);
    }
  }
  return all;
}

/**
 * Separation of types, 100 (s + 1) / 2 with s the mean silhouette (Rousseeuw 1987): 50 where types lie on one another, 100 where they
 * are points far apart.
 *
 * @param distances - of all pairs of cells.
 * @param times - how often each cell counts; copies of a cell are not compared with each other.
 */
export function separation(distances: Float32Array, { types, codes }: ScoredTypes, times: Uint16Array): number {
  const n = codes.length;
  const sizes = new Float64Array(types.length);
  for (let i = 0; i < n; i++) if (codes[i]! >= 0) sizes[codes[i]!]! += times[i]!;
  const sums = new Float64Array(types.length);
  let total = 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (times[i] === 0) continue;
    sums.fill(0);
    for (let k = 0, at = i * n; k < n; k++, at++) if (times[k]! > 0) sums[codes[k]!]! += times[k]! * distances[at]!;
    const own = codes[i]!;
    const others = sizes[own]! - times[i]!;
    let nearest = Infinity;
    for (let type = 0; type < types.length; type++) {
      if (type !== own) nearest = Math.min(nearest, sums[type]! / sizes[type]!);
    }
    const within = others > 0 ? sums[own]! / others : nearest;
    const larger = Math.max(within, nearest);
    total += times[i]! * (larger > 0 ? (nearest - within) / larger : 0);
    count += times[i]!;
  }
  return 50 * (total / count + 1);
}
