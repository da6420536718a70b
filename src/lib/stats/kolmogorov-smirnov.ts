import { resolveOptions } from "../options.js";
import { type Alternative, checkAlternative, resultOf, type TestResult } from "./alternative.js";
import { kolmogorovSf } from "./kolmogorov.js";
import { roundHalfEven } from "./round-half-even.js";

/** Options of {@link kolmogorovSmirnov}. */
export interface KolmogorovSmirnovOptions {
  /** "greater": the distribution function of x lies above that of y somewhere, so x tends to be smaller. Default: "two-sided". */
  alternative?: Alternative;
  /** The null distribution; "auto" is exact for samples of up to 10,000 values. Default: "auto". */
  method?: "auto" | "exact" | "asymp";
}

/**
 * The two-sample Kolmogorov-Smirnov test; the statistic D is the largest distance between the empirical distribution functions,
 * in the direction of the alternative. Exact p values count lattice paths (Hodges 1958), asymptotic ones take the one-sample
 * distribution at the effective size two-sided and Hodges' formula one-sided, as scipy.
 *
 * @throws RangeError where a sample is empty or has NaN, or for an unknown option.
 * @example
 * kolmogorovSmirnov([1, 2, 3], [2.5, 3.5, 4.5]).statistic; // 0.666…
 */
export function kolmogorovSmirnov(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: KolmogorovSmirnovOptions = {},
): TestResult {
  const { alternative, method } = resolveOptions<Required<KolmogorovSmirnovOptions>>(
    "stats.kolmogorovSmirnov",
    options,
    { alternative: "two-sided", method: "auto" },
  );
  checkAlternative("stats.kolmogorovSmirnov", alternative);
  if (!["auto", "exact", "asymp"].includes(method)) {
    throw new RangeError(`method "${String(method)}" is not known; use "auto", "exact" or "asymp"`);
  }
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) throw new RangeError(`a sample is empty: x has ${n} values, y has ${m}`);
  const { above, below } = largestDistances(sortedSample(x), sortedSample(y));
  // In whole steps of 1 / (n m), so that equal distances compare equal.
  const steps = alternative === "greater" ? above : alternative === "less" ? below : Math.max(above, below);
  const distance = steps / (n * m);
  const isExact = method === "exact" || (method === "auto" && Math.max(n, m) <= 10_000);
  if (isExact) return resultOf(distance, Math.log(shareOfPathsOutside(n, m, steps, alternative === "two-sided")));
  const size = (n * m) / (n + m);
  if (alternative === "two-sided") return resultOf(distance, Math.log(kolmogorovSf(distance, roundHalfEven(size))));
  const [large, small] = n > m ? [n, m] : [m, n];
  const z = Math.sqrt(size) * distance;
  const drift = (2 * z * (large + 2 * small)) / Math.sqrt(large * small * (large + small)) / 3;
  return resultOf(distance, -2 * z * z - drift);
}

function sortedSample(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort();
  if (Number.isNaN(sorted[sorted.length - 1]!)) throw new RangeError("a sample has NaN; leave it out first");
  return sorted;
}

/** How far the distribution function of x rises above and falls below that of y at most, in steps of 1 / (n m). */
function largestDistances(x: Float64Array, y: Float64Array): { above: number; below: number } {
  const [n, m] = [x.length, y.length];
  let [i, j, above, below] = [0, 0, 0, 0];
  while (i < n && j < m) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
    above = Math.max(above, i * m - j * n);
    below = Math.max(below, j * n - i * m);
  }
  return { above, below };
}

/**
 * The share of lattice paths from (0, 0) to (n, m) that somewhere deviate from the diagonal by the given steps of 1 / (n m) or more.
 * A path to (i, j), all being equally likely, came from (i - 1, j) with probability i / (i + j): so only positive terms are
 * added, and the smallest p values keep their digits.
 */
export function shareOfPathsOutside(n: number, m: number, steps: number, isTwoSided: boolean): number {
  if (steps <= 0) return 1;
  const share = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      const deviation = i * m - j * n;
      if (deviation >= steps || (isTwoSided && -deviation >= steps)) share[j] = 1;
      else if (i === 0) share[j] = j === 0 ? 0 : share[j - 1]!;
      else if (j > 0) share[j] = (i * share[j]! + j * share[j - 1]!) / (i + j);
    }
  }
  return share[m]!;
}
