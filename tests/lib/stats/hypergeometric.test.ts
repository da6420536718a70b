import { describe, expect, it } from "vitest";
import { logHypergeometricSf } from "../../../src/lib/stats/index.js";

describe("the hypergeometric tail", () => {
  // scipy 1.17.1: hypergeom.logsf(k - 1, total, successes, draws)
  it.each([
    [3, 20, 7, 12, -0.05352270723558584],
    [7, 20, 7, 12, -4.583729854750224],
    [40, 2000, 150, 62, -72.1168521902985],
    [1, 30, 4, 5, -0.6191434701031782],
  ])("of at least %i among %i with %i successes and %i draws is scipy's", (k, total, successes, draws, expected) => {
    expect(logHypergeometricSf(k, total, successes, draws)).toBeCloseTo(expected, 9);
  });

  it("is one where it must be and zero where it cannot", () => {
    expect(logHypergeometricSf(0, 10, 3, 4)).toBe(0);
    expect(logHypergeometricSf(2, 10, 9, 3)).toBe(0);
    expect(logHypergeometricSf(4, 10, 3, 4)).toBe(-Infinity);
    expect(() => logHypergeometricSf(1, 10, 11, 4)).toThrow("not whole numbers that fit");
  });
});
