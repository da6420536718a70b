import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { bulk, discriminate, downsample, fitLogistic, logistic, summarize } from "../../../src/lib/degrade/index.js";
import { log1p } from "../../../src/lib/pp/index.js";
import { drawGamma, drawPoisson, random } from "../../../src/lib/stats/index.js";

/** Bulk samples of one tissue. */
function samples(count: number, genes = 600, seed = 0): AnnData {
  const shared = random(1, "validation test");
  const mean = Float64Array.from({ length: genes }, () => 60 * Math.exp(1.5 * shared.normal()));
  const names = Array.from({ length: genes }, (_, j) => `gene${j}`);
  const length = names.map(() => Math.round(300 * 30 ** shared.uniform()));
  const gc = names.map(() => 0.35 + 0.3 * shared.uniform());
  const stream = random(seed, "validation test", "samples");
  const X = DenseMatrix.zeros([count, genes]);
  for (let at = 0; at < X.data.length; at++)
    X.data[at] = drawPoisson(stream, mean[at % genes]! * drawGamma(stream, 8, 1 / 8));
  return new AnnData({ X, var: new Frame(names, { length, gc }) });
}

describe("a logistic fit", () => {
  it("solves the penalised likelihood's equations", () => {
    const stream = random(3, "validation test");
    const rows = Array.from({ length: 300 }, () => [stream.normal(), stream.normal()]);
    const labels = rows.map(([a, b]) => Number(stream.uniform() < 1 / (1 + Math.exp(-(0.5 + a! - 2 * b!)))));
    const ridge = 0.7;
    const fitted = fitLogistic(rows, labels, ridge);
    const residual = rows.map((row, i) => labels[i]! - logistic(fitted, row));
    expect(residual.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
    for (const k of [0, 1]) {
      const score = residual.reduce((sum, value, i) => sum + value * rows[i]![k]!, 0);
      expect(score).toBeCloseTo(ridge * fitted[k + 1]!, 6);
    }
    expect(fitted[1]).toBeGreaterThan(0.5);
    expect(fitted[2]).toBeLessThan(-1.2);
  });

  it("ends where the cases are separated, by the penalty", () => {
    const fitted = fitLogistic([[-1], [-2], [1], [2]], [0, 0, 1, 1], 0.1);
    expect(fitted.every(Number.isFinite)).toBe(true);
    expect(logistic(fitted, [3])).toBeGreaterThan(0.95);
  });
});

describe("summaries of samples", () => {
  it("see what was done to the samples", () => {
    const clean = samples(6);
    const totals = clean.X.columnSums();
    const all = totals.reduce((sum, value) => sum + value, 0);
    const reference = totals.map((value) => value / all);
    const median = (adata: AnnData, name: string) => {
      const values = summarize(adata, { reference }).numbers(name).sort();
      return (values[2]! + values[3]!) / 2;
    };
    const damaged = bulk(clean, { keep: 0.5, lengthSlope: -0.5, gcSlope: 3, gcCurvature: -10 });
    expect(median(damaged, "length_slope") - median(clean, "length_slope")).toBeCloseTo(-0.5, 1);
    expect(Math.abs(median(damaged, "gc_slope") - median(clean, "gc_slope") - 3)).toBeLessThan(0.5);
    expect(Math.abs(median(damaged, "gc_curvature") - median(clean, "gc_curvature") + 10)).toBeLessThan(5);
    const noisy = bulk(clean, { keep: 0.9, variability: 1 });
    expect(median(noisy, "variability")).toBeGreaterThan(median(clean, "variability") + 0.4);
    const few = bulk(clean, { keep: 0.01 });
    expect(median(few, "dropout_midpoint")).toBeGreaterThan(median(clean, "dropout_midpoint") + 1);
    expect(median(few, "dropout_shape")).toBeLessThan(0);
  });

  it("tell detection as downsampling finds it", () => {
    const one = samples(1);
    const expected = summarize(one).numbers("detection_1000")[0]!;
    let genes = 0;
    const runs = 200;
    for (let seed = 0; seed < runs; seed++) genes += downsample(one, { total: 1000, seed }).X.rowNonZeros()[0]!;
    // A run's number of genes has a standard deviation below 15 of 600.
    expect(Math.abs(genes / runs / 600 - expected)).toBeLessThan((5 * 15) / 600 / Math.sqrt(runs));
    const detected = one.X.rowNonZeros()[0]! / 600;
    expect(summarize(one).numbers("detection_100000")[0]).toBeLessThanOrEqual(detected);
  });

  it("are the same for both storages, without the number of reads", () => {
    const dense = samples(3);
    const sparse = new AnnData({ X: CsrMatrix.fromDense(dense.X.toDense()), obs: dense.obs, var: dense.var });
    const [a, b] = [summarize(dense), summarize(sparse)];
    expect(a.columns.length).toBeLessThanOrEqual(12);
    for (const name of a.columns) expect(a.numbers(name)).toEqual(b.numbers(name));
  });

  it("are refused for log values, empty samples and another reference", () => {
    const adata = samples(2);
    expect(() => summarize(log1p(samples(2)))).toThrow("degrade.summarize needs raw counts");
    expect(() => summarize(adata, { reference: [1] })).toThrow("reference has 1 genes, the data 600");
    const empty = bulk(adata, { keep: 0 });
    expect(() => summarize(empty, { reference: adata.X.columnSums() })).toThrow("sample 0 has no reads; leave it out");
  });
});

describe("a discriminator", () => {
  const summarised = (adata: AnnData) =>
    summarize(adata, {
      reference: samples(1)
        .var.numbers("gc")
        .map(() => 1 / 600),
    });
  const real = summarised(samples(40, 300 * 2, 1));

  it("finds samples of the same origin alike, and damaged ones different", () => {
    const same = discriminate(real, summarised(samples(40, 600, 2)));
    expect(Math.abs(same.auc.value - 0.5)).toBeLessThan(0.2);
    expect(Math.abs(same.floor.value - 0.5)).toBeLessThan(0.15);
    expect(same.floor.low).toBeLessThan(0.5);
    expect(same.floor.high).toBeGreaterThan(0.5);
    const damaged = discriminate(real, summarised(bulk(samples(40, 600, 2), { keep: 0.5, lengthSlope: -0.5 })));
    expect(damaged.auc.value).toBeGreaterThan(0.95);
    expect(damaged.floor).toEqual(same.floor);
  });

  it("is the same for a seed, and keeps a patient's rows together", () => {
    const other = summarised(samples(40, 600, 2));
    expect(discriminate(real, other, { seed: 3 })).toEqual(discriminate(real, other, { seed: 3 }));
    expect(discriminate(real, other, { seed: 3 })).not.toEqual(discriminate(real, other, { seed: 4 }));
    // A patient's four rows are alike; were they split, the floor's random halves could be told by memory.
    const patients = Array.from({ length: 40 }, (_, i) => `p${i % 10}`);
    const repeated = new Frame(
      real.index,
      Object.fromEntries(real.columns.map((name) => [name, real.numbers(name).map((_, i, all) => all[i % 10]!)])),
    );
    const split = discriminate(repeated, other, { ridge: 1e-3, repeats: 50 }).floor.value;
    const together = discriminate(repeated, other, { patients, ridge: 1e-3, repeats: 50 }).floor.value;
    expect(Math.abs(together - 0.5)).toBeLessThan(0.2);
    expect(split).not.toBe(together);
  });

  it("refuses tables that do not fit, and too few patients", () => {
    expect(() => discriminate(real, real.select([0, 1]))).toThrow("real has 40 rows of length_slope");
    expect(() => discriminate(real, real, { patients: ["a"] })).toThrow(
      "patients has 1 names, the tables have 40 rows",
    );
    expect(() => discriminate(real.select([0, 1]), real.select([0, 1]))).toThrow("at least four patients, not 2");
  });
});
