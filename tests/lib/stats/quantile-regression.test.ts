import { describe, expect, it } from "vitest";
import { choleskySolve, naturalSpline, quantileRegression, random } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";

const loss = (X: Float64Array, y: Float64Array, beta: Float64Array, tau: number) =>
  y.reduce((sum, value, i) => {
    const rest = value - beta.reduce((fitted, b, c) => fitted + b * X[i * beta.length + c]!, 0);
    return sum + rest * (tau - Number(rest < 0));
  }, 0);

function problem(n: number, p: number, seed: number) {
  const stream = random(seed, "quantile-regression");
  const X = Float64Array.from({ length: n * p }, (_, at) => (at % p === 0 ? 1 : stream.normal()));
  return { X, y: Float64Array.from({ length: n }, () => stream.normal() ** 3), stream };
}

/** The least loss over all vertices, each three observations that are met. */
function best(X: Float64Array, y: Float64Array, tau: number): number {
  let least = Infinity;
  const row = (i: number) => X.subarray(3 * i, 3 * i + 3);
  for (let a = 0; a < y.length; a++) {
    for (let b = 0; b < a; b++) {
      for (let c = 0; c < b; c++) {
        const rows = [row(a), row(b), row(c)];
        const gram = Float64Array.from({ length: 9 }, (_, at) =>
          rows.reduce((sum, r) => sum + r[Math.floor(at / 3)]! * r[at % 3]!, 0),
        );
        const right = Float64Array.from({ length: 3 }, (_, at) =>
          [a, b, c].reduce((sum, i) => sum + row(i)[at]! * y[i]!, 0),
        );
        try {
          least = Math.min(least, loss(X, y, choleskySolve(gram, 3, right), tau));
        } catch {
          continue; // These three do not determine a plane.
        }
      }
    }
  }
  return least;
}

describe("quantile regression", () => {
  it.each([0.1, 0.5, 0.75])("finds the best of all vertices for tau %d", (tau) => {
    for (let seed = 0; seed < 8; seed++) {
      const { X, y } = problem(16, 3, seed);
      expect(loss(X, y, quantileRegression(X, 3).fit(y, tau), tau)).toBeCloseTo(best(X, y, tau), 7);
    }
  });

  it("is the quantile of the values where there is a constant alone", () => {
    const y = Float64Array.of(5, 1, 4, 2, 9);
    const regression = quantileRegression(new Float64Array(5).fill(1), 1);
    expectClose(regression.fit(y, 0.5), [4]);
    expectClose(regression.fit(y, 0.75), [5]);
  });

  it("moves and stretches with the response", () => {
    const { X, y } = problem(60, 4, 1);
    const regression = quantileRegression(X, 4);
    const expected = regression.fit(y, 0.4).map((b, c) => 3 * b + [1, 2, 3, 4][c]!);
    const moved = y.map((value, i) => 3 * value + [1, 2, 3, 4].reduce((sum, b, c) => sum + b * X[4 * i + c]!, 0));
    expectClose(regression.fit(moved, 0.4), expected, { relative: 1e-9, absolute: 1e-9 });
  });

  it("ends where most responses are tied, at a best fit and the same one each time", () => {
    const { X, stream } = problem(14, 3, 2);
    for (let round = 0; round < 10; round++) {
      const y = Float64Array.from({ length: 14 }, () => Math.max(0, Math.round(stream.normal())));
      const found = quantileRegression(X, 3).fit(y, 0.5);
      expect(loss(X, y, found, 0.5)).toBeCloseTo(best(X, y, 0.5), 7);
      expect(quantileRegression(X, 3).fit(y, 0.5)).toEqual(found);
    }
    expectClose(quantileRegression(X, 3).fit(new Float64Array(14).fill(2), 0.5), [2, 0, 0], { absolute: 1e-9 });
  });

  it("refuses designs and quantiles that determine nothing", () => {
    const { X, y } = problem(16, 3, 0);
    expect(() => quantileRegression(X, 3).fit(y, 1)).toThrow("tau must be above 0 and below 1, not 1");
    expect(() => quantileRegression(X.subarray(0, 6), 3)).toThrow("needs as many observations, not 2");
    const dependent = X.map((value, at) => (at % 3 === 2 ? 2 * X[at - 1]! : value));
    expect(() => quantileRegression(dependent, 3).fit(y, 0.5)).toThrow(RangeError);
    expect(() => quantileRegression(X, 3).fit(y.with(3, NaN), 0.5)).toThrow("is NaN or infinite");
  });
});

describe("natural splines", () => {
  const knots = [-1, 0, 0.5, 3];
  const values = (x: number) => {
    const out = new Float64Array(3);
    naturalSpline(knots).evaluate(x, out, 0);
    return out;
  };
  const second = (x: number, h = 1e-3) => {
    const [low, middle, high] = [values(x - h), values(x), values(x + h)];
    return middle.map((value, c) => (low[c]! - 2 * value + high[c]!) / (h * h));
  };

  it("are linear beyond the outer knots and bend between them", () => {
    expectClose(second(-2), [0, 0, 0], { absolute: 1e-6 });
    expectClose(second(4), [0, 0, 0], { absolute: 1e-4 });
    expect(Math.abs(second(0.25)[1]!)).toBeGreaterThan(0.1);
  });

  it("are written where they are asked for and nowhere else, wherever the knots lie", () => {
    for (const start of [0, -7, 5]) {
      const out = new Float64Array(5).fill(9);
      naturalSpline([start, start + 1, start + 2]).evaluate(start + 0.5, out, 2);
      expect([...out]).toEqual([9, 9, 0.25, 0.015625, 9]);
    }
  });

  it("have no jump in value, slope or bend at a knot", () => {
    const step = 1e-5;
    for (const knot of knots) {
      expectClose(values(knot - step), values(knot + step), { absolute: 1e-4 });
      expectClose(second(knot - 2e-3), second(knot + 2e-3), { absolute: 0.05 });
    }
  });

  it("need rising knots", () => {
    expect(() => naturalSpline([0, 1])).toThrow("at least 3 knots, not 2");
    expect(() => naturalSpline([0, 1, 1])).toThrow("knot 2 is 1 after 1");
  });
});
