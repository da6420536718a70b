import type { AnnData } from "../anndata/anndata.js";
import { toCsr } from "../anndata/matrix.js";
import { chiSquaredQuantile } from "../stats/chi-squared.js";
import { looksLikeCounts } from "../stats/counts.js";
import { quantile } from "../stats/describe.js";
import { digamma } from "../stats/gamma.js";
import { minimize } from "../stats/minimize.js";
import { columnMoments } from "../stats/moments.js";
import type { DropoutCurve, SimulationParameters } from "./simulation-parameters.js";

/** What {@link estimateSimulation} finds; the rest of the parameters keep their defaults. */
export type EstimatedSimulation = Omit<
  SimulationParameters,
  | "groups"
  | "batches"
  | "batchLocation"
  | "batchScale"
  | "deProbability"
  | "deDownProbability"
  | "deLocation"
  | "deScale"
>;

/** Excess zeros below this share, averaged over genes, are taken for none. */
const NO_DROPOUT = 0.02;

/** At least so many of the most abundant genes, and a twentieth of all, say how dispersed genes are without the trend. */
const ABUNDANT = 100;

/** Standard deviations of a normal distribution in one median absolute deviation. */
const NORMAL_MAD = 1.4826;

/**
 * Estimates the parameters of {@link simulate} from real counts, as Splatter's first estimate does: totals by the mean and deviation of
 * their logarithms; gene means, of counts scaled to the median total, by a gamma distribution's maximum likelihood after
 * the tenth of lowest and highest are set to that quantile; outliers are genes whose log mean is two median absolute
 * deviations above the median; the dispersion by the median of `(variance - mean) / mean²` of the most abundant genes, its trend by
 * the median of what the others have beyond, its degrees of freedom by their spread; dropout by a logistic curve through the zeros beyond those counting and dispersion make. Cells of several types
 * count as variation: give one type where groups are to be simulated too.
 *
 * Reads counts in `X`; writes nothing.
 *
 * @throws Error where `X` does not hold counts.
 * @throws RangeError where fewer than two cells or ten genes have any.
 * @example
 * const like = datasets.simulate({ ...datasets.estimateSimulation(adata), cells: 300, seed: 1 });
 */
export function estimateSimulation(adata: AnnData): EstimatedSimulation {
  if (!looksLikeCounts(adata.X)) {
    throw new Error(
      "datasets.estimateSimulation needs raw counts in X; give the data before pp.normalizeTotal and pp.log1p",
    );
  }
  const matrix = toCsr(adata.X);
  const totals = matrix.rowSums();
  const filled = totals.filter((total) => total > 0);
  const center = quantile(filled, 0.5);
  const factors = totals.map((total) => (total > 0 ? center / total : 0));
  const { mean, variance } = columnMoments(matrix.scaleRows(factors));
  const seen = Int32Array.from(mean.keys()).filter((j) => mean[j]! > 0);
  if (filled.length < 2 || seen.length < 10) {
    throw new RangeError(`too little to estimate from: ${filled.length} cells and ${seen.length} genes have counts`);
  }
  const means = Float64Array.from(seen, (j) => mean[j]!);
  const variances = Float64Array.from(seen, (j) => variance[j]!);
  const libraries = filled.map(Math.log);
  // Counting adds to each cell's scaled variance what its total says: the mean of 1 / total over the cells.
  const counting = factors.reduce((sum, factor) => sum + factor, 0) / filled.length;
  const shape = fitDispersion(means, variances, counting, adata.nObs);
  const zeros = Float64Array.from(matrix.columnNonZeros(), (count) => 1 - count / adata.nObs);
  return {
    cells: adata.nObs,
    genes: adata.nVars,
    ...fitMeans(mean, means),
    libraryLocation: average(libraries),
    libraryScale: deviation(libraries),
    ...shape,
    dropout: fitDropout(
      means,
      Float64Array.from(seen, (j) => zeros[j]!),
      totals.map((total) => total / center),
      shape,
    ),
  };
}

function fitMeans(all: Float64Array, means: Float64Array) {
  const [low, high] = [quantile(means, 0.1), quantile(means, 0.9)];
  const { meanShape, meanRate } = fitGamma(means.map((value) => Math.min(high, Math.max(low, value))));
  const logs = means.map(Math.log);
  const middle = quantile(logs, 0.5);
  const limit = middle + 2 * NORMAL_MAD * deviationFromMedian(logs);
  const outliers = logs.filter((value) => value > limit).map((value) => value - middle);
  return {
    meanShape,
    meanRate,
    outlierProbability: outliers.length / all.length,
    outlierLocation: outliers.length > 0 ? average(outliers) : 0,
    outlierScale: outliers.length > 1 ? deviation(outliers) : 0,
  };
}

