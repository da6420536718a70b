import type { AnnData } from "../anndata/anndata.js";
import { toCsr } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import type { CountSeverity } from "./count-severity.js";
import { fitArrivals } from "./fit-arrivals.js";
import { fitCaptureLoss } from "./fit-capture-loss.js";
import { geneLengths } from "./gene-numbers.js";
import { integrityOf, REFERENCE_LENGTH } from "./integrity.js";
import { fitLogLinear } from "./log-linear-fit.js";
import { requirePairs } from "./paired.js";

/** Options of {@link fit}. */
export interface FitOptions {
  /** Length in bases of which the share `integrity / 10` survives. Default: 2000. */
  referenceLength?: number;
}

/** Severities of {@link counts}, each one number: the average over the cells. */
export type FittedCounts = { [Mechanism in keyof CountSeverity]: number };

/**
 * Fits the mechanisms of {@link counts} to the same cells before and after damage, by matching moments:
 *
 * - `integrity` from the share of each gene's molecules that is left: its logarithm falls with length by the rate (quasi-likelihood;
 *   neither contamination nor swapping changes it);
 * - `ambient` and `swapping` from the molecules where a cell had none before: the first bring them in proportion to the cell's total,
 *   the second as many to every cell (least squares over cells, both at least 0);
 * - `captureLoss` from the zeros where a cell had molecules before: more than thinning alone makes;
 * - `keep` from what is left in all.
 *
 * The result can be given to `counts` as options. Where all cells have nearly the same total, contamination and swapping cannot be told
 * apart: their sum is right, their parts are not.
 *
 * @throws RangeError where the two differ in shape or genes, or nothing is left after damage.
 * @throws Error where one does not hold counts, or `var` of `clean` has no `length`.
 * @example
 * const again = degrade.counts(clean, degrade.fit(clean, degraded));
 */
export function fit(clean: AnnData, degraded: AnnData, options: FitOptions = {}): FittedCounts {
  const { referenceLength } = resolveOptions<Required<FitOptions>>("degrade.fit", options, {
    referenceLength: REFERENCE_LENGTH,
  });
  requirePairs("degrade.fit", clean, degraded);
  const lengths = geneLengths(clean);
  const [before, after] = [toCsr(clean.X), toCsr(degraded.X)];
  const { left, rate } = fitLoss(before.columnSums(), after.columnSums(), lengths);
  const survivals = lengths.map((length) => Math.exp(-rate * length));

  const arrivals = fitArrivals(before, after, survivals);
  const captureLoss = fitCaptureLoss(before, after, survivals, arrivals);
  // Contamination adds to every gene's total in proportion; swapping leaves it.
  const kept = left * (1 - arrivals.ambient);
  return {
    integrity: Math.max(1, integrityOf(rate, referenceLength)),
    keep: Math.min(1, kept / (1 - captureLoss)),
    captureLoss,
    ...arrivals,
  };
}

/** Share of molecules left, for a length of 0, and the rate at which it falls with length (a base). */
function fitLoss(before: Float64Array, after: Float64Array, lengths: Float64Array): { left: number; rate: number } {
  const used = Int32Array.from(before.keys()).filter((j) => before[j]! > 0);
  if (!used.some((j) => after[j]! > 0)) {
    throw new RangeError("degrade.fit: nothing is left after damage, so nothing can be fitted");
  }
  const { coefficients } = fitLogLinear({
    counts: Float64Array.from(used, (j) => after[j]!),
    exposure: Float64Array.from(used, (j) => before[j]!),
    covariates: [Float64Array.from(used, (j) => lengths[j]! / 1000)],
  });
  return { left: Math.exp(coefficients[0]!), rate: Math.max(0, -coefficients[1]! / 1000) };
}
