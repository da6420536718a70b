/** Which deviation from the null hypothesis counts: "less" means that x tends to be smaller than y. */
export type Alternative = "two-sided" | "less" | "greater";

/** What a test found. */
export interface TestResult {
  statistic: number;
  pValue: number;
  /** The natural logarithm of the p value; it is finite where the p value itself underflows to 0. */
  logPValue: number;
}

/** @throws RangeError where the alternative is not one of the three. */
export function checkAlternative(test: string, alternative: Alternative): void {
  if (alternative === "two-sided" || alternative === "less" || alternative === "greater") return;
  throw new RangeError(
    `${test}: alternative "${String(alternative)}" is not known; use "two-sided", "less" or "greater"`,
  );
}

/**
 * The p value of a statistic whose null distribution is symmetric around 0.
 *
 * @param logSf - the logarithm of the distribution's upper tail.
 */
export function symmetricTest(
  statistic: number,
  alternative: Alternative,
  logSf: (statistic: number) => number,
): TestResult {
  if (Number.isNaN(statistic)) return { statistic, pValue: NaN, logPValue: NaN };
  if (alternative === "two-sided") return resultOf(statistic, Math.min(0, Math.LN2 + logSf(Math.abs(statistic))));
  return resultOf(statistic, logSf(alternative === "greater" ? statistic : -statistic));
}

/** The p value from the exact probabilities of a value at most, and at least, as large as the one found. */
export function exactTest(statistic: number, alternative: Alternative, atMost: number, atLeast: number): TestResult {
  const p = alternative === "less" ? atMost : alternative === "greater" ? atLeast : 2 * Math.min(atMost, atLeast);
  return resultOf(statistic, Math.log(Math.min(1, p)));
}

/** A result whose p value is known by its logarithm. */
export function resultOf(statistic: number, logPValue: number): TestResult {
  return { statistic, pValue: Math.exp(logPValue), logPValue };
}
