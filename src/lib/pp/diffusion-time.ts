import { operatorPowers, type OperatorPowers, powerTimes } from "../stats/operator-powers.js";
import { singularValues } from "../stats/singular-values.js";

/** The most steps that are tried, and the disparity below which one more step changes little: the reference's. */
const MOST_STEPS = 20;
const CONVERGED = 0.001;

/** A number of diffusion steps, and how it was found. */
export interface DiffusionTime {
  t: number;
  /** Procrustes disparity between step i and step i + 1. */
  disparity: number[];
}

/**
 * Chooses the number of diffusion steps as MAGIC does: one after the first whose result is, by Procrustes' disparity, within 0.001 of
 * the step before; 20 where there is none.
 *
 * @param data - cells × genes, row-major; not changed.
 * @example
 * const points = Float64Array.of(0, 1, 3, 7);
 * const kernel = pp.alphaDecayKernel(pp.exactKnn(points, 1, 3), { knn: 1, decay: 1, threshold: 1e-4 });
 * const powers = stats.operatorPowers(pp.rowStochastic(kernel));
 * const { t } = pp.diffusionTime(powers, points, 1);
 * powers.close();
 */
export function diffusionTime(powers: OperatorPowers, data: Float64Array, genes: number): DiffusionTime {
  const disparity: number[] = [];
  let before = data;
  while (disparity.length < MOST_STEPS) {
    const after = powerTimes(powers, 1, before, genes);
    disparity.push(procrustesDisparity(before, after, genes));
    if (disparity.at(-1)! < CONVERGED) return { t: disparity.length + 1, disparity };
    before = after;
  }
  return { t: MOST_STEPS, disparity };
}

/**
 * What remains between two sets of points after the best shift, scaling, turn and reflection: 1 less the square of the sum of the singular
 * values of AᵀB, both centred and scaled to norm 1 (Gower 1975).
 *
 * @param a - points × columns, row-major.
 * @param b - of the same shape.
 * @example
 * pp.procrustesDisparity(Float64Array.of(0, 1, 3), Float64Array.of(5, 7, 11), 1); // 0, up to rounding: b is 5 + 2 a
 */
export function procrustesDisparity(a: Float64Array, b: Float64Array, columns: number): number {
  const rows = a.length / columns;
  const cross = transposedTimes(standardised(a, columns), standardised(b, columns), rows, columns);
  const nuclear = singularValues(cross, columns).reduce((sum, value) => sum + value, 0);
  return 1 - nuclear ** 2;
}

/** AᵀB, by the same kernel as the diffusion: every entry of Aᵀ is one of the operator. */
function transposedTimes(a: Float64Array, b: Float64Array, rows: number, columns: number): Float64Array {
  const values = new Float64Array(a.length);
  const indices = new Int32Array(a.length);
  for (let i = 0, from = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      values[j * rows + i] = a[from++]!;
      indices[j * rows + i] = i;
    }
  }
  const indptr = Int32Array.from({ length: columns + 1 }, (_, j) => j * rows);
  const transposed = operatorPowers({ columns: rows, indices, indptr, values });
  try {
    return powerTimes(transposed, 1, b, columns);
  } finally {
    transposed.close();
  }
}

/** Columns less their means, the whole divided by its norm. */
function standardised(points: Float64Array, columns: number): Float64Array {
  const rows = points.length / columns;
  const mean = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j]! += points[at++]! / rows;
  const centred = new Float64Array(points.length);
  let square = 0;
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      centred[at] = points[at]! - mean[j]!;
      square += centred[at]! ** 2;
    }
  }
  const norm = Math.sqrt(square) || 1;
  for (let at = 0; at < centred.length; at++) centred[at]! /= norm;
  return centred;
}
