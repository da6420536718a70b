import { expect } from "vitest";

/** How far values may lie apart: `|got - value| <= absolute + relative * |value|`. */
export interface Tolerance {
  relative?: number;
  absolute?: number;
}

/** Expects two lists of numbers to agree entry by entry; NaN equals NaN, infinities themselves. */
export function expectClose(got: ArrayLike<number>, value: ArrayLike<number>, tolerance: Tolerance = {}): void {
  const { relative = 1e-9, absolute = 1e-12 } = tolerance;
  expect(got.length).toBe(value.length);
  let worst = -1;
  let worstExcess = 0;
  for (let i = 0; i < value.length; i++) {
    const [a, b] = [got[i]!, value[i]!];
    if (Object.is(a, b) || a === b) continue;
    const excess = Math.abs(a - b) - (absolute + relative * Math.abs(b));
    if (!(excess <= 0) && !(excess <= worstExcess)) {
      worst = i;
      worstExcess = Number.isNaN(excess) ? Infinity : excess;
    }
  }
  if (worst >= 0)
    expect.fail(`entry ${worst}: got ${got[worst]}, expected ${value[worst]} within ${relative}/${absolute}`);
}

/** As {@link expectClose} for rows of length `width`, each of which may have the opposite sign. */
export function expectCloseUpToSign(
  got: ArrayLike<number>,
  value: ArrayLike<number>,
  width: number,
  tolerance: Tolerance = {},
): void {
  expect(got.length).toBe(value.length);
  const turned = Float64Array.from(got);
  for (let start = 0; start < turned.length; start += width) {
    let product = 0;
    for (let i = start; i < start + width; i++) product += turned[i]! * value[i]!;
    if (product < 0) for (let i = start; i < start + width; i++) turned[i] = -turned[i]!;
  }
  expectClose(turned, value, tolerance);
}
