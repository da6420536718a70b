import { medianSorted } from "simple-statistics";
import type { NormalMixture } from "../stats/normal-mixture.js";
import { type CovariateCurves, covariateCurves } from "./covariate-curves.js";
import { type TargetDistribution, targetDistribution, toTarget } from "./subset-quantiles.js";

const ROUNDING = 1e-9;

/** What conditional quantile normalisation starts from. */
export interface ConditionalQuantilesInput {
  /** log2 expression of a sample, per gene: log2(counts + 1) less log2 of the size factor in millions. */
  y(sample: number): Float64Array;
  samples: number;
  /** The first is the one whose median gene gives `offset0`. */
  covariates: Readonly<Record<string, Float64Array>>;
  /** The genes that are fitted, and the controls of the quantile normalisation. */
  subset: Int32Array;
  tau: number;
  /** Give the residuals of all samples one distribution. */
  sqn: boolean;
  /** That distribution's tails. Default: fitted to the data. */
  mixture?: NormalMixture;
}

/** A fit to samples, by which they, and others like them, are normalised. */
export interface ConditionalQuantiles {
  curves: CovariateCurves;
  /** Of each sample. */
  coefficients: readonly Float64Array[];
  /** The level of the normalised values: the samples' median fitted value at the median gene. */
  offset0: number;
  target?: TargetDistribution;
  /** What must be added to y, per gene; `coefficients` are fitted to y where not given. */
  offset(y: Float64Array, coefficients?: Float64Array): Float64Array;
}

/**
 * Conditional quantile normalisation of samples (Hansen, Irizarry and Wu 2012), as R's cqn does it: each sample less its own smooth
 * functions of the covariates, then by `sqn` all on one distribution. Holds one sample at a time, and of all the controls' residuals.
 * @example
 * const gc = adata.var.numbers("gc");
 * const y = (sample: number) => Float64Array.from(toCsr(adata.X).row(sample), Math.log1p);
 * const subset = Int32Array.from(gc.keys());
 * const { offset } = pp.conditionalQuantiles({ y, samples: 4, covariates: { gc }, subset, tau: 0.5, sqn: false });
 */
export function conditionalQuantiles(input: ConditionalQuantilesInput): ConditionalQuantiles {
  const { samples, covariates, subset, tau, sqn, mixture } = input;
  const curves = covariateCurves(covariates, subset);
  const coefficients: Float64Array[] = [];
  const controls: Float64Array[] = [];
  const levels = new Float64Array(samples);
  const middle = medianGene(Object.values(covariates)[0]!, subset);
  for (let sample = 0; sample < samples; sample++) {
    const y = input.y(sample);
    const fit = curves.fit(y, tau);
    const fitted = curves.fitted(fit);
    coefficients.push(fit);
    levels[sample] = fitted[middle]!;
    if (sqn) controls.push(sortedControls(residuals(y, fitted), subset));
  }
  const offset0 = medianSorted([...levels.sort()]);
  const target = sqn ? targetDistribution(controls, mixture) : undefined;
  return {
    curves,
    coefficients,
    offset0,
    ...(target && { target }),
    offset(y, given) {
      const fitted = curves.fitted(given ?? curves.fit(y, tau));
      if (!target) return fitted.map((value) => offset0 - value);
      const rest = residuals(y, fitted);
      return toTarget(rest, sortedControls(rest, subset), target).map((value, j) => value + offset0 - y[j]!);
    },
  };
}

/** The fitted gene in the middle by the covariate; of an even number the one below. */
function medianGene(values: Float64Array, subset: Int32Array): number {
  const order = Int32Array.from(subset).sort((a, b) => values[a]! - values[b]! || a - b);
  return order[Math.max(0, Math.floor(subset.length / 2) - 1)]!;
}

/** A regression meets as many genes as it has coefficients: what rounding leaves of their residuals must not rank them. */
function residuals(y: Float64Array, fitted: Float64Array): Float64Array {
  return y.map((value, j) => (Math.abs(value - fitted[j]!) < ROUNDING ? 0 : value - fitted[j]!));
}

function sortedControls(values: Float64Array, subset: Int32Array): Float64Array {
  return Float64Array.from(subset, (gene) => values[gene]!).sort();
}
