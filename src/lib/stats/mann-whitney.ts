import { resolveOptions } from "../options.js";
import { type Alternative, checkAlternative, exactTest, resultOf, type TestResult } from "./alternative.js";
import { logNormalSf } from "./normal.js";
import { rank, tieSizes } from "./rank.js";
import { sumOf } from "./wilcoxon-signed-rank.js";

/** Options of {@link mannWhitneyU}. */
export interface MannWhitneyOptions {
  /** Default: "two-sided". */
  alternative?: Alternative;
  /**
   * The null distribution: "exact" (for data without ties), "asymptotic" (normal, with its variance corrected for ties), or "auto":
   * exact where one sample has at most 8 values and there are no ties. Default: "auto".
   */
  method?: "auto" | "exact" | "asymptotic";
  /** Move U by ½ towards its mean in the normal approximation. Default: true. */
  useContinuity?: boolean;
}

/**
 * The Mann-Whitney U test (Wilcoxon's rank-sum test) of two independent samples; the statistic is U of x, the number of pairs in
 * which x is larger, ties counted half.
 *
 * @throws RangeError where a sample is empty, or for an unknown option.
 * @example
 * mannWhitneyU([3, 4, 7], [1, 2, 3.5]).statistic; // 8
 */
export function mannWhitneyU(x: ArrayLike<number>, y: ArrayLike<number>, options: MannWhitneyOptions = {}): TestResult {
  const { alternative, method, useContinuity } = resolveOptions<Required<MannWhitneyOptions>>(
    "stats.mannWhitneyU",
    options,
    { alternative: "two-sided", method: "auto", useContinuity: true },
  );
  checkAlternative("stats.mannWhitneyU", alternative);
  if (!["auto", "exact", "asymptotic"].includes(method)) {
    throw new RangeError(`method "${String(method)}" is not known; use "auto", "exact" or "asymptotic"`);
  }
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) throw new RangeError(`a sample is empty: x has ${n} values, y has ${m}`);
  const pooled = [...Array.from(x), ...Array.from(y)];
  const ranks = rank(pooled);
  const u = sumOf(ranks, 0, n - 1) - (n * (n + 1)) / 2;
  const ties = tieSizes(pooled);
  const isExact = method === "exact" || (method === "auto" && Math.min(n, m) <= 8 && ties.length === n + m);
  if (isExact) {
    const probabilities = rankSumProbabilities(n, m);
    const atMost = sumOf(probabilities, 0, Math.ceil(u));
    return exactTest(u, alternative, atMost, sumOf(probabilities, Math.floor(u), n * m));
  }
  const total = n + m;
  const tieTerm = ties.reduce((sum, t) => sum + t ** 3 - t, 0);
  const spread = Math.sqrt(((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1))));
  // Two-sided, the larger of both U is judged, doubled.
  const judged = alternative === "greater" ? u : alternative === "less" ? n * m - u : Math.max(u, n * m - u);
  const z = (judged - (n * m) / 2 - (useContinuity ? 0.5 : 0)) / spread;
  return resultOf(u, Math.min(0, logNormalSf(z) + (alternative === "two-sided" ? Math.LN2 : 0)));
}

/**
 * The probability of each value 0..nm of U for samples without ties that come from one distribution: the largest value is one of
 * the n with probability n / (n + m), and is then above all m.
 */
export function rankSumProbabilities(n: number, m: number): Float64Array {
  // column[k] holds the distribution for (i, k), for i growing from 0 to n.
  let column = Array.from({ length: m + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= n; i++) {
    const next = [Float64Array.of(1)];
    for (let k = 1; k <= m; k++) {
      const probabilities = new Float64Array(i * k + 1);
      const [above, below] = [column[k]!, next[k - 1]!];
      for (let u = 0; u < above.length; u++) probabilities[u + k]! += (i / (i + k)) * above[u]!;
      for (let u = 0; u < below.length; u++) probabilities[u]! += (k / (i + k)) * below[u]!;
      next.push(probabilities);
    }
    column = next;
  }
  return column[m]!;
}
