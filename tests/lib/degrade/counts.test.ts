import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame, toCsc } from "../../../src/lib/anndata/index.js";
import {
  COUNT_SEVERITIES,
  countMoments,
  counts,
  type CountsOptions,
  describeCountSeverities,
  integrityOf,
  survival,
} from "../../../src/lib/degrade/index.js";
import { log1p, normalizeTotal } from "../../../src/lib/pp/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const INTACT = { integrity: 10, keep: 1, captureLoss: 0, ambient: 0, swapping: 0 } as const;

/** A few cells, repeated damage of which is cheap. */
function small(): AnnData {
  const X = CsrMatrix.fromDense(
    DenseMatrix.fromRows([
      [0, 3, 20, 0, 1],
      [7, 0, 150, 2, 0],
      [1, 1, 30, 0, 4],
    ]),
  );
  const genes = new Frame(["a", "b", "c", "d", "e"], { length: [300, 900, 2000, 4500, 9000] });
  return new AnnData({ X, var: genes });
}

describe("survival", () => {
  it("of the reference length is the integrity over 10, and multiplies along a molecule", () => {
    expect(survival(2000, 7)).toBeCloseTo(0.7, 12);
    expect(survival(5000, 4) * survival(1000, 4)).toBeCloseTo(survival(6000, 4), 12);
    expect(survival(1e9, 10)).toBe(1);
    expect(survival(500, 5, 500)).toBe(0.5);
  });

  it("has the integrity number of its rate", () => {
    expect(integrityOf(-Math.log(survival(1, 6)))).toBeCloseTo(6, 9);
    expect(integrityOf(-1)).toBe(10);
  });
});

