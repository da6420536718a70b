import { resolveOptions } from "../options.js";
import { type Alternative, checkAlternative, exactTest, symmetricTest, type TestResult } from "./alternative.js";
import { logNormalSf } from "./normal.js";
import { rank, tieSizes } from "./rank.js";
import { pairedDifferences } from "./t-test.js";

/** Options of {@link wilcoxonSignedRank}. */
export interface WilcoxonSignedRankOptions {
  /** Default: "two-sided". */
  alternative?: Alternative;
  /**
   * What becomes of pairs without difference: left out ("wilcox"), ranked and then left out ("pratt"), or ranked and split
   * between both signs ("zsplit"). Default: "wilcox".
   */
  zeroMethod?: "wilcox" | "pratt" | "zsplit";
  /**
   * The null distribution: "exact" (for data without ties and zeros), "approx" (normal, with its variance corrected for ties), or
   * "auto": exact for up to 50 pairs without ties and zeros. Default: "auto".
   */
  method?: "auto" | "exact" | "approx";
  /** Move the statistic by ½ towards its mean in the normal approximation. Default: false. */
  correction?: boolean;
}

/** What Wilcoxon's signed-rank test found; the statistic is min(W+, W-) two-sided and W+ one-sided, as scipy's. */
export interface WilcoxonSignedRankResult extends TestResult {
  /** The normal approximation's z; NaN for the exact test. */
  z: number;
}

/**
 * Wilcoxon's signed-rank test of paired samples (Wilcoxon 1945; Pratt 1959 for zeros, Cureton 1967 for their variance).
 *
 * @returns a p value of NaN where the approximation has no pair with a difference.
 * @throws RangeError where the lengths differ, or for an unknown option.
 * @example
 * wilcoxonSignedRank([1.1, 2.2, 3.4], [1.0, 2.5, 3.0]).pValue;
 */
export function wilcoxonSignedRank(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: WilcoxonSignedRankOptions = {},
): WilcoxonSignedRankResult {
  const { alternative, zeroMethod, method, correction } = resolveOptions<Required<WilcoxonSignedRankOptions>>(
    "stats.wilcoxonSignedRank",
    options,
    { alternative: "two-sided", zeroMethod: "wilcox", method: "auto", correction: false },
  );
  checkAlternative("stats.wilcoxonSignedRank", alternative);
  if (!["wilcox", "pratt", "zsplit"].includes(zeroMethod)) {
    throw new RangeError(`zeroMethod "${String(zeroMethod)}" is not known; use "wilcox", "pratt" or "zsplit"`);
  }
  if (!["auto", "exact", "approx"].includes(method)) {
    throw new RangeError(`method "${String(method)}" is not known; use "auto", "exact" or "approx"`);
  }
  const all = pairedDifferences(x, y);
  const differences = zeroMethod === "wilcox" ? all.filter((difference) => difference !== 0) : all;
  const sizes = differences.map(Math.abs);
  const ranks = rank(sizes);
  const zeros = sizes.filter((size) => size === 0).length;
  const sum = (sign: number) => ranks.reduce((total, r, i) => (differences[i]! * sign > 0 ? total + r : total), 0);
  // The zeros come first and share the ranks 1..zeros.
  const split = zeroMethod === "zsplit" ? (zeros * (zeros + 1)) / 4 : 0;
  const [plus, minus] = [sum(1) + split, sum(-1) + split];
  const statistic = alternative === "two-sided" ? Math.min(plus, minus) : plus;
  const n = differences.length;
  const ties = tieSizes(sizes);
  const isExact = method === "exact" || (method === "auto" && n <= 50 && zeros === 0 && ties.length === n);
  if (isExact) {
    const probabilities = signedRankProbabilities(n);
    const atMost = sumOf(probabilities, 0, Math.ceil(plus));
    const atLeast = sumOf(probabilities, Math.floor(plus), probabilities.length - 1);
    return { ...exactTest(statistic, alternative, atMost, atLeast), z: NaN };
  }
  const tied = zeroMethod === "pratt" && zeros > 0 ? ties.slice(1) : ties;
  const out = zeroMethod === "pratt" ? zeros : 0;
  const mean = (n * (n + 1) - out * (out + 1)) / 4;
  const tieTerm = tied.reduce((total, t) => total + t ** 3 - t, 0) / 2;
  const variance = (n * (n + 1) * (2 * n + 1) - out * (out + 1) * (2 * out + 1) - tieTerm) / 24;
  let z = (plus - mean) / Math.sqrt(variance);
  if (correction) {
    const direction = alternative === "greater" ? 1 : alternative === "less" ? -1 : Math.sign(z);
    z -= (direction * 0.5) / Math.sqrt(variance);
  }
  const result = symmetricTest(z, alternative, logNormalSf);
  return { ...result, statistic, z: alternative === "two-sided" ? -Math.abs(z) : z };
}

/** The probability of each value 0..n(n+1)/2 of W+ for n pairs without ties, where no sign is favoured. */
export function signedRankProbabilities(n: number): Float64Array {
  const probabilities = new Float64Array((n * (n + 1)) / 2 + 1);
  probabilities[0] = 1;
  for (let r = 1, top = 0; r <= n; r++) {
    top += r;
    for (let w = top; w >= 0; w--) {
      probabilities[w] = 0.5 * (probabilities[w]! + (w >= r ? probabilities[w - r]! : 0));
    }
  }
  return probabilities;
}

/** The sum of entries `from` to `to`, both included. */
export function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = Math.max(0, from); i <= Math.min(to, values.length - 1); i++) sum += values[i]!;
  return sum;
}
