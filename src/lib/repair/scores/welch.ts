import type { DenseMatrix } from "../../anndata/dense.js";
import type { ScoredTypes } from "./scored-types.js";

/** Below this share of a gene's largest value a standard error is rounding. */
const ROUNDING = 1e-7;

/**
 * Welch's t of every gene in every type against all other scored cells, each cell counted a number of times: what
 * resampling needs, without p values.
 *
 * @returns types × genes, row-major; 0 where a gene is constant.
 */
export function welchScores(cells: DenseMatrix, { types, codes }: ScoredTypes, times: Uint16Array): Float64Array {
  const [n, genes] = cells.shape;
  const { data } = cells;
  const groups = types.length;
  const sums = new Float64Array(groups * genes);
  const squares = new Float64Array(groups * genes);
  const sizes = new Float64Array(groups);
  const { middle, reach } = extents(cells);
  for (let i = 0; i < n; i++) {
    const weight = times[i]!;
    const group = codes[i]!;
    if (weight === 0) continue;
    sizes[group]! += weight;
    for (let j = 0, from = i * genes, to = group * genes; j < genes; j++, from++, to++) {
      // Less the middle of the gene's range, so that a large mean costs no digits.
      const value = data[from]! - middle[j]!;
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

function extents({ data, shape: [, genes] }: DenseMatrix): { middle: Float64Array; reach: Float64Array } {
  const low = new Float64Array(genes).fill(Infinity);
  const high = new Float64Array(genes).fill(-Infinity);
  for (let at = 0, j = 0; at < data.length; at++) {
    const value = data[at]!;
    if (value < low[j]!) low[j] = value;
    if (value > high[j]!) high[j] = value;
    if (++j === genes) j = 0;
  }
  return {
    middle: low.map((value, j) => (value + high[j]!) / 2),
    reach: low.map((value, j) => Math.max(Math.abs(value), Math.abs(high[j]!))),
  };
}
