import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { counts, downsample, estimate, fit, fitLogLinear } from "../../../src/lib/degrade/index.js";
import { log1p } from "../../../src/lib/pp/index.js";
import { drawGamma, drawNegativeBinomial, drawPoisson, random } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

/** Cells whose depths differ, with expression that does not depend on length. */
function cells(count = 200, genes = 1500): AnnData {
  const stream = random(2, "fit test");
  const mean = Float64Array.from({ length: genes }, () => 4 * drawGamma(stream, 0.4));
  const X = DenseMatrix.zeros([count, genes]);
  for (let i = 0; i < count; i++) {
    const depth = Math.exp(0.6 * stream.normal());
    for (let j = 0; j < genes; j++) X.data[i * genes + j] = drawPoisson(stream, depth * mean[j]!);
  }
  const names = Array.from({ length: genes }, (_, j) => `gene${j}`);
  const length = names.map(() => Math.round(300 * 30 ** stream.uniform()));
  return new AnnData({ X: CsrMatrix.fromDense(X), var: new Frame(names, { length }) });
}

const INTACT = { integrity: 10, keep: 1, captureLoss: 0, ambient: 0, swapping: 0 };

describe("a fit to cells before and after damage", () => {
  it.each([
    { integrity: 9, keep: 0.9, captureLoss: 0.02, ambient: 0.01, swapping: 0.005 },
    { integrity: 7, keep: 0.6, captureLoss: 0.1, ambient: 0.05, swapping: 0.02 },
    { integrity: 4, keep: 0.4, captureLoss: 0.2, ambient: 0.15, swapping: 0.01 },
    { ...INTACT, captureLoss: 0.3 },
    { ...INTACT, ambient: 0.2 },
    { ...INTACT, swapping: 0.1 },
    { ...INTACT, integrity: 5 },
  ])("recovers %j", (truth) => {
    const clean = cells();
    const fitted = fit(clean, counts(clean, { ...truth, seed: 7 }));
    expect(Math.abs(fitted.integrity - truth.integrity)).toBeLessThan(0.1);
    expect(Math.abs(fitted.keep - truth.keep)).toBeLessThan(0.03);
    expect(Math.abs(fitted.captureLoss - truth.captureLoss)).toBeLessThan(0.03);
    expect(Math.abs(fitted.ambient - truth.ambient)).toBeLessThan(0.02);
    expect(Math.abs(fitted.swapping - truth.swapping)).toBeLessThan(0.02);
    expect(() => counts(clean, fitted)).not.toThrow();
  });

  it("of no damage finds none", () => {
    const clean = cells(50);
    const fitted = fit(clean, clean);
    expectClose(Object.values(fitted), Object.values(INTACT), { absolute: 1e-6 });
  });

  it("finds the average where cells differ", () => {
    const clean = cells(400);
    const degraded = counts(clean, { integrity: [5, 9], keep: [0.3, 0.9], captureLoss: 0, ambient: 0, swapping: 0 });
    const { integrity, keep, captureLoss } = fit(clean, degraded);
    expect(Math.abs(integrity - 7)).toBeLessThan(0.3);
    expect(Math.abs(keep - 0.6)).toBeLessThan(0.05);
    expect(captureLoss).toBeLessThan(0.05);
  });

  it("refuses what are no pairs, and damage that left nothing", () => {
    const clean = cells(20, 100);
    expect(() => fit(clean, clean.select({ obs: [0, 1] }))).toThrow("clean is 20 × 100, degraded is 2 × 100");
    expect(() => fit(clean, log1p(counts(clean, INTACT)))).toThrow("degrade.fit needs raw counts, but X holds");
    expect(() => fit(clean, counts(clean, { keep: 0, ambient: 0 }))).toThrow("nothing is left after damage");
  });
});

