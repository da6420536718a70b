/** Corrections for many tests, in statsmodels' words; "fdr_bh" is Benjamini and Hochberg's. */
export type AdjustMethod =
  "bonferroni" | "sidak" | "holm" | "holm-sidak" | "simes-hochberg" | "hommel" | "fdr_bh" | "fdr_by";

/**
 * P values adjusted for the number of tests: a test is rejected at a level where its adjusted value is at most the level. NaN
 * stays NaN and does not count as a test.
 *
 * @throws RangeError where a value is outside 0..1 or the method is not known.
 * @example
 * adjustP([0.01, 0.02, 0.03], "fdr_bh"); // [0.03, 0.03, 0.03]
 */
export function adjustP(pValues: ArrayLike<number>, method: AdjustMethod = "fdr_bh"): Float64Array {
  const sorted = sortedTests(pValues, (p) => p >= 0 && p <= 1, "a p value is from 0 to 1");
  const n = sorted.length;
  switch (method) {
    case "bonferroni":
      return restored(
        pValues,
        sorted,
        sorted.map((p) => Math.min(1, p * n)),
      );
    case "sidak":
      return restored(
        pValues,
        sorted,
        sorted.map((p) => sidak(p, n)),
      );
    case "holm":
      return restored(pValues, sorted, rising(sorted.map((p, i) => p * (n - i))));
    case "holm-sidak":
      return restored(pValues, sorted, rising(sorted.map((p, i) => sidak(p, n - i))));
    case "simes-hochberg":
      return restored(pValues, sorted, falling(sorted.map((p, i) => p * (n - i))));
    case "hommel":
      return restored(pValues, sorted, hommel(sorted));
    case "fdr_bh":
      return restored(pValues, sorted, falling(sorted.map((p, i) => (p * n) / (i + 1))));
    case "fdr_by": {
      let harmonic = 0;
      for (let i = 1; i <= n; i++) harmonic += 1 / i;
      return restored(pValues, sorted, falling(sorted.map((p, i) => (p * n * harmonic) / (i + 1))));
    }
    default:
      throw new RangeError(
        `method "${String(method)}" is not known; use "fdr_bh", "fdr_by", "bonferroni", "sidak", "holm", "holm-sidak", "simes-hochberg" or "hommel"`,
      );
  }
}

/**
 * As {@link adjustP} for natural logarithms of p values, which do not underflow.
 *
 * @throws RangeError where a logarithm is above 0 or the method is not known.
 * @example
 * adjustLogP([-700, -2, -0.1], "fdr_bh"); // of p values that underflow
 */
export function adjustLogP(
  logPValues: ArrayLike<number>,
  method: "fdr_bh" | "bonferroni" | "holm" = "fdr_bh",
): Float64Array {
  const sorted = sortedTests(logPValues, (p) => p <= 0, "the logarithm of a p value is at most 0");
  const n = sorted.length;
  switch (method) {
    case "bonferroni":
      return restored(
        logPValues,
        sorted,
        sorted.map((p) => Math.min(0, p + Math.log(n))),
      );
    case "holm":
      return restored(
        logPValues,
        sorted,
        rising(
          sorted.map((p, i) => p + Math.log(n - i)),
          0,
        ),
      );
    case "fdr_bh":
      return restored(
        logPValues,
        sorted,
        falling(
          sorted.map((p, i) => p + Math.log(n / (i + 1))),
          0,
        ),
      );
    default:
      throw new RangeError(`method "${String(method)}" is not known; use "fdr_bh", "bonferroni" or "holm"`);
  }
}

function sortedTests(values: ArrayLike<number>, isAllowed: (value: number) => boolean, rule: string): Float64Array {
  const tests = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    if (!isAllowed(value)) throw new RangeError(`value ${i} is ${value}; ${rule}`);
    tests[count++] = value;
  }
  return tests.subarray(0, count).sort();
}

/** The adjusted value of every test. Equal p values have one adjusted value, so finding any of them among the sorted will do. */
function restored(values: ArrayLike<number>, sorted: Float64Array, adjusted: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const value = values[i]!;
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    result[i] = Number.isNaN(value) ? NaN : adjusted[low]!;
  }
  return result;
}

/** Each value raised to the largest before it, at most `top`. */
function rising(values: Float64Array, top = 1): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(top, Math.max(values[i]!, values[i - 1] ?? -Infinity));
  return values;
}

/** Each value lowered to the smallest after it, at most `top`. */
function falling(values: Float64Array, top = 1): Float64Array {
  for (let i = values.length - 1; i >= 0; i--) values[i] = Math.min(values[i]!, values[i + 1] ?? top);
  return values;
}

function sidak(p: number, tests: number): number {
  return -Math.expm1(tests * Math.log1p(-p));
}

// Hommel (1988), in the form of Wright (1992).
function hommel(sorted: Float64Array): Float64Array {
  const n = sorted.length;
  const adjusted = sorted.slice();
  for (let m = n; m > 1; m--) {
    let smallest = Infinity;
    for (let j = 1; j <= m; j++) smallest = Math.min(smallest, (m * sorted[n - m + j - 1]!) / j);
    for (let i = n - m; i < n; i++) adjusted[i] = Math.max(adjusted[i]!, smallest);
    for (let i = 0; i < n - m; i++) adjusted[i] = Math.max(adjusted[i]!, Math.min(smallest, m * sorted[i]!));
  }
  return adjusted;
}
