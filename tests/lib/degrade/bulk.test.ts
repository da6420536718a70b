import { describe, expect, it } from "vitest";
import { AnnData, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { bulk, bulkMoments, type BulkOptions, fitBulk } from "../../../src/lib/degrade/index.js";
import { pearson } from "../../../src/lib/metrics/index.js";
import { columnMoments, random } from "../../../src/lib/stats/index.js";
import { simulate } from "../../helpers/simulate.js";

/** Samples with log-normal expression, lengths and GC. */
function samples(count = 4, genes = 4000, depth = 30): AnnData {
  const stream = random(1, "bulk test");
  const mean = Float64Array.from({ length: genes }, () => depth * Math.exp(1.5 * stream.normal()));
  const X = DenseMatrix.zeros([count, genes]);
  for (let at = 0; at < X.data.length; at++)
    X.data[at] = Math.round(mean[at % genes]! * (0.8 + 0.4 * stream.uniform()));
  const names = Array.from({ length: genes }, (_, j) => `gene${j}`);
  const length = names.map(() => Math.round(300 * 30 ** stream.uniform()));
  const gc = names.map(() => 0.35 + 0.3 * stream.uniform());
  return new AnnData({ X, var: new Frame(names, { length, gc }) });
}

describe("damage to bulk samples", () => {
  it.each([
    [40, 0.1, 0],
    [40, 1.5, 0],
    [40, 0.1, 0.5],
    [40, 0.9, 0.8],
    [40, 3, 0.4],
    [0, 0.5, 0.5],
  ])("of %d reads at a share of %d with variability %d has the closed form's moments", (count, share, variability) => {
    const runs = 20_000;
    const X = new DenseMatrix([runs, 2], new Float32Array(2 * runs).fill(count));
    const found = columnMoments(bulk(new AnnData({ X }), { keep: share, variability }).X);
    const { mean, variance } = bulkMoments(count, share, variability);
    for (const j of [0, 1]) {
      expect(Math.abs(found.mean[j]! - mean)).toBeLessThanOrEqual(5 * Math.sqrt(variance / runs) + 1e-9);
      // A log-normal factor's fourth moment makes the variance's own error up to 2 % here; five of those.
      expect(Math.abs(found.variance[j]! - variance)).toBeLessThanOrEqual(0.1 * variance + 1e-9);
    }
  });

  it("changes a gene's share by its length and GC, and keeps the total asked for", () => {
    const X = new DenseMatrix([1, 3], new Float32Array(3).fill(1e6));
    const genes = new Frame(["a", "b", "c"], { length: [1000, 2000, 4000], gc: [0.5, 0.5, 0.4] });
    const options = { keep: 0.3, lengthSlope: -1, gcSlope: 10 };
    const after = bulk(new AnnData({ X, var: genes }), options).X.row(0);
    const weights = [2, 1, 0.25];
    const whole = weights.reduce((sum, weight) => sum + weight, 0) / 3;
    // Six standard deviations of a binomial number of a million reads.
    weights.forEach((weight, j) => expect(Math.abs(after[j]! - (3e5 * weight) / whole)).toBeLessThan(3000));
  });

  it("of nothing is the data themselves, without lengths too", () => {
    const adata = simulate();
    adata.var.delete("length");
    expect(bulk(adata).X).toEqual(adata.X);
    expect(bulk(adata, { keep: 0 }).X.nnz).toBe(0);
  });

  it("is the same for a seed and for both storages", () => {
    const adata = simulate();
    const options: BulkOptions = { keep: [0.2, 2], lengthSlope: [-0.5, 0.5], variability: 0.4, seed: 2 };
    const sparse = bulk(adata, options);
    expect(sparse.X.kind).toBe("csr");
    expect(bulk(adata, options).X).toEqual(sparse.X);
    expect(bulk(adata, { ...options, seed: 3 }).X).not.toEqual(sparse.X);
    expect(bulk(new AnnData({ X: adata.X.toDense(), var: adata.var }), options).X).toEqual(sparse.X.toDense());
    expect(sparse.X.data.every((value) => Number.isInteger(value) && value > 0)).toBe(true);
  });

  it.each<[BulkOptions, string]>([
    [{ keep: -1 }, "keep must be at least 0"],
    [{ variability: NaN }, "variability must be at least 0"],
    [{ lengthSlope: Infinity }, "lengthSlope must be a number, or a range [low, high]"],
    [{ gcSlope: 1 }, 'var has no column "gc"; run datasets.annotateGenes'],
    [{ severity: "toString" as never }, 'severity "toString" is not known; use intact, mild, severe'],
    [{ geneEffects: [1] }, "geneEffects has 1 values; there are 60 genes"],
    [{ geneEffects: new Float64Array(60).fill(NaN) }, "geneEffects of gene 0 is NaN; it must be a number"],
    [{ strand: 1 } as never, 'degrade.bulk: unknown option "strand"'],
  ])("refuses %j", (options, message) => {
    expect(() => bulk(simulate(), options)).toThrow(message);
  });
});

describe("a fit to pairs of samples", () => {
  it.each([
    { keep: 0.5, lengthSlope: -0.4, gcSlope: 2, gcCurvature: -15, variability: 0.3 },
    { keep: 1.4, lengthSlope: 0.2, gcSlope: -3, gcCurvature: 8, variability: 0.6 },
    { keep: 0.08, lengthSlope: -0.2, gcSlope: 1, gcCurvature: 0, variability: 0.8 },
  ])("recovers %j", (truth) => {
    const clean = samples();
    const { severity, samples: each } = fitBulk(clean, bulk(clean, { ...truth, seed: 5 }));
    // Standard errors are about variability / sqrt(4,000 genes) over the covariate's spread (1.4, 0.09, 0.007).
    expect(Math.abs(severity.keep / truth.keep - 1)).toBeLessThan(0.1);
    expect(Math.abs(severity.lengthSlope - truth.lengthSlope)).toBeLessThan(0.05);
    expect(Math.abs(severity.gcSlope - truth.gcSlope)).toBeLessThan(1);
    expect(Math.abs(severity.gcCurvature - truth.gcCurvature)).toBeLessThan(10);
    expect(Math.abs(severity.variability - truth.variability)).toBeLessThan(0.1);
    expect(each.length).toBe(4);
  });

  it("tells the genes' own effects from the samples' spread", () => {
    const clean = samples(12, 3000, 200);
    const stream = random(6, "bulk test");
    const geneEffects = Float64Array.from({ length: 3000 }, () => stream.normal());
    const degraded = bulk(clean, { keep: 0.8, variability: 0.4, geneEffects, seed: 7 });
    const found = fitBulk(clean, degraded);
    // Genes with too few reads to tell have an effect of 0, which costs some of the correlation.
    expect(pearson(found.geneEffects, geneEffects)).toBeGreaterThan(0.9);
    expect(Math.abs(found.severity.variability - 0.4)).toBeLessThan(0.06);
    // Without effects there are none to speak of: the standard error of a mean is 0.4 / sqrt(12) in ln.
    const none = fitBulk(clean, bulk(clean, { keep: 0.8, variability: 0.4, seed: 7 })).geneEffects;
    expect(Math.max(...none.map(Math.abs))).toBeLessThan(0.2);
  });

  it("refuses other genes, other shapes and samples without reads", () => {
    const clean = samples(2, 50);
    const renamed = new AnnData({ X: clean.X, var: new Frame(clean.varNames.map((name) => `${name}x`)) });
    expect(() => fitBulk(clean, renamed)).toThrow("gene 0 is gene0 in clean and gene0x in degraded; select the same");
    expect(() => fitBulk(clean, clean.select({ obs: [0] }))).toThrow("clean is 2 × 50, degraded is 1 × 50");
    expect(() => fitBulk(clean, bulk(clean, { keep: 0 }))).toThrow(
      "has 50 genes with clean reads and 0 degraded reads",
    );
  });
});
