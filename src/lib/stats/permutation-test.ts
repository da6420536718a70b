import { resolveOptions } from "../options.js";
import type { Alternative } from "./alternative.js";
import { random } from "./random.js";

/** Options of {@link permutationTest}. */
export interface PermutationTestOptions {
  /** Exchange values between samples ("independent") or within pairs ("paired"). Default: "independent". */
  kind?: "independent" | "paired";
  /**
   * "two-sided" is twice the smaller one-sided p value, as scipy; "absolute" counts statistics at least as far from 0.
   * Default: "two-sided".
   */
  alternative?: Alternative | "absolute";
  /** Number of random permutations, or every one there is. Default: 9999. */
  permutations?: number | "all";
  /** Default: 0. */
  seed?: number;
  /** The permutations of the pooled values (permutations × n + m, for independent samples) in place of drawn ones. */
  draws?: Int32Array;
  /** Compared between the samples. Default: the difference of their means. */
  statistic?: (x: Float64Array, y: Float64Array) => number;
}

/** What a permutation test found. */
export interface PermutationTestResult {
  statistic: number;
  pValue: number;
  /** How many permutations it rests on. */
  permutations: number;
}

/** More permutations than this are not enumerated. */
const MOST = 5_000_000;

/** Statistics this close count as equal: the order of a sum must not decide. */
const TIE = 1e-12;

/**
 * A permutation test of two samples. Random permutations are counted together with the order observed, `(1 + b) / (1 + B)`; of all
 * permutations it is the share `b / B` (Phipson and Smyth 2010).
 *
 * @throws RangeError where paired lengths differ, a sample is empty, or an option is out of range.
 * @example
 * permutationTest([5, 6, 7], [3, 4, 5], { permutations: "all" }).pValue; // 0.2
 */
export function permutationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PermutationTestOptions = {},
): PermutationTestResult {
  const resolved = resolveOptions<Required<Omit<PermutationTestOptions, "draws">> & { draws?: Int32Array }>(
    "stats.permutationTest",
    options,
    {
      kind: "independent",
      alternative: "two-sided",
      permutations: 9999,
      seed: 0,
      draws: undefined,
      statistic: differenceOfMeans,
    },
  );
  const { kind, alternative, permutations, seed, draws, statistic } = resolved;
  if (kind !== "independent" && kind !== "paired") {
    throw new RangeError(`kind "${String(kind)}" is not known; use "independent" or "paired"`);
  }
  if (!["two-sided", "less", "greater", "absolute"].includes(alternative)) {
    throw new RangeError(
      `alternative "${String(alternative)}" is not known; use "two-sided", "less", "greater" or "absolute"`,
    );
  }
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) throw new RangeError(`a sample is empty: x has ${n} values, y has ${m}`);
  if (kind === "paired" && n !== m) throw new RangeError(`paired samples have one length; these have ${n} and ${m}`);
  if (permutations !== "all" && (!Number.isInteger(permutations) || permutations < 1)) {
    throw new RangeError(`permutations must be a positive whole number or "all", not ${permutations}`);
  }
  const pooled = Float64Array.from([...Array.from(x), ...Array.from(y)]);
  const left = new Float64Array(n);
  const right = new Float64Array(m);
  const of = (order: ArrayLike<number>) => {
    for (let i = 0; i < n; i++) left[i] = pooled[order[i]!]!;
    for (let i = 0; i < m; i++) right[i] = pooled[order[n + i]!]!;
    return statistic(left, right);
  };
  const identity = Int32Array.from(pooled, (_, i) => i);
  const observed = of(identity);
  const isAll = permutations === "all" && !draws;
  const orders = draws
    ? suppliedOrders(draws, n + m)
    : isAll
      ? allOrders(kind, n, m)
      : randomOrders(kind, n, m, permutations as number, seed);
  let [count, atMost, atLeast, asFar] = [0, 0, 0, 0];
  for (const order of orders) {
    const value = of(order);
    count++;
    if (value <= observed + TIE) atMost++;
    if (value >= observed - TIE) atLeast++;
    if (Math.abs(value) >= Math.abs(observed) - TIE) asFar++;
  }
  const extra = isAll ? 0 : 1;
  const share = (hits: number) => (hits + extra) / (count + extra);
  const pValue =
    alternative === "less"
      ? share(atMost)
      : alternative === "greater"
        ? share(atLeast)
        : alternative === "absolute"
          ? share(asFar)
          : Math.min(1, 2 * Math.min(share(atMost), share(atLeast)));
  return { statistic: observed, pValue, permutations: count };
}

function differenceOfMeans(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value) => sum + value, 0) / x.length - y.reduce((sum, value) => sum + value, 0) / y.length;
}

function* suppliedOrders(draws: Int32Array, size: number): Generator<Int32Array> {
  if (draws.length === 0 || draws.length % size !== 0) {
    throw new RangeError(`draws has ${draws.length} values, not a multiple of the ${size} pooled values`);
  }
  for (let at = 0; at < draws.length; at += size) yield draws.subarray(at, at + size);
}

function* randomOrders(
  kind: "independent" | "paired",
  n: number,
  m: number,
  permutations: number,
  seed: number,
): Generator<Int32Array> {
  const stream = random(seed, "permutation-test");
  const order = Int32Array.from({ length: n + m }, (_, i) => i);
  for (let permutation = 0; permutation < permutations; permutation++) {
    if (kind === "independent") stream.shuffle(order);
    else for (let i = 0; i < n; i++) exchange(order, i, n, stream.integer(2) === 1);
    yield order;
  }
}

/** Every choice of n of the pooled values, or every choice of pairs to exchange. */
function* allOrders(kind: "independent" | "paired", n: number, m: number): Generator<Int32Array> {
  const total = kind === "paired" ? 2 ** n : binomial(n + m, n);
  if (total > MOST) {
    throw new RangeError(
      `there are ${total.toPrecision(3)} permutations, more than ${MOST}; give a number of random ones`,
    );
  }
  const order = new Int32Array(n + m);
  if (kind === "paired") {
    for (let choice = 0; choice < total; choice++) {
      for (let i = 0; i < n; i++) exchange(order, i, n, ((choice >> i) & 1) === 1);
      yield order;
    }
    return;
  }
  const chosen = Int32Array.from({ length: n }, (_, i) => i);
  for (;;) {
    let [next, other] = [0, n];
    for (let value = 0; value < n + m; value++) {
      if (next < n && chosen[next] === value) order[next++] = value;
      else order[other++] = value;
    }
    yield order;
    let at = n - 1;
    while (at >= 0 && chosen[at] === m + at) at--;
    if (at < 0) return;
    chosen[at]!++;
    for (let i = at + 1; i < n; i++) chosen[i] = chosen[i - 1]! + 1;
  }
}

function exchange(order: Int32Array, pair: number, n: number, isExchanged: boolean): void {
  order[pair] = isExchanged ? n + pair : pair;
  order[n + pair] = isExchanged ? pair : n + pair;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return Math.round(value);
}