/** Maximum likelihood by Newton's method on ln shape - ψ(shape) = ln mean - mean ln. */
function fitGamma(values: Float64Array): { meanShape: number; meanRate: number } {
  const mean = average(values);
  const gap = Math.log(mean) - average(values.map(Math.log));
  if (!(gap > 0)) return { meanShape: 1e6, meanRate: 1e6 / mean };
  let [low, high] = [1e-3, 1e6];
  for (let step = 0; step < 100; step++) {
    const middle = Math.sqrt(low * high);
    if (Math.log(middle) - digamma(middle) > gap) low = middle;
    else high = middle;
  }
  return { meanShape: low, meanRate: low / mean };
}

interface Dispersion {
  dispersion: number;
  dispersionTrend: number;
  dispersionDegrees: number;
}

function fitDispersion(means: Float64Array, variances: Float64Array, counting: number, cells: number): Dispersion {
  const excess = means.map((mean, j) => (variances[j]! - counting * mean) / mean ** 2);
  const order = Int32Array.from(means.keys()).sort((a, b) => means[b]! - means[a]!);
  const abundant = order.subarray(0, Math.max(ABUNDANT, Math.floor(order.length / 20)));
  const constants = Float64Array.from(abundant, (j) => excess[j]!);
  const logs = constants.filter((value) => value > 0).map(Math.log);
  // The logarithm of χ² over its degrees of freedom has a variance of about 2 / df; that of a measured variance adds 2 / cells.
  const spread = logs.length > 1 ? (NORMAL_MAD * deviationFromMedian(logs)) ** 2 - 2 / cells : 0;
  const dispersionDegrees = Math.min(60, Math.max(3, 2 / Math.max(spread, 1 / 30)));
  const middle = dispersionDegrees / chiSquaredQuantile(0.5, dispersionDegrees);
  const constant = Math.max(0, quantile(constants, 0.5));
  const trends = Float64Array.from(order.subarray(abundant.length), (j) => (excess[j]! - constant) * means[j]!);
  const trend = trends.length > 0 ? Math.max(0, quantile(trends, 0.5)) : 0;
  return { dispersion: constant / middle, dispersionTrend: trend / middle, dispersionDegrees };
}

function deviationFromMedian(values: Float64Array): number {
  const middle = quantile(values, 0.5);
  return quantile(
    values.map((value) => Math.abs(value - middle)),
    0.5,
  );
}

/** The curve through the zeros beyond those expected; undefined where there are none to speak of. */
function fitDropout(
  means: Float64Array,
  zeros: Float64Array,
  sizes: Float64Array,
  { dispersion, dispersionTrend, dispersionDegrees }: Dispersion,
): DropoutCurve | undefined {
  const typicalSizes = Float64Array.from({ length: 10 }, (_, k) => quantile(sizes, (k + 0.5) / 10));
  const spreads = Float64Array.from(
    { length: 7 },
    (_, k) => dispersionDegrees / chiSquaredQuantile((k + 0.5) / 7, dispersionDegrees),
  );
  const excess = new Float64Array(means.length);
  const weights = new Float64Array(means.length);
  for (let j = 0; j < means.length; j++) {
    let expected = 0;
    for (const size of typicalSizes) {
      const mean = size * means[j]!;
      for (const spread of spreads) {
        const variation = mean > 0 ? (dispersion + dispersionTrend / mean) * spread : 0;
        expected += (variation > 0 ? (1 + variation * mean) ** (-1 / variation) : Math.exp(-mean)) / 70;
      }
    }
    weights[j] = 1 - expected;
    excess[j] = (zeros[j]! - expected) / Math.max(1e-9, 1 - expected);
  }
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const share = excess.reduce((sum, value, j) => sum + weights[j]! * value, 0) / all;
  if (!(share > NO_DROPOUT)) return undefined;
  const logs = means.map(Math.log);
  const curve = Float64Array.of(-1, quantile(logs, 0.5));
  minimize((parameters, gradient) => {
    const [shape, midpoint] = [parameters[0]!, parameters[1]!];
    let loss = 0;
    gradient.fill(0);
    for (let j = 0; j < logs.length; j++) {
      const fitted = 1 / (1 + Math.exp(-shape * (logs[j]! - midpoint)));
      const error = fitted - excess[j]!;
      const slope = (2 * weights[j]! * error * fitted * (1 - fitted)) / all;
      loss += (weights[j]! * error * error) / all;
      gradient[0]! += slope * (logs[j]! - midpoint);
      gradient[1]! -= slope * shape;
    }
    return loss;
  }, curve);
  return { shape: curve[0]!, midpoint: curve[1]! };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: Float64Array): number {
  const mean = average(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
