import type { AnnData } from "../anndata/anndata.js";
import { resolveOptions } from "../options.js";
import { bootstrap } from "../stats/bootstrap.js";
import { quantile } from "../stats/describe.js";
import { geneLengths } from "./gene-numbers.js";
import { integrityOf, REFERENCE_LENGTH } from "./integrity.js";
import { fitLogLinear } from "./log-linear-fit.js";
import { requireCounts } from "./require-counts.js";

/** A gene counts for at most so many times its expectation: the most abundant would decide the slope else. */
const CAP = 10;

/** Options of {@link estimate}. */
export interface EstimateOptions {
  /**
   * The length slope of intact material of this kind, by the same estimate. Default: 0, expression that does not depend on
   * length.
   */
  intactSlope?: number;
  /** Length in bases of which the share `integrity / 10` survives. Default: 2000. */
  referenceLength?: number;
  /** Share of the resampled values inside the intervals. Default: 0.95. */
  level?: number;
  /** Default: 200. */
  resamples?: number;
  /** Default: 0. */
  seed?: number;
}

/** A value with the ends of its bootstrap interval; NaN where there is too little to resample. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** What {@link estimate} finds. */
export interface SampleEstimate {
  /** Change of the logarithm of a gene's expected count for each kilobase of length. Resampled over genes. */
  lengthSlope: Estimate;
  /** The integrity number that explains the slope's distance from `intactSlope`; 10 where there is no loss. */
  integrity: Estimate;
  /** Genes seen in a cell, median. Resampled over cells. */
  detection: Estimate;
  /** Molecules in a cell, median. Resampled over cells. */
  total: Estimate;
}

/**
 * Estimates from a sample alone how degraded it is. The model of {@link counts} multiplies a gene's expectation by
 * `exp(-rate · length)`, so the slope of its logarithm against length falls by the rate; it is fitted to the genes' totals by
 * quasi-likelihood over all genes seen at least once, each counting for at most ten times its expectation, and the integrity number is `10 exp(-rate · referenceLength)`.
 *
 * The slope of intact material is not known from the sample: give `intactSlope` (the estimate of good cells of the same kind and protocol), else what
 * biology puts into the slope is taken for damage. Genes lost altogether are not seen, which makes strong damage look weaker.
 *
 * Reads counts in `X` and `var.length`; writes nothing.
 *
 * @throws Error where `X` does not hold counts or `var` has no `length` (run datasets.annotateGenes).
 * @throws RangeError where fewer than three genes are seen, or all are equally long.
 * @example
 * const intactSlope = degrade.estimate(good).lengthSlope.value;
 * degrade.estimate(adata, { intactSlope }).integrity; // { value, low, high }
 */
export function estimate(adata: AnnData, options: EstimateOptions = {}): SampleEstimate {
  const resolved = resolveOptions<Required<EstimateOptions>>("degrade.estimate", options, {
    intactSlope: 0,
    referenceLength: REFERENCE_LENGTH,
    level: 0.95,
    resamples: 200,
    seed: 0,
  });
  const { intactSlope, referenceLength, ...resampling } = resolved;
  if (!Number.isFinite(intactSlope)) throw new RangeError(`intactSlope must be a number, not ${intactSlope}`);
  requireCounts("degrade.estimate", adata.X);
  const lengthSlope = estimateSlope(adata, resampling);
  const integrity = (slope: number) => integrityOf((intactSlope - slope) / 1000, referenceLength);
  const middle = (values: ArrayLike<number>) => (rows: Int32Array) =>
    quantile(
      Float64Array.from(rows, (row) => values[row]!),
      0.5,
    );
  return {
    lengthSlope,
    integrity: {
      value: integrity(lengthSlope.value),
      low: integrity(lengthSlope.low),
      high: integrity(lengthSlope.high),
    },
    detection: resample(adata.nObs, middle(adata.X.rowNonZeros()), resampling),
    total: resample(adata.nObs, middle(adata.X.rowSums()), resampling),
  };
}

type Resampling = Required<Pick<EstimateOptions, "level" | "resamples" | "seed">>;

function estimateSlope(adata: AnnData, resampling: Resampling): Estimate {
  const lengths = geneLengths(adata);
  const totals = adata.X.columnSums();
  const seen = Int32Array.from(totals.keys()).filter((j) => totals[j]! > 0);
  const kilobases = Float64Array.from(seen, (j) => lengths[j]! / 1000);
  if (seen.length < 3 || kilobases.every((length) => length === kilobases[0])) {
    throw new RangeError(
      `a slope needs at least three genes of different length; ${seen.length} of ${adata.nVars} are seen in these cells`,
    );
  }
  const data = {
    counts: Float64Array.from(seen, (j) => totals[j]!),
    exposure: new Float64Array(seen.length).fill(1),
    covariates: [kilobases],
    cap: CAP,
  };
  const whole = fitLogLinear(data);
  return resample(seen.length, (rows) => fitLogLinear(data, rows, whole).coefficients[1]!, resampling);
}

function resample(n: number, statistic: (rows: Int32Array) => number, resampling: Resampling): Estimate {
  if (n < 2) return { value: n === 1 ? statistic(Int32Array.of(0)) : NaN, low: NaN, high: NaN };
  const { estimate: value, low, high } = bootstrap(n, statistic, { ...resampling, method: "percentile" });
  return { value, low, high };
}
