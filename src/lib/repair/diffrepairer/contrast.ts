import type { DenseMatrix } from "../../anndata/dense.js";
import { scoped } from "../../engine/scope.js";
import type { Tf } from "../../engine/tensorflow.js";
import { insertNeighbour } from "../../pp/exact-knn.js";
import type { Facts } from "../network.js";
import { leadingDirections } from "../principal-components.js";
import { Scaler } from "../scaler.js";
import { dense, type TrainingData } from "../training-data.js";

/** Components of the space in which cells are drawn to their like, and training cells that draw. */
const COMPONENTS = 20;
const NEIGHBORS = 50;

/** The clean training cells in the space of their leading components, as facts of a network. */
export function atlasFacts(tf: Tf, data: TrainingData): Facts {
  const { data: values, shape } = dense(data.train);
  const [cells, genes] = shape;
  const components = Math.min(COMPONENTS, genes, cells - 1);
  return scoped(tf, () => {
    // z-scores of the training cells have mean zero: they need no centring.
    const z = new Scaler(tf, data.scaling).toZ(tf.tensor2d(values, [cells, genes]));
    const atlasDirections = leadingDirections(tf, [z], genes, components, data.seed);
    const scores = tf.matMul(z, tf.tensor2d(atlasDirections, [genes, components]));
    return { atlasDirections, atlasScores: scores.dataSync<"float32">().slice() };
  });
}

/**
 * Draws repaired cells towards their like, in place: in the space of the clean training cells' leading components each cell
 * moves by the share `strength` of its way to the weighted mean of its nearest training cells (mean shift, Fukunaga & Hostetler
 * 1975). No labels are used. Cell types stand out more and the values are less true: for looking at, not for measuring.
 *
 * @param z - repaired z-scores, cells × genes.
 * @param strength - 0 leaves the cells alone, 1 puts them among their neighbours.
 */
export function drawTogether(z: DenseMatrix, { atlasDirections, atlasScores }: Facts, strength: number): void {
  const [cells, genes] = z.shape;
  const components = atlasDirections!.length / genes;
  const atlas = atlasScores!.length / components;
  const neighbors = Math.min(NEIGHBORS, atlas);
  const nearest = new Int32Array(neighbors);
  const squares = new Float64Array(neighbors);
  for (let i = 0; i < cells; i++) {
    const row = z.row(i);
    const own = new Float64Array(components);
    for (let g = 0; g < genes; g++) {
      for (let c = 0; c < components; c++) own[c]! += row[g]! * atlasDirections![g * components + c]!;
    }
    nearest.fill(atlas);
    squares.fill(Infinity);
    for (let k = 0; k < atlas; k++) {
      let square = 0;
      for (let c = 0; c < components; c++) square += (atlasScores![k * components + c]! - own[c]!) ** 2;
      insertNeighbour(nearest, squares, neighbors, 0, k, square);
    }
    const least = squares[0]!;
    const scale = squares.reduce((sum, square) => sum + square - least, 0) / (2 * neighbors) || 1;
    const weights = squares.map((square) => Math.exp((least - square) / scale));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const shift = own.map((value) => -value);
    nearest.forEach((k, n) => {
      for (let c = 0; c < components; c++) shift[c]! += (weights[n]! / total) * atlasScores![k * components + c]!;
    });
    for (let g = 0; g < genes; g++) {
      let sum = 0;
      for (let c = 0; c < components; c++) sum += shift[c]! * atlasDirections![g * components + c]!;
      row[g]! += strength * sum;
    }
  }
}
