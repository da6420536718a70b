import type { DenseMatrix } from "../../anndata/dense.js";
import type { ScoredTypes } from "./scored-types.js";

/** Cells whose genes were moved so that large means cost no digits: prepared once, scored in many draws. */
export interface CentredCells {
  /** Cells × genes, each gene less the middle of its range. */
  readonly values: Float64Array;
  /** Size of the largest value of each gene. */
  readonly reach: Float64Array;
}

/** Prepares cells for {@link welchScores}. */
export function centred({ data, shape: [, genes] }: DenseMatrix): CentredCells {
  const low = new Float64Array(genes).fill(Infinity);
  const high = new Float64Array(genes).fill(-Infinity);
  for (let at = 0, j = 0; at < data.length; at++) {
    const value = data[at]!;
    if (value < low[j]!) low[j] = value;
    if (value > high[j]!) high[j] = value;
    if (++j === genes) j = 0;
  }
  const middle = low.map((value, j) => (value + high[j]!) / 2);
  const values = new Float64Array(data.length);
  for (let at = 0, j = 0; at < data.length; at++) {
    values[at] = data[at]! - middle[j]!;
    if (++j === genes) j = 0;
  }
  return {
    values,
    reach: low.map((value, j) => Math.max(Math.abs(value), Math.abs(high[j]!))),
  };
}

/** Below this share of a gene's largest value a standard error is rounding. */
const ROUNDING = 1e-7;

/**
 * Welch's t of every gene in every type against all other scored cells, each cell counted a number of times: what
 * resampling needs, without p values.
 *
 * @returns types × genes, row-major; 0 where a gene is constant.
 */
export function welchScores(
  { values, reach }: CentredCells,
  { types, codes }: ScoredTypes,
  times: Uint16Array,
): Float64Array {
  const genes = reach.length;
  const groups = types.length;
  const sums = new Float64Array(groups * genes);
  const squares = new Float64Array(groups * genes);
  const sizes = new Float64Array(groups);
  for (let i = 0; i < codes.length; i++) {
    const weight = times[i]!;
    const group = codes[i]!;
    if (weight === 0) continue;
    sizes[group]! += weight;
    for (let j = 0, from = i * genes, to = group * genes; j < genes; j++, from++, to++) {
      const value = values[from]!;
      sums[to]! += weight * value;
      squares[to]! += weight * value * value;
    }
  }
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const scores = new Float64Array(groups * genes);
  for (let j = 0; j < genes; j++) {
    let sum = 0;
    let square = 0;
    for (let at = j; at < scores.length; at += genes) {
      sum += sums[at]!;
      square += squares[at]!;
    }
    for (let group = 0, at = j; group < groups; group++, at += genes) {
      const size = sizes[group]!;
      const rest = all - size;
      const mean = sums[at]! / size;
      const restMean = (sum - sums[at]!) / rest;
      const spread = Math.max(0, squares[at]! / size - mean * mean) / (size - 1);
      const restSpread = Math.max(0, (square - squares[at]!) / rest - restMean * restMean) / (rest - 1);
      const error = Math.sqrt(spread + restSpread);
      scores[at] = error > ROUNDING * reach[j]! ? (mean - restMean) / error : 0;
    }
  }
  return scores;
}
