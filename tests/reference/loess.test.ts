import { describe, expect, it } from "vitest";
import { loess } from "../../src/lib/stats/index.js";
import { expectClose } from "../helpers/compare.js";
import { readJson } from "./read-json.js";

const reference = readJson<{ loess: { x: number[]; y: number[]; fitted: number[] }[] }>("highly-variable.json");

describe("loess", () => {
  // cloess solves the local fits by another factorisation; the values have 12 digits.
  it.each(reference.loess)("interpolates as cloess does, case %#", ({ x, y, fitted }) => {
    expectClose(loess(Float64Array.from(x), Float64Array.from(y), 0.3), fitted, { relative: 1e-10, absolute: 1e-11 });
  });

  it("is a parabola's own curve, in any order", () => {
    const x = Float64Array.from({ length: 60 }, (_, i) => ((i * 7) % 60) / 10);
    const y = x.map((value) => 2 - value + 0.5 * value * value);
    expectClose(loess(x, y, 0.5), y, { relative: 1e-10, absolute: 1e-10 });
  });

  it("needs points enough and finite", () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => i);
    expect(() => loess(x, x, 0.1)).toThrow("a span of 0.1 takes in 2 of 20 points; loess needs 4 or more");
    expect(() => loess(x, x, 0)).toThrow("span must be above 0 and at most 1, not 0");
    expect(() => loess(x.fill(NaN, 3, 4), x, 0.5)).toThrow("loess needs finite values; point 3 is (NaN, NaN)");
    expect(() => loess(new Float64Array(20), x.fill(1), 0.5)).toThrow("loess");
  });
});
