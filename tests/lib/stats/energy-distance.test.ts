import { describe, expect, it } from "vitest";
import { energyDistance, random } from "../../../src/lib/stats/index.js";

describe("the energy distance", () => {
  it("is the pairs' formula", () => {
    const stream = random(2, "validation test");
    const x = Float64Array.from({ length: 40 }, () => Math.round(5 * stream.normal()));
    const y = Float64Array.from({ length: 25 }, () => Math.round(3 * stream.normal() + 1));
    const mean = (a: Float64Array, b: Float64Array) =>
      a.reduce((sum, u) => sum + b.reduce((inner, v) => inner + Math.abs(u - v), 0), 0) / (a.length * b.length);
    expect(energyDistance(x, y)).toBeCloseTo(Math.sqrt(2 * mean(x, y) - mean(x, x) - mean(y, y)), 10);
    expect(energyDistance(y, x)).toBeCloseTo(energyDistance(x, y), 12);
  });

  it("is 0 of a sample and itself, and 2 of 0 and 2, as in scipy's documentation", () => {
    expect(energyDistance([3, 1, 1], [1, 3, 1])).toBe(0);
    expect(energyDistance([0], [2])).toBe(2);
    expect(energyDistance([-Number.MAX_VALUE / 4], [-Number.MAX_VALUE / 4])).toBe(0);
  });

  it("refuses nothing and NaN", () => {
    expect(() => energyDistance([], [1])).toThrow("needs values in both samples");
    expect(() => energyDistance([1, NaN], [1])).toThrow("the samples have NaN");
  });
});
