const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A count with thousands separators: 2,700. */
export const formatCount = (count: number): string => whole.format(count);

/** A count and its noun: "1 cell", "2,700 cells". */
export const plural = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;

/** A number with three significant digits, or whole with separators from 1,000 on. */
export const formatNumber = (value: number): string => {
  if (!Number.isFinite(value)) return "not available";
  if (Math.abs(value) >= 1000) return formatCount(value);
  return Number(value.toPrecision(3)).toString();
};

/** A share as a percentage: 0.1234 → "12.3%". */
export const formatShare = (share: number): string =>
  Number.isFinite(share) ? `${formatNumber(share * 100)}%` : "not available";

/** Names in a sentence: "a", "a and b", "a, b and c". */
export const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** A sentence about values that were left out, or nothing. */
export const leftOut = (count: number, noun: string, reason: string): string =>
  count > 0 ? ` ${plural(count, noun)} ${reason} ${count === 1 ? "is" : "are"} left out.` : "";
