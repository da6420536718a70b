import type { AnnData } from "../../anndata/anndata.js";
import { DenseMatrix } from "../../anndata/dense.js";
import type { RepairOptions } from "../model.js";
import type { NetworkModel } from "../network-model.js";
import { moduleCount } from "./modules.js";

/** Attention of a model's context encoder for some cells. */
export interface AttentionMaps {
  readonly cells: number;
  readonly heads: number;
  /** Gene modules; the class token comes before them, so that a map has 1 + modules rows and columns. */
  readonly modules: number;
  /** One array a layer: cells × heads × (1 + modules) × (1 + modules), query then key, every row of sum one. */
  readonly layers: readonly Float32Array[];
}

/**
 * The attention with which a model reads cells.
 *
 * @throws RangeError where the model's context has no attention (`context: "mlp"`, or another method).
 * @example
 * const maps = repair.attention(model, task.degraded.test);
 */
export function attention(model: NetworkModel, cells: AnnData, options: RepairOptions = {}): AttentionMaps {
  const layers = Object.values(model.view("attention", cells, options)).map(({ data }) => data);
  const modules = moduleCount(model);
  const heads = layers[0]!.length / (cells.nObs * (1 + modules) ** 2);
  return { cells: cells.nObs, heads, modules, layers };
}

/**
 * What the class token attends to in one layer and head (default: the mean over heads): cells × modules.
 * @example
 * const last = repair.classAttention(repair.attention(model, task.degraded.test), 1);
 */
export function classAttention(
  { cells, heads, modules, layers }: AttentionMaps,
  layer: number,
  head?: number,
): DenseMatrix {
  const weights = layers[layer];
  if (!weights) throw new RangeError(`there is no layer ${layer}; the model has ${layers.length}`);
  if (head !== undefined && !(head >= 0 && head < heads)) {
    throw new RangeError(`there is no head ${head}; a layer has ${heads}`);
  }
  const shown = head === undefined ? Array.from({ length: heads }, (_, h) => h) : [head];
  const side = 1 + modules;
  const result = new DenseMatrix([cells, modules], new Float32Array(cells * modules));
  for (let i = 0; i < cells; i++) {
    for (const h of shown) {
      const start = (i * heads + h) * side * side + 1;
      for (let t = 0; t < modules; t++) result.data[i * modules + t]! += weights[start + t]! / shown.length;
    }
  }
  return result;
}

/**
 * Attention rollout (Abnar & Zuidema 2020): the layers' attention, averaged over heads and half of it the token itself for the
 * residual path, multiplied through the layers. How much of each module reaches the class token: cells × modules; the rest of
 * one came by the class token itself.
 * @example
 * const shares = repair.rollout(repair.attention(model, task.degraded.test));
 */
export function rollout({ cells, heads, modules, layers }: AttentionMaps): DenseMatrix {
  const side = 1 + modules;
  const result = new DenseMatrix([cells, modules], new Float32Array(cells * modules));
  for (let i = 0; i < cells; i++) {
    // Only the class token's row is wanted: from the last layer down to the first, a row times a matrix.
    let row = new Float64Array(side);
    row[0] = 1;
    for (const weights of [...layers].reverse()) {
      const next = row.map((value) => value / 2);
      for (let h = 0; h < heads; h++) {
        for (let query = 0; query < side; query++) {
          const start = ((i * heads + h) * side + query) * side;
          const share = row[query]! / (2 * heads);
          for (let key = 0; key < side; key++) next[key]! += share * weights[start + key]!;
        }
      }
      row = next;
    }
    result.data.set(row.subarray(1), i * modules);
  }
  return result;
}

/** Means over the cells of each group. */
export interface GroupMeans {
  /** Sorted. */
  readonly groups: readonly string[];
  /** groups × columns. */
  readonly means: DenseMatrix;
}

/**
 * Means of a cells × columns matrix by group, such as attention by cell type.
 *
 * @throws RangeError where there are not as many labels as cells.
 * @example
 * const matrix = DenseMatrix.fromRows([[1, 0], [3, 0], [5, 4]]);
 * repair.meansByGroup(matrix, ["B", "B", "T"]).means.data; // Float32Array [2, 0, 5, 4]
 */
export function meansByGroup(matrix: DenseMatrix, labels: readonly (string | null)[]): GroupMeans {
  const [cells, columns] = matrix.shape;
  if (labels.length !== cells) throw new RangeError(`there are ${labels.length} labels for ${cells} cells`);
  const groups = [...new Set(labels.filter((label) => label !== null))].sort();
  const means = new DenseMatrix([groups.length, columns], new Float32Array(groups.length * columns));
  groups.forEach((group, k) => {
    const own = [...labels.keys()].filter((i) => labels[i] === group);
    for (const i of own) {
      for (let t = 0; t < columns; t++) means.data[k * columns + t]! += matrix.data[i * columns + t]! / own.length;
    }
  });
  return { groups, means };
}
