import { quantile } from "../stats/describe.js";
import type { LogLinearData } from "./log-linear-fit.js";

/** From so many expected reads on, the logarithm of a count varies little by chance; fewer where too few genes have as many. */
const CERTAIN = 20;

/** What a fit leaves of each gene's logarithm in a sample; NaN where the gene has too few reads to tell. */
export interface Residuals {
  values: Float64Array;
  /** Variance that counting adds, median over the genes. */
  counting: number;
}

/** What a fit leaves of the logarithms of the counts. */
export function unexplained({ counts, exposure, covariates }: LogLinearData, coefficients: Float64Array): Residuals {
  const means = exposure.map((value, j) => {
    let logarithm = coefficients[0]!;
    for (let k = 0; k < covariates.length; k++) logarithm += coefficients[k + 1]! * covariates[k]![j]!;
    return value * Math.exp(logarithm);
  });
  const sorted = means.slice().sort();
  // A hundred genes at least, so that shallow samples have a value too.
  const least = Math.min(CERTAIN, sorted[Math.max(0, sorted.length - 100)]!);
  const values = means.map((mean, j) => (mean < least ? NaN : Math.log((counts[j]! + 0.5) / (mean + 0.5))));
  const certain = values.filter((value) => !Number.isNaN(value));
  const center = quantile(certain, 0.5);
  const counting = quantile(
    means.filter((mean) => mean >= least).map((mean) => 1 / (mean + 0.5)),
    0.5,
  );
  return { values: values.map((value) => value - center), counting };
}

/** Residuals of some genes as residuals of all. */
export function spreadOver(genes: Int32Array, { values, counting }: Residuals, count: number): Residuals {
  const all = new Float64Array(count).fill(NaN);
  for (let at = 0; at < genes.length; at++) all[genes[at]!] = values[at]!;
  return { values: all, counting };
}

/** What all samples have in common. */
export interface SharedEffects {
  /** One a gene, in natural logarithms. */
  effects: Float64Array;
  /** By how much of its mean residual a gene's effect was taken for real, on average: from 0 to 1. */
  weight: number;
}

/**
 * Each gene's mean residual over the samples, times `n τ² / (n τ² + σ²)`: `n` the samples that tell, `σ²` the variance around the means,
 * `τ²` that of the means beyond what `σ²` makes. 0 where fewer than two tell.
 */
export function sharedEffects(samples: readonly Residuals[], genes: number): SharedEffects {
  const sum = new Float64Array(genes);
  const square = new Float64Array(genes);
  const told = new Int32Array(genes);
  for (const { values } of samples) {
    for (let j = 0; j < genes; j++) {
      if (Number.isNaN(values[j])) continue;
      sum[j]! += values[j]!;
      square[j]! += values[j]! ** 2;
      told[j]!++;
    }
  }
  const effects = new Float64Array(genes);
  const certain = Int32Array.from(told.keys()).filter((j) => told[j]! >= 2);
  if (certain.length === 0) return { effects, weight: 0 };
  const means = Float64Array.from(certain, (j) => sum[j]! / told[j]!);
  let squares = 0;
  let degrees = 0;
  for (const j of certain) {
    squares += square[j]! - sum[j]! ** 2 / told[j]!;
    degrees += told[j]! - 1;
  }
  const within = squares / degrees;
  const chance = Float64Array.from(certain, (j) => within / told[j]!);
  const between = Math.max(0, robustDeviation(means) ** 2 - quantile(chance, 0.5));
  let weights = 0;
  certain.forEach((j, at) => {
    const weight = between > 0 ? between / (between + chance[at]!) : 0;
    effects[j] = weight * means[at]!;
    weights += weight;
  });
  return { effects, weight: weights / certain.length };
}

/** Standard deviation of a sample's residuals around the genes' effects, less what counting adds. */
export function spreadAround({ values, counting }: Residuals, shared: SharedEffects, samples: number): number {
  const { effects, weight } = shared;
  const own = values.map((value, j) => value - effects[j]!).filter((value) => !Number.isNaN(value));
  // Effects fitted to the same samples take a part of the spread with them: w of a mean of n leaves 1 - (2w - w²) / n.
  const left = 1 - (2 * weight - weight ** 2) / samples;
  return Math.sqrt(Math.max(0, robustDeviation(own) ** 2 / left - counting));
}

function robustDeviation(values: Float64Array): number {
  const center = quantile(values, 0.5);
  return (
    1.4826 *
    quantile(
      values.map((value) => Math.abs(value - center)),
      0.5,
    )
  );
}
