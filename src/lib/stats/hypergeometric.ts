import { logGamma } from "./gamma.js";

/**
 * Logarithm of the probability of at least `k` successes in `draws` draws without replacement from `total` of which
 * `successes` are successes: the one-sided test of Fisher.
 *
 * @throws RangeError where the numbers do not fit together.
 * @example
 * logHypergeometricSf(3, 20000, 100, 50); // at least 3 of 50 drawn are among 100 of 20,000
 */
export function logHypergeometricSf(k: number, total: number, successes: number, draws: number): number {
  if (![k, total, successes, draws].every((n) => Number.isInteger(n) && n >= 0) || successes > total || draws > total) {
    throw new RangeError(
      `not whole numbers that fit: ${k} of ${draws} drawn from ${total} with ${successes} successes`,
    );
  }
  const most = Math.min(successes, draws);
  const least = Math.max(0, draws + successes - total);
  if (k <= least) return 0;
  if (k > most) return -Infinity;
  const logs = Float64Array.from({ length: most - k + 1 }, (_, i) => {
    const hits = k + i;
    return logChoose(successes, hits) + logChoose(total - successes, draws - hits) - logChoose(total, draws);
  });
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
