import { describe, expect, it } from "vitest";
import { backend } from "../../src/lib/engine/index.js";
import * as metrics from "../../src/lib/metrics/index.js";
import { solvePositiveDefinite } from "../../src/lib/repair/solve-positive-definite.js";
import { choleskySolve } from "../../src/lib/stats/index.js";
import { expectClose } from "../helpers/compare.js";
import { readJson } from "./read-json.js";

interface Metrics {
  clusterings: { name: string; a: number[]; b: number[]; ari: number }[];
  rankings: {
    name: string;
    truth: number[];
    score: number[];
    average_precision: number;
    precision: number[];
    recall: number[];
    thresholds: number[];
    f1: number[];
  }[];
  correlations: { name: string; a: number[]; b: number[]; pearson: number; mse: number }[];
  ridge: {
    name: string;
    lambda: number;
    shape: [number, number, number];
    z: number[];
    x: number[];
    coefficients: number[];
    prediction: number[];
  }[];
}

const reference = readJson<Metrics>("metrics.json");

/** Both sides compute in float64; they differ in the order of sums. */
const EXACT = { relative: 1e-12, absolute: 1e-14 };

describe("metrics as scikit-learn and scipy", () => {
  it.each(reference.clusterings)("adjusted Rand index: $name", ({ a, b, ari }) => {
    expect(metrics.adjustedRandIndex(a, b)).toBeCloseTo(ari, 12);
  });

  it.each(reference.rankings)("precision, recall and F1: $name", (expected) => {
    const truth = Uint8Array.from(expected.truth);
    const curve = metrics.precisionRecallCurve(truth, expected.score);
    expectClose(curve.precision, expected.precision, EXACT);
    expectClose(curve.recall, expected.recall, EXACT);
    expectClose(curve.thresholds, expected.thresholds, EXACT);
    expect(metrics.averagePrecision(truth, expected.score)).toBeCloseTo(expected.average_precision, 12);
    const f1 = expected.thresholds.map((threshold) => metrics.f1Score(truth, expected.score, threshold));
    expectClose(f1, expected.f1, EXACT);
    const best = Math.max(...expected.f1);
    const threshold = metrics.bestF1Threshold(truth, expected.score);
    expect(metrics.f1Score(truth, expected.score, threshold)).toBeCloseTo(best, 12);
    expect(threshold).toBe(expected.thresholds[f1.lastIndexOf(Math.max(...f1))]);
  });

  it.each(reference.correlations)("correlation and error: $name", ({ a, b, pearson, mse }) => {
    // Values near 1e6 of which 1e-10 is rounding.
    expect(metrics.pearson(a, b)).toBeCloseTo(pearson, 9);
    expectClose([metrics.mse(a, b)], [mse], EXACT);
  });
});

describe("ridge regression as scikit-learn", () => {
  it.each(reference.ridge)("$name", async ({ lambda, shape: [n, p, m], z, x, coefficients, prediction }) => {
    const [zMean, xMean] = [columnMeans(z, p), columnMeans(x, m)];
    const Z = z.map((value, at) => value - zMean[at % p]!);
    const X = x.map((value, at) => value - xMean[at % m]!);
    const penalised = (gram: Float64Array, size: number) => {
      for (let i = 0; i < size; i++) gram[i * size + i]! += lambda;
      return gram;
    };
    const primal = penalised(product(transpose(Z, p), Z, n, p), p);
    const cross = product(transpose(Z, p), X, n, m);
    const W = choleskySolve(primal, p, cross);
    expectClose(W, coefficients, { relative: 1e-9, absolute: 1e-11 });
    const dual = choleskySolve(penalised(product(Z, transpose(Z, p), p, n), n), n, Float64Array.from(X));
    expectClose(product(transpose(Z, p), dual, n, m), coefficients, { relative: 1e-8, absolute: 1e-10 });
    const predicted = product(Z, W, p, m).map((value, at) => value + xMean[at % m]!);
    expectClose(predicted, prediction, { relative: 1e-9, absolute: 1e-11 });

    const { tf } = await backend();
    const solved = tf.tidy(() =>
      solvePositiveDefinite(tf, tf.tensor2d([...primal], [p, p]), tf.tensor2d([...cross], [p, m])).dataSync(),
    );
    // The engine computes in float32, with a condition number of up to 4,000.
    expectClose(solved, coefficients, { relative: 1e-3, absolute: 1e-4 });
  });
});

function columnMeans(values: ArrayLike<number>, columns: number): Float64Array {
  const means = new Float64Array(columns);
  for (let at = 0; at < values.length; at++) means[at % columns]! += (values[at]! * columns) / values.length;
  return means;
}

function transpose(values: ArrayLike<number>, columns: number): Float64Array {
  const rows = values.length / columns;
  return Float64Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);
}

/** The product of a (… × inner) and b (inner × columns), row-major. */
function product(a: ArrayLike<number>, b: ArrayLike<number>, inner: number, columns: number): Float64Array {
  const rows = a.length / inner;
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      for (let j = 0; j < columns; j++) result[i * columns + j]! += a[i * inner + k]! * b[k * columns + j]!;
    }
  }
  return result;
}
