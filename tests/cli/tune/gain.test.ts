import { describe, expect, it } from "vitest";
import { gainOf } from "../../../src/cli/tune/gain.js";

const degraded = { mse: 0.8, pearson: 0.5, prauc: 0.7, f1: 0.8, deg: 60, marker: 50 };

describe("the gain of a repair", () => {
  it("is 0 for the degraded cells, 1 for the clean ones, and half way in between", () => {
    const clean = { mse: 0, pearson: 1, prauc: 1, f1: 1, deg: 100, marker: 100 };
    const half = { mse: 0.4, pearson: 0.75, prauc: 0.85, f1: 0.9, deg: 80, marker: 75 };
    expect(gainOf(degraded, degraded)).toBe(0);
    expect(gainOf(clean, degraded)).toBeCloseTo(1);
    expect(gainOf(half, degraded)).toBeCloseTo(0.5);
  });

  it("loses at most one for a measure that goes wrong, and nothing for one that is missing", () => {
    expect(gainOf({ ...degraded, mse: 100 }, degraded)).toBeCloseTo(-1 / 6);
    expect(gainOf({ ...degraded, pearson: null }, degraded)).toBe(0);
    expect(gainOf({ ...degraded, separation: 100 }, { ...degraded, separation: 50 })).toBe(0);
  });
});