describe("damage to counts", () => {
  it.each<[string, CountsOptions]>([
    ["fragmentation", { ...INTACT, integrity: 6 }],
    ["thinning", { ...INTACT, keep: 0.4 }],
    ["capture loss", { ...INTACT, captureLoss: 0.3 }],
    ["contamination", { ...INTACT, ambient: 0.2 }],
    ["swapping", { ...INTACT, swapping: 0.3 }],
    ["all", { integrity: 5, keep: 0.7, captureLoss: 0.2, ambient: 0.1, swapping: 0.2 }],
  ])("by %s has the closed form's mean and variance", (_, options) => {
    const adata = small();
    const runs = 4000;
    const { mean, variance } = countMoments(adata, options);
    const sum = new Float64Array(mean.length);
    const squares = new Float64Array(mean.length);
    const fourth = new Float64Array(mean.length);
    for (let seed = 0; seed < runs; seed++) {
      counts(adata, { ...options, seed })
        .X.toDense()
        .data.forEach((value, at) => {
          sum[at]! += value;
          squares[at]! += (value - mean[at]!) ** 2;
          fourth[at]! += (value - mean[at]!) ** 4;
        });
    }
    for (let at = 0; at < mean.length; at++) {
      // Five standard errors of each.
      expect(Math.abs(sum[at]! / runs - mean[at]!)).toBeLessThanOrEqual(5 * Math.sqrt(variance[at]! / runs) + 1e-12);
      const spread = Math.sqrt(Math.max(0, fourth[at]! / runs - variance[at]! ** 2) / runs);
      expect(Math.abs(squares[at]! / runs - variance[at]!)).toBeLessThanOrEqual(5 * spread + 1e-4 + 1e-12);
    }
  });

  it("moments of thinning are those of a binomial number", () => {
    const adata = small();
    const { mean, variance } = countMoments(adata, { ...INTACT, integrity: 7, keep: 0.5 });
    const x = adata.X.toDense().data;
    const p = adata.var.numbers("length").map((length) => 0.5 * survival(length, 7));
    expectClose(
      mean,
      Array.from(x, (value, at) => value * p[at % 5]!),
    );
    expectClose(
      variance,
      Array.from(x, (value, at) => value * p[at % 5]! * (1 - p[at % 5]!)),
    );
  });

  it("of nothing is the data themselves, without lengths too", () => {
    const adata = simulate();
    adata.var.delete("length");
    expect(counts(adata, INTACT).X).toEqual(adata.X);
    const all = { ...INTACT, keep: 0 };
    expect(counts(adata, all).X.nnz).toBe(0);
    expect(counts(adata, { ...INTACT, captureLoss: 1 }).X.nnz).toBe(0);
  });

  it("is loss for every gene and cell where nothing arrives, and keeps whole numbers", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: 1, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, integrity, keep) => {
          const adata = simulate({ cells: 12, genes: 20 });
          const before = adata.X.toDense().data;
          const after = counts(adata, { ...INTACT, integrity, keep, captureLoss: 0.1, seed }).X.toDense().data;
          return after.every((value, at) => Number.isInteger(value) && value >= 0 && value <= before[at]!);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("leaves fewer molecules the more severe it is", () => {
    const adata = simulate({ cells: 60, genes: 80 });
    const left = (options: CountsOptions) => countMoments(adata, options).mean.reduce((sum, value) => sum + value, 0);
    const totals = [10, 8, 5, 2, 1].map((integrity) => left({ ...INTACT, integrity }));
    expect(totals).toEqual([...totals].sort((a, b) => b - a));
    expect(new Set(totals).size).toBe(5);
    const table = describeCountSeverities(adata, { seed: 1 });
    const genes = table.numbers("totalDegraded");
    expect(genes[0]).toBeGreaterThan(genes[1]!);
    expect(genes[1]).toBeGreaterThan(genes[2]!);
  });

  it("by swapping moves molecules between cells and loses none", () => {
    const adata = simulate();
    const swapped = counts(adata, { ...INTACT, swapping: 0.5 });
    expect(swapped.X.columnSums()).toEqual(adata.X.columnSums());
    expect(swapped.X.rowSums()).not.toEqual(adata.X.rowSums());
  });

  it("by contamination brings the pool, in its share", () => {
    const adata = simulate({ cells: 300 });
    const own = adata.X.columnSums();
    const total = own.reduce((sum, value) => sum + value, 0);
    const mixed = counts(adata, { ...INTACT, ambient: 0.5 }).X.columnSums();
    const added = mixed.map((value, j) => value - own[j]!);
    // A share of one half adds as many as there are: Poisson, five standard deviations.
    added.forEach((value, j) => expect(Math.abs(value - own[j]!)).toBeLessThanOrEqual(5 * Math.sqrt(own[j]!)));
    expect(Math.abs(added.reduce((sum, value) => sum + value, 0) - total)).toBeLessThan(5 * Math.sqrt(total));
  });

  it("is the same for a seed and for every storage, which it keeps", () => {
    const adata = simulate();
    const sparse = counts(adata, { severity: "severe", seed: 3 });
    expect(sparse.X.kind).toBe("csr");
    expect(counts(adata, { severity: "severe", seed: 3 }).X).toEqual(sparse.X);
    expect(counts(adata, { severity: "severe", seed: 4 }).X).not.toEqual(sparse.X);
    const dense = counts(new AnnData({ X: adata.X.toDense(), var: adata.var }), { severity: "severe", seed: 3 });
    expect(dense.X.kind).toBe("dense");
    expect(dense.X).toEqual(sparse.X.toDense());
    const columns = counts(new AnnData({ X: toCsc(adata.X), var: adata.var }), { severity: "severe", seed: 3 });
    expect(columns.X).toEqual(sparse.X);
  });

  it("stores no zeros, and columns in ascending order", () => {
    const X = counts(simulate(), "severe").X as CsrMatrix;
    X.check();
    expect(X.data.every((value) => value > 0)).toBe(true);
    for (let i = 0; i < X.shape[0]; i++) {
      const columns = X.indices.subarray(X.indptr[i], X.indptr[i + 1]);
      expect(columns).toEqual(columns.slice().sort());
    }
  });

  it("draws each cell's severities from a range and tells them, and leaves what it was given alone", () => {
    const adata = simulate();
    const before = adata.X.copy();
    const { obs, uns } = counts(adata, { severity: "mixture", seed: 2 });
    const integrity = obs.numbers("integrity");
    expect(integrity.every((value) => value >= 5 && value <= 9)).toBe(true);
    expect(new Set(integrity).size).toBe(90);
    expect(uns["degradation"]).toMatchObject({
      mode: "counts",
      severity: "mixture",
      seed: 2,
      ...COUNT_SEVERITIES.mixture,
    });
    expect(adata.X).toEqual(before);
    expect(adata.obs.columns).toEqual(["cell_type"]);
  });

  it("of no cells, one cell and empty cells is what it should be", () => {
    const adata = simulate();
    expect(counts(adata.select({ obs: [] })).shape).toEqual([0, 60]);
    const one = adata.select({ obs: [4] });
    expect(counts(one, { ...INTACT, swapping: 0.7 }).X.toDense()).toEqual(one.X.toDense());
    const empty = new AnnData({ X: CsrMatrix.fromDense(DenseMatrix.zeros([4, 60])), var: adata.var });
    expect(counts(empty, "severe").X.nnz).toBe(0);
  });
});

describe("refusals", () => {
  it.each<[CountsOptions, string]>([
    [{ integrity: 0 }, "integrity must be from 1 to 10, or a range [low, high] of such; it is 0"],
    [{ integrity: [9, 11] }, "integrity must be from 1 to 10"],
    [{ keep: -0.1 }, "keep must be from 0 to 1"],
    [{ captureLoss: 2 }, "captureLoss must be from 0 to 1"],
    [{ ambient: 1 }, "ambient must be from 0 to 0.99"],
    [{ swapping: NaN }, "swapping must be from 0 to 1"],
    [{ referenceLength: 0 }, "referenceLength must be a positive number of bases, not 0"],
    [{ severity: "awful" as never }, 'severity "awful" is not known; use mild, moderate, severe, mixture'],
    [{ rin: 7 } as never, 'degrade.counts: unknown option "rin"; options: integrity, keep'],
  ])("come for %j", (options, message) => {
    expect(() => counts(simulate(), options)).toThrow(message);
  });

  it("come for log values, for NaN and for missing lengths, with the cure", () => {
    const logs = log1p(normalizeTotal(simulate()));
    expect(() => counts(logs)).toThrow(
      /needs raw counts, but X holds .*before pp.normalizeTotal.*or use degrade.paper/,
    );
    const adata = simulate();
    adata.X.data[0] = NaN;
    expect(() => counts(adata)).toThrow("degrade.counts needs raw counts, but X holds NaN");
    const bare = simulate();
    bare.var.delete("length");
    expect(() => counts(bare)).toThrow('var has no column "length"; run datasets.annotateGenes');
  });
});
