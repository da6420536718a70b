import type { AnnData } from "../../anndata/anndata.js";
import type { DenseMatrix } from "../../anndata/dense.js";
import { backend } from "../../engine/backend.js";
import { quantile } from "../../stats/describe.js";
import { principalBasis } from "../principal-components.js";
import { dense, type Scaling, type TrainingData } from "../training-data.js";

/** Components of the space, training cells that a cell is compared with, and the bound of z-scores. */
const COMPONENTS = 20;
const NEIGHBORS = 10;
const Z_LIMIT = 10;
/** Share of the validation cells that count as like the training cells. */
const LIKE = 0.99;

/** Where the damaged training cells lie, by which other cells can be told from them. */
export interface TrainingReference {
  /** Mean z-score of every gene over the damaged training cells: G. */
  readonly center: Float32Array;
  /** G × components, orthonormal columns. */
  readonly directions: Float32Array;
  /** The damaged training cells in that space, cells × components. */
  readonly scores: Float32Array;
  /** The least distance and the least residual that are unusual. */
  readonly limits: Float32Array;
}

/**
 * Learns the space of the damaged training cells' leading principal components, and which distances in it and out of it are usual: 99 %
 * of the validation cells, damaged too, are as near.
 */
export async function fitReference(data: TrainingData): Promise<TrainingReference> {
  const { tf } = await backend();
  const { degraded, genes, train, scaling } = data;
  const components = Math.min(COMPONENTS, genes.length, train.nObs - 1);
  const { center, directions } = principalBasis(tf, data, components);
  const limits = Float32Array.of(1, 1);
  const space = { center, directions, scores: new Float32Array(), limits };
  const { scores } = project(space, scaling, dense(degraded.train[0]!));
  const reference = { ...space, scores };
  const { distances, residuals } = distancesTo(reference, scaling, degraded.validation);
  limits.set([quantile(distances, LIKE), quantile(residuals, LIKE)]);
  // Two limits are passed by more cells than each alone.
  const widen = quantile(unlikeness(reference, scaling, degraded.validation), LIKE);
  return { ...reference, limits: limits.map((limit) => limit * widen) };
}

/**
 * How unlike the training cells each cell is: the larger of two shares, its mean distance to the ten nearest training cells of what is
 * usual, and its distance from the space of all of them of what is usual. More than 1 is unlike.
 *
 * @param cells - with the training data's genes, log1p.
 */
export function unlikeness(reference: TrainingReference, scaling: Scaling, cells: AnnData): Float32Array {
  const [usualDistance, usualResidual] = reference.limits as unknown as [number, number];
  const { distances, residuals } = distancesTo(reference, scaling, cells);
  return distances.map((distance, i) => Math.max(distance / usualDistance, residuals[i]! / usualResidual));
}

function distancesTo(reference: TrainingReference, scaling: Scaling, cells: AnnData) {
  const { scores, residuals } = project(reference, scaling, dense(cells));
  return { distances: nearestDistances(scores, reference), residuals };
}

/** Cells in the space, and how far they lie outside it: root mean square of what is left of their z-scores. */
function project({ center, directions }: TrainingReference, { mean, sd }: Scaling, X: DenseMatrix) {
  const [cells, genes] = X.shape;
  const components = directions.length / genes;
  const scores = new Float32Array(cells * components);
  const residuals = new Float32Array(cells);
  for (let i = 0; i < cells; i++) {
    const row = X.row(i);
    const own = scores.subarray(i * components, (i + 1) * components);
    let squares = 0;
    for (let j = 0; j < genes; j++) {
      const z = Math.max(-Z_LIMIT, Math.min(Z_LIMIT, (row[j]! - mean[j]!) / sd[j]!)) - center[j]!;
      squares += z * z;
      for (let c = 0; c < components; c++) own[c]! += z * directions[j * components + c]!;
    }
    for (const score of own) squares -= score * score;
    residuals[i] = Math.sqrt(Math.max(0, squares) / genes);
  }
  return { scores, residuals };
}

/** Mean distance of each row to the nearest training cells. */
function nearestDistances(rows: Float32Array, { center, directions, scores }: TrainingReference): Float32Array {
  const components = directions.length / center.length;
  const cells = scores.length / components;
  const neighbors = Math.min(NEIGHBORS, cells);
  // The least squares so far, in order.
  const least = new Float32Array(neighbors);
  return Float32Array.from({ length: rows.length / components }, (_, i) => {
    least.fill(Infinity);
    for (let k = 0; k < cells; k++) {
      let sum = 0;
      let at = neighbors - 1;
      // The first components differ most: few rows need all of them.
      for (let c = 0; c < components && sum < least[at]!; c++) {
        const difference = scores[k * components + c]! - rows[i * components + c]!;
        sum += difference * difference;
      }
      if (!(sum < least[at]!)) continue;
      for (; at > 0 && sum < least[at - 1]!; at--) least[at] = least[at - 1]!;
      least[at] = sum;
    }
    let total = 0;
    for (const square of least) total += Math.sqrt(square);
    return total / neighbors;
  });
}
