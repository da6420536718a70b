import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { backend } from "../engine/backend.js";
import { scoped } from "../engine/scope.js";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { resolveOptions } from "../options.js";
import { checkGenes, type RepairModel } from "./model.js";
import { principalBasis } from "./principal-components.js";
import { Scaler } from "./scaler.js";
import { dense, type TrainingData } from "./training-data.js";

/** Options of {@link fitNearestCells}. */
export interface NearestCellsOptions {
  /** Number of neighbours. Default: 15. */
  readonly k?: number;
  /** Principal components of the degraded training cells to measure distances in. Default: 30. */
  readonly components?: number;
}

/** Cells compared with the atlas at once. */
const BATCH = 256;

/**
 * k nearest neighbours in the training atlas: a degraded cell becomes the mean of the clean partners of the degraded training cells
 * (all draws) nearest to it, by Euclidean distance between their principal components. Nothing of the cell itself is kept.
 * @example
 * const model = await repair.fitNearestCells(task);
 */
export async function fitNearestCells(data: TrainingData, options: NearestCellsOptions = {}): Promise<RepairModel> {
  const { k, components } = resolveOptions("repair.fitNearestCells", options, { k: 15, components: 30 });
  const { genes, scaling } = data;
  const G = genes.length;
  const atlasCells = data.train.nObs * data.degraded.train.length;
  if (!Number.isInteger(k) || k < 1 || k > atlasCells) {
    throw new RangeError(`k must be a whole number from 1 to ${atlasCells}, the degraded training cells, not ${k}`);
  }
  const { tf } = await backend();
  const { center, directions } = principalBasis(tf, data, components);
  const scores = (cells: AnnData) =>
    scoped(tf, () => {
      const z = new Scaler(tf, scaling).toZ(tf.tensor2d(dense(cells).data, [cells.nObs, G]));
      return tf.matMul(z.sub(tf.tensor1d(center)), tf.tensor2d(directions, [G, components])).dataSync<"float32">();
    });
  const atlas = new Float32Array(atlasCells * components);
  data.degraded.train.forEach((draw, d) => atlas.set(scores(draw), d * data.train.nObs * components));
  return {
    ...{ name: "knn", label: "Nearest cells", parameters: atlas.length + directions.length },
    async repair(cells) {
      checkGenes("nearest cells", genes, cells);
      const own = scores(cells);
      const repaired = new Float32Array(cells.nObs * G);
      for (let start = 0; start < cells.nObs; start += BATCH) {
        const batch = own.subarray(start * components, (start + BATCH) * components);
        scoped(tf, () => {
          const rows = (values: Float32Array) => tf.tensor2d(values, [values.length / components, components]);
          const nearest = nearestRows(tf, rows(batch), rows(atlas), k).dataSync<"int32">();
          addPartners(repaired.subarray(start * G), nearest, k, dense(data.train));
        });
      }
      return { mean: new DenseMatrix([cells.nObs, G], repaired) };
    },
  };
}

/** Numbers of the k rows of b nearest to each row of a. */
function nearestRows(tf: Tf, a: Tensor, b: Tensor, k: number): Tensor {
  // The length of a changes no order.
  const closeness = tf.matMul(a, b, false, true).mul(2).sub(b.square().sum(1));
  return tf.topk(closeness, k).indices;
}

/** Adds to each row of `to` the mean of its neighbours' clean partners; draws repeat the cells in order. */
function addPartners(to: Float32Array, nearest: Int32Array, k: number, clean: DenseMatrix): void {
  const [cells, genes] = clean.shape;
  nearest.forEach((neighbour, at) => {
    const row = clean.row(neighbour % cells);
    const start = Math.floor(at / k) * genes;
    for (let j = 0; j < genes; j++) to[start + j]! += row[j]! / k;
  });
}