describe("an estimate from a sample alone", () => {
  const clean = cells(60, 3000);

  it.each([10, 8, 6])("finds an integrity of %d inside its interval", (integrity) => {
    const damaged = counts(clean, { ...INTACT, integrity, seed: 1 });
    const found = estimate(damaged, { intactSlope: estimate(clean, { resamples: 2 }).lengthSlope.value, level: 0.99 });
    expect(found.integrity.low).toBeLessThanOrEqual(integrity);
    expect(found.integrity.high).toBeGreaterThanOrEqual(integrity);
    expect(found.integrity.high - found.integrity.low).toBeLessThan(3);
    expect(found.lengthSlope.low).toBeLessThan(found.lengthSlope.value);
    expect(found.lengthSlope.high).toBeGreaterThan(found.lengthSlope.value);
  });

  it("has the medians over cells with intervals, the same for a seed and for both storages", () => {
    const found = estimate(clean, { resamples: 50, seed: 3 });
    const genes = Array.from(clean.X.rowNonZeros()).sort((a, b) => a - b);
    expect(found.detection.value).toBe((genes[29]! + genes[30]!) / 2);
    expect(found.detection.low).toBeLessThan(found.detection.high);
    expect(estimate(clean, { resamples: 50, seed: 3 })).toEqual(found);
    expect(estimate(new AnnData({ X: clean.X.toDense(), var: clean.var }), { resamples: 50, seed: 3 })).toEqual(found);
  });

  it("of one cell has no interval over cells", () => {
    const { detection, lengthSlope } = estimate(clean.select({ obs: [0] }), { resamples: 10 });
    expect(detection).toEqual({ value: clean.X.rowNonZeros()[0], low: NaN, high: NaN });
    expect(lengthSlope.low).toBeLessThan(lengthSlope.high);
  });

  it("refuses log values, missing lengths and what has no slope", () => {
    expect(() => estimate(log1p(counts(clean, INTACT)))).toThrow("degrade.estimate needs raw counts");
    const bare = simulate();
    bare.var.delete("length");
    expect(() => estimate(bare)).toThrow('var has no column "length"');
    const empty = new AnnData({ X: DenseMatrix.zeros([3, 60]), var: simulate().var });
    expect(() => estimate(empty)).toThrow("a slope needs at least three genes of different length; 0 of 60 are seen");
  });
});

describe("a log-linear fit", () => {
  it("of Poisson numbers solves the likelihood's equations, and finds no dispersion", () => {
    const stream = random(3, "fit test");
    const x = Float64Array.from({ length: 500 }, () => stream.normal());
    const numbers = x.map((value) => drawPoisson(stream, Math.exp(2 + 0.5 * value)));
    const data = { counts: numbers, exposure: x.map(() => 1), covariates: [x] };
    expect(fitLogLinear(data).dispersion).toBeLessThan(0.05);
    const start = { coefficients: new Float64Array(2), dispersion: 0 };
    const { coefficients } = fitLogLinear(data, undefined, start);
    const residual = x.map((value, i) => numbers[i]! - Math.exp(coefficients[0]! + coefficients[1]! * value));
    expect(residual.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
    expect(residual.reduce((sum, value, i) => sum + value * x[i]!, 0)).toBeCloseTo(0, 6);
    expectClose(coefficients, [2, 0.5], { absolute: 0.1 });
    expect([...start.coefficients]).toEqual([0, 0]);
  });

  it("finds the dispersion of negative binomial numbers, and is not led by one gene where capped", () => {
    const stream = random(4, "fit test");
    const x = Float64Array.from({ length: 4000 }, () => stream.normal());
    const numbers = x.map((value) => drawNegativeBinomial(stream, Math.exp(3 - 0.3 * value), 0.7));
    const data = { counts: numbers, exposure: x.map(() => 1), covariates: [x] };
    const { coefficients, dispersion } = fitLogLinear(data);
    expectClose(coefficients, [3, -0.3], { absolute: 0.07 });
    expect(Math.abs(dispersion - 0.7)).toBeLessThan(0.1);
    numbers[0] = 1e7;
    x[0] = 5;
    expect(Math.abs(fitLogLinear(data).coefficients[1]! + 0.3)).toBeGreaterThan(0.3);
    expect(Math.abs(fitLogLinear({ ...data, cap: 10 }).coefficients[1]! + 0.3)).toBeLessThan(0.1);
  });
});

describe("a smaller number of molecules", () => {
  it("is exact in every cell that has more, for both storages", () => {
    const adata = simulate();
    const before = adata.X.rowSums();
    const middle = Math.round(before.reduce((sum, value) => sum + value, 0) / before.length);
    const after = downsample(adata, { total: middle, seed: 1 });
    expect(after.X.rowSums()).toEqual(before.map((sum) => Math.min(sum, middle)));
    expect(after.X.kind).toBe("csr");
    expect(downsample(adata, { total: middle, seed: 1 }).X).toEqual(after.X);
    const dense = downsample(new AnnData({ X: adata.X.toDense() }), { total: middle, seed: 1 });
    expect(dense.X).toEqual(after.X.toDense());
    expect(downsample(adata, { total: 1e9 }).X).toEqual(adata.X);
  });

  it("is a whole number", () => {
    expect(() => downsample(simulate(), { total: 0.5 })).toThrow("total must be a whole number of molecules, not 0.5");
    expect(() => downsample(log1p(simulate()), { total: 5 })).toThrow("degrade.downsample needs raw counts");
  });
});
