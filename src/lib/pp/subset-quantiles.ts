import { quantileOfSorted } from "../stats/describe.js";
import { fitNormalMixture, mixtureQuantile, type NormalMixture } from "../stats/normal-mixture.js";

/** The distribution that subset quantile normalisation gives every sample. */
export interface TargetDistribution {
  /** Of the control values, rising. */
  quantiles: Float64Array;
  mixture: NormalMixture;
}

const COMPONENTS = 5;
/** Weight of the mixture's quantiles beside the medians of the samples' own. */
const MIXTURE_WEIGHT = 0.9;
/** Above this share of the controls the mixture alone decides; below the other a value moves with the lowest control. */
const UPPER = 0.95;
const LOWER = 0.0001;

/**
 * The target of subset quantile normalisation (Wu and Aryee 2010, as cqn has it): per rank the median over the samples, mixed with the
 * quantiles of five normal distributions fitted to these medians.
 *
 * @param controls - each sample's control values, rising; all of one length.
 * @param mixture - fitted elsewhere. Default: fitted here.
 * @example
 * const controls = [0, 2].map((shift) => Float64Array.from({ length: 50 }, (_, i) => i + shift));
 * const { quantiles } = pp.targetDistribution(controls);
 */
export function targetDistribution(controls: readonly Float64Array[], mixture?: NormalMixture): TargetDistribution {
  const n = controls[0]!.length;
  const medians = Float64Array.from({ length: n }, (_, rank) =>
    quantileOfSorted(Float64Array.from(controls, (values) => values[rank]!).sort(), 0.5),
  );
  const fitted = mixture ?? fitNormalMixture(medians, COMPONENTS);
  const quantiles = medians.map(
    (value, rank) => (1 - MIXTURE_WEIGHT) * value + MIXTURE_WEIGHT * mixtureQuantile(fitted, (rank + 0.5) / n),
  );
  return { quantiles, mixture: fitted };
}

/**
 * A sample's values on the target distribution: by their rank among the sample's controls (equal ones in the middle of theirs), and
 * above the controls' 95 % quantile by their rank among the values there.
 *
 * @param controls - the sample's control values, rising.
 * @example
 * const controls = Float64Array.from({ length: 50 }, (_, i) => i);
 * const target = pp.targetDistribution([controls, controls.map((value) => value + 2)]);
 * const values = pp.toTarget(controls, controls, target);
 */
export function toTarget(values: Float64Array, controls: Float64Array, target: TargetDistribution): Float64Array {
  const shift = quantileOfSorted(target.quantiles, LOWER) - quantileOfSorted(controls, LOWER);
  const upper: number[] = [];
  const result = values.map((value, i) => {
    const share = rankAmong(controls, value) / controls.length;
    if (share > UPPER) upper.push(i);
    return share < LOWER ? value + shift : quantileOfSorted(target.quantiles, share);
  });
  upper.sort((i, j) => values[i]! - values[j]! || i - j);
  upper.forEach((i, rank) => {
    result[i] = mixtureQuantile(target.mixture, UPPER + ((1 - UPPER) * (rank + 1)) / (upper.length + 1));
  });
  return result;
}

/** How many of the sorted values are at most `value`; of several equal to it half count, and one more half. */
function rankAmong(sorted: Float64Array, value: number): number {
  const end = countWhile(sorted, (other) => other <= value);
  const start = countWhile(sorted, (other) => other < value);
  return end > start ? (start + 1 + end) / 2 : end;
}

/** How many values fulfil a condition that holds from the first on and then no longer. */
function countWhile(sorted: Float64Array, condition: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (condition(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
