import { normalSf } from "./normal.js";
import { quantileOfSorted } from "./describe.js";

/** A mixture of normal distributions. */
export interface NormalMixture {
  weights: Float64Array;
  means: Float64Array;
  sds: Float64Array;
}

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);
/** mclust's: change of the log-likelihood relative to one more than its size. */
const CONVERGED = 1e-5;
const MOST_STEPS = 100_000;
/** A component whose variance falls below this share of the data's has collapsed onto a few values. */
const COLLAPSED = 1e-12;

/**
 * Fits a mixture of k normal distributions to one variable by EM as mclust does (Scrucca et al. 2016): from classes between quantiles,
 * with equal and with free variances, of which the better by the Bayesian information criterion is taken.
 *
 * @throws RangeError where there are fewer distinct values than components.
 * @example
 * const mixture = fitNormalMixture([0, 0.1, -0.1, 0.2, 5, 5.1, 4.9, 5.2], 2);
 */
export function fitNormalMixture(values: ArrayLike<number>, k: number): NormalMixture {
  const sorted = Float64Array.from(values).sort();
  const classes = quantileClasses(sorted, k);
  const fits = [true, false].flatMap((isEqual) => {
    const fit = expectationMaximisation(sorted, classes, k, isEqual);
    const parameters = isEqual ? 2 * k : 3 * k - 1;
    return fit ? [{ ...fit, bic: 2 * fit.logLikelihood - parameters * Math.log(sorted.length) }] : [];
  });
  const [first, second] = fits;
  if (!first) throw new RangeError(`a mixture of ${k} normal distributions cannot be fitted: a component collapsed`);
  const { weights, means, sds } = second && second.bic > first.bic ? second : first;
  return { weights, means, sds };
}

/**
 * P(X ≤ x).
 * @example
 * mixtureCdf(fitNormalMixture([1, 2, 3], 1), 2); // 0.5
 */
export function mixtureCdf({ weights, means, sds }: NormalMixture, x: number): number {
  let sum = 0;
  for (let c = 0; c < means.length; c++) sum += weights[c]! * normalSf((means[c]! - x) / sds[c]!);
  return sum;
}

/**
 * The x with P(X ≤ x) = p, by Newton's method kept within brackets.
 *
 * @param p - above 0 and below 1.
 * @example
 * mixtureQuantile(fitNormalMixture([1, 2, 3], 1), 0.9);
 */
export function mixtureQuantile(mixture: NormalMixture, p: number): number {
  const { means, sds } = mixture;
  const spread = 40 * Math.max(...sds);
  let [low, high] = [Math.min(...means) - spread, Math.max(...means) + spread];
  let x = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const excess = mixtureCdf(mixture, x) - p;
    if (excess > 0) high = x;
    else low = x;
    const next = x - excess / density(mixture, x);
    const to = next >= low && next <= high ? next : (low + high) / 2;
    if (Math.abs(to - x) <= 1e-14 * spread) return to;
    x = to;
  }
  return x;
}

function density({ weights, means, sds }: NormalMixture, x: number): number {
  let sum = 0;
  for (let c = 0; c < means.length; c++) {
    const z = (x - means[c]!) / sds[c]!;
    sum += (weights[c]! / sds[c]!) * Math.exp(-0.5 * z * z - LOG_SQRT_2PI);
  }
  return sum;
}

/** The class of each value: between which quantiles it lies, the lower one included; ties are parted by the widest gaps. */
function quantileClasses(sorted: Float64Array, k: number): Int32Array {
  let cuts: number[] = [];
  for (let parts = k; cuts.length < k + 1; parts++) {
    // As R makes them: where a cut falls on a value, the last digit tells its class.
    const probability = (_: unknown, i: number) => (i === parts ? 1 : i * (1 / parts));
    cuts = [...new Set(Array.from({ length: parts + 1 }, probability).map((p) => quantileOfSorted(sorted, p)))];
    if (parts > 10 * sorted.length) throw new RangeError(`a mixture of ${k} needs as many distinct values, and more`);
  }
  const gaps = cuts.slice(1).map((cut, i) => ({ at: i, gap: cut - cuts[i]! }));
  const narrowest = gaps.sort((a, b) => a.gap - b.gap || a.at - b.at).slice(0, cuts.length - k - 1);
  const dropped = new Set(narrowest.map(({ at }) => at));
  const kept = cuts.filter((_, i) => !dropped.has(i));
  return Int32Array.from(sorted, (value) => {
    let c = 0;
    while (c < k - 1 && value >= kept[c + 1]!) c++;
    return c;
  });
}

/** EM from a classification, the M step first; undefined where a component collapses. */
function expectationMaximisation(
  values: Float64Array,
  classes: Int32Array,
  k: number,
  isEqual: boolean,
): (NormalMixture & { logLikelihood: number }) | undefined {
  const n = values.length;
  const shares = new Float64Array(n * k);
  classes.forEach((c, i) => (shares[i * k + c] = 1));
  const least = COLLAPSED * (values[n - 1]! - values[0]!) ** 2;
  const [weights, means, sds] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)];
  const logs = new Float64Array(k);
  let before = Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    maximise(values, shares, weights, means, sds, isEqual);
    if (sds.some((sd) => !(sd * sd > least))) return undefined;
    let logLikelihood = 0;
    for (let i = 0; i < n; i++) {
      let largest = -Infinity;
      for (let c = 0; c < k; c++) {
        const z = (values[i]! - means[c]!) / sds[c]!;
        logs[c] = Math.log(weights[c]! / sds[c]!) - 0.5 * z * z - LOG_SQRT_2PI;
        largest = Math.max(largest, logs[c]!);
      }
      let sum = 0;
      for (let c = 0; c < k; c++) sum += shares[i * k + c] = Math.exp(logs[c]! - largest);
      for (let c = 0; c < k; c++) shares[i * k + c]! /= sum;
      logLikelihood += largest + Math.log(sum);
    }
    if (Math.abs(before - logLikelihood) <= CONVERGED * (1 + Math.abs(logLikelihood))) {
      // mclust's parameters are those of one more M step.
      maximise(values, shares, weights, means, sds, isEqual);
      return { weights, means, sds, logLikelihood };
    }
    before = logLikelihood;
  }
  return undefined;
}

function maximise(
  values: Float64Array,
  shares: Float64Array,
  weights: Float64Array,
  means: Float64Array,
  sds: Float64Array,
  isEqual: boolean,
): void {
  const n = values.length;
  const k = weights.length;
  const variances = new Float64Array(k);
  weights.fill(0);
  means.fill(0);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) {
      weights[c]! += shares[i * k + c]!;
      means[c]! += shares[i * k + c]! * values[i]!;
    }
  }
  for (let c = 0; c < k; c++) means[c]! /= weights[c]!;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) variances[c]! += shares[i * k + c]! * (values[i]! - means[c]!) ** 2;
  }
  const pooled = variances.reduce((sum, variance) => sum + variance, 0) / n;
  for (let c = 0; c < k; c++) {
    sds[c] = Math.sqrt(isEqual ? pooled : variances[c]! / weights[c]!);
    weights[c]! /= n;
  }
}
