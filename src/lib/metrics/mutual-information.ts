import { logGamma } from "../stats/gamma.js";
import { type Contingency, contingency, type Labels } from "./contingency.js";

/** How the entropies of two clusterings are averaged below their mutual information. */
export type EntropyAverage = "arithmetic" | "geometric" | "max" | "min";

/**
 * Mutual information of two clusterings of the same items, in nats.
 *
 * @throws RangeError where the lengths differ.
 * @example
 * mutualInformation([0, 0, 1, 1], [0, 1, 0, 1]); // 0
 */
export function mutualInformation(a: Labels, b: Labels): number {
  return informationOf(contingency(a, b));
}

/**
 * Normalised mutual information: over the average of both entropies; 1 for the same partition.
 *
 * @param average - Default: "arithmetic", as scikit-learn; then it is also the V measure.
 * @throws RangeError where the lengths differ or the average is not known.
 * @example
 * normalizedMutualInformation([0, 0, 1], ["b", "b", "a"]); // 1
 */
export function normalizedMutualInformation(a: Labels, b: Labels, average: EntropyAverage = "arithmetic"): number {
  const table = contingency(a, b);
  if (table.sizesA.length <= 1 && table.sizesB.length <= 1) return 1;
  const information = informationOf(table);
  if (information <= Number.EPSILON) return 0;
  return information / averageOf(entropy(table.sizesA, table.n), entropy(table.sizesB, table.n), average);
}

/**
 * Adjusted mutual information (Vinh, Epps and Bailey 2010): less what independent clusterings with these cluster sizes share, so that
 * they have about 0. The expectation takes time in proportion to the number of items times that of clusters.
 *
 * @param average - Default: "arithmetic".
 * @throws RangeError as {@link normalizedMutualInformation}.
 * @example
 * adjustedMutualInformation(["a", "a", "b", "b"], [0, 0, 1, 1]); // 1
 */
export function adjustedMutualInformation(a: Labels, b: Labels, average: EntropyAverage = "arithmetic"): number {
  const table = contingency(a, b);
  const { sizesA, sizesB, n } = table;
  if (sizesA.length <= 1 && sizesB.length <= 1) return 1;
  const expected = expectedInformation(table);
  const most = averageOf(entropy(sizesA, n), entropy(sizesB, n), average);
  // Rounding must not turn 0 / 0 into a large number: both ends are kept apart by a last digit.
  const rest = most - expected;
  return (
    (informationOf(table) - expected) / (rest < 0 ? Math.min(rest, -Number.EPSILON) : Math.max(rest, Number.EPSILON))
  );
}

/**
 * Homogeneity: the share of the entropy of `truth` that `found` explains; 1 where every cluster found holds one class only
 * (Rosenberg and Hirschberg 2007). Completeness is the same with both exchanged.
 *
 * @throws RangeError where the lengths differ.
 * @example
 * homogeneity(["a", "a", "b", "b"], [0, 0, 0, 0]); // 0
 */
export function homogeneity(truth: Labels, found: Labels): number {
  const table = contingency(truth, found);
  const whole = entropy(table.sizesA, table.n);
  return whole === 0 ? 1 : informationOf(table) / whole;
}

/**
 * Completeness: 1 where every class lies in one cluster found; see {@link homogeneity}.
 * @example
 * completeness(["a", "a", "b", "b"], [0, 0, 0, 0]); // 1
 */
export function completeness(truth: Labels, found: Labels): number {
  return homogeneity(found, truth);
}

function informationOf({ n, sizesA, sizesB, shared }: Contingency): number {
  let sum = 0;
  for (const { a, b, size } of shared) sum += (size / n) * Math.log((n * size) / (sizesA[a]! * sizesB[b]!));
  return Math.max(0, sum);
}

function entropy(sizes: number[], n: number): number {
  return sizes.length <= 1 ? 0 : -sizes.reduce((sum, size) => sum + (size / n) * Math.log(size / n), 0);
}

function averageOf(a: number, b: number, average: EntropyAverage): number {
  switch (average) {
    case "arithmetic":
      return (a + b) / 2;
    case "geometric":
      return Math.sqrt(a * b);
    case "max":
      return Math.max(a, b);
    case "min":
      return Math.min(a, b);
    default:
      throw new RangeError(`average "${String(average)}" is not known; use "arithmetic", "geometric", "max" or "min"`);
  }
}

/** The mean over all pairs of clusterings with these sizes: every shared size is hypergeometric. */
function expectedInformation({ n, sizesA, sizesB }: Contingency): number {
  const logFactorial = Float64Array.from({ length: n + 1 }, (_, k) => logGamma(k + 1));
  let sum = 0;
  for (const a of sizesA) {
    for (const b of sizesB) {
      const fixed =
        logFactorial[a]! + logFactorial[b]! + logFactorial[n - a]! + logFactorial[n - b]! - logFactorial[n]!;
      for (let size = Math.max(1, a + b - n); size <= Math.min(a, b); size++) {
        const logProbability =
          fixed -
          logFactorial[size]! -
          logFactorial[a - size]! -
          logFactorial[b - size]! -
          logFactorial[n - a - b + size]!;
        sum += (size / n) * Math.log((n * size) / (a * b)) * Math.exp(logProbability);
      }
    }
  }
  return sum;
}
