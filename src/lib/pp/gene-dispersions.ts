import { mean, median, sampleStandardDeviation } from "simple-statistics";
import type { Matrix } from "../anndata/matrix.js";
import { columnMoments } from "../stats/moments.js";

/** What is known of every gene's variability; arrays have one value a gene. */
export interface Variability {
  means: Float64Array;
  dispersions: Float64Array;
  dispersionsNorm: Float64Array;
}

/** The mean of genes without counts: their dispersion is 0 / 1e-12. */
const NO_MEAN = 1e-12;
/** The third quartile of the standard normal distribution: a median absolute deviation over it estimates the standard deviation. */
const NORMAL_QUARTILE = 0.6744897501960817;

/**
 * Mean, dispersion and normalised dispersion of every column of a matrix of log1p values, as Seurat's (Satija et al. 2015): on values
 * before the logarithm, dispersion = ln(variance / mean), standardised within equal-width bins of ln(1 + mean).
 *
 * @param undoLog - the values before the logarithm. Default: those of the natural one.
 * @example
 * const { dispersionsNorm } = pp.seuratVariability(pp.log1p(pp.normalizeTotal(adata)).X);
 */
export function seuratVariability(
  matrix: Matrix,
  nBins = 20,
  undoLog: (value: number) => number = Math.expm1,
): Variability {
  const { mean: means, variance } = columnMoments(matrix, undoLog);
  const dispersions = new Float64Array(means.length);
  for (let j = 0; j < means.length; j++) {
    const positive = means[j] === 0 ? NO_MEAN : means[j]!;
    const ratio = variance[j]! / positive;
    dispersions[j] = ratio === 0 ? NaN : Math.log(ratio);
    means[j] = Math.log1p(positive);
  }
  const dispersionsNorm = standardised(dispersions, equalWidthBins(means, nBins), (values) =>
    // One gene alone has no spread: it gets the normalised dispersion 1.
    values.length > 1 ? [mean(values), sampleStandardDeviation(values)] : [0, values[0]!],
  );
  return { means, dispersions, dispersionsNorm };
}

/**
 * Mean, dispersion and normalised dispersion of every column, as Cell Ranger's (Zheng et al. 2017): of the values as they are,
 * dispersion = variance / mean, less the median and over the scaled median absolute deviation of the genes between two of the
 * percentiles 10, 15, … 100 of the mean.
 *
 * @throws RangeError where percentiles of the mean coincide: too many genes have no counts.
 * @example
 * const { dispersionsNorm } = pp.cellRangerVariability(pp.filterGenes(adata, { minCells: 1 }).X);
 */
export function cellRangerVariability(matrix: Matrix): Variability {
  const { mean: means, variance } = columnMoments(matrix);
  const dispersions = new Float64Array(means.length);
  for (let j = 0; j < means.length; j++) {
    if (means[j] === 0) means[j] = NO_MEAN;
    dispersions[j] = variance[j]! / means[j]!;
  }
  const ratios = standardised(dispersions, percentileBins(means), (values) => {
    const center = median(values);
    return [center, median(values.map((value) => Math.abs(value - center)))];
  });
  // Scaled last: the genes whose deviation is the median one tie exactly, as they do in scanpy.
  return { means, dispersions, dispersionsNorm: ratios.map((ratio) => ratio * NORMAL_QUARTILE) };
}

/** Values less the centre and over the spread of those of their bin; values that are NaN take no part. */
function standardised(
  values: Float64Array,
  bins: Int32Array,
  centerAndSpread: (values: number[]) => [number, number],
): Float64Array {
  const members = new Map<number, number[]>();
  bins.forEach((bin, j) => {
    if (Number.isNaN(values[j])) return;
    const sameBin = members.get(bin);
    if (sameBin) sameBin.push(values[j]!);
    else members.set(bin, [values[j]!]);
  });
  const scales = new Map(Array.from(members, ([bin, found]) => [bin, centerAndSpread(found)]));
  return values.map((value, j) => {
    const [center, spread] = scales.get(bins[j]!) ?? [NaN, NaN];
    return (value - center) / spread;
  });
}

/** The bin of each value among those between the percentiles 10, 15, … 100, closed on the right. */
function percentileBins(values: Float64Array): Int32Array {
  const sorted = values.slice().sort();
  const edges: number[] = [];
  for (let percent = 10; percent <= 100; percent += 5) edges.push(percentile(sorted, percent));
  for (let at = 1; at < edges.length; at++) {
    // Not so with NaN: the values are at fault then, not their percentiles.
    if (!(edges[at]! <= edges[at - 1]!)) continue;
    throw new RangeError(
      `percentiles of the genes' means coincide at ${edges[at]}; drop genes without counts first, e.g. pp.filterGenes(adata, { minCells: 1 })`,
    );
  }
  return Int32Array.from(values, (value) => {
    let bin = 0;
    while (bin < edges.length && value > edges[bin]!) bin++;
    return bin;
  });
}

/** numpy's percentile of sorted values, with its way of rounding: values on an edge of a bin must fall on the same side. */
function percentile(sorted: Float64Array, percent: number): number {
  const place = (percent / 100) * (sorted.length - 1);
  const low = Math.floor(place);
  const rest = place - low;
  const from = sorted[low]!;
  const to = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return rest < 0.5 ? from + (to - from) * rest : to - (to - from) * (1 - rest);
}

/** The bin of each value among bins of equal width, closed on the right; the lowest is in the first bin. */
function equalWidthBins(values: Float64Array, nBins: number): Int32Array {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) return new Int32Array(values.length);
  const edges = Float64Array.from({ length: nBins + 1 }, (_, i) => low + (i * (high - low)) / nBins);
  return Int32Array.from(values, (value) => {
    // The quotient may be off by one where a value lies on an edge: the edges decide.
    let bin = Math.min(nBins - 1, Math.max(0, Math.ceil(((value - low) / (high - low)) * nBins) - 1));
    while (bin > 0 && value <= edges[bin]!) bin--;
    while (bin < nBins - 1 && value > edges[bin + 1]!) bin++;
    return bin;
  });
}
