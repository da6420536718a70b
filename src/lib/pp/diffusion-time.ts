import { type OperatorPowers, powerTimes } from "../stats/operator-powers.js";
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
 */
export function procrustesDisparity(a: Float64Array, b: Float64Array, columns: number): number {
  const rows = a.length / columns;
  const [left, right] = [standardised(a, columns), standardised(b, columns)];
  const cross = new Float64Array(columns * columns);
  // Four rows at a time: the products are read and written a quarter as often.
  for (let i = 0; i < rows; i += 4) {
    const last = Math.min(4, rows - i);
    const at = (row: number) => (row < last ? (i + row) * columns : i * columns);
    const [w, x, y, z] = [at(0), at(1), at(2), at(3)];
    const [ofX, ofY, ofZ] = [Number(last > 1), Number(last > 2), Number(last > 3)];
    for (let j = 0; j < columns; j++) {
      const [p, q, r, s] = [left[w + j]!, ofX * left[x + j]!, ofY * left[y + j]!, ofZ * left[z + j]!];
      const to = j * columns;
      for (let k = 0; k < columns; k++) {
        cross[to + k]! += p * right[w + k]! + q * right[x + k]! + (r * right[y + k]! + s * right[z + k]!);
      }
    }
  }
  const nuclear = singularValues(cross, columns).reduce((sum, value) => sum + value, 0);
  return 1 - nuclear ** 2;
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
