import { describe, expect, it } from "vitest";
import type { AnnData } from "../../../src/lib/anndata/index.js";
import {
  compareSimulated,
  estimateSimulation,
  simulate,
  type SimulateOptions,
} from "../../../src/lib/datasets/index.js";
import { counts } from "../../../src/lib/degrade/index.js";
import { log1p } from "../../../src/lib/pp/index.js";
import { columnMoments } from "../../../src/lib/stats/index.js";

const SMALL = { cells: 300, genes: 400 };

/** The expected value of each gene in a cell of group 0 and batch 0, as a share of all. */
function shares(adata: AnnData, factor: Float64Array = adata.var.numbers("base_mean").map(() => 1)): Float64Array {
  const means = adata.var.numbers("base_mean").map((value, j) => value * factor[j]!);
  const sum = means.reduce((total, value) => total + value, 0);
  return means.map((value) => value / sum);
}

describe("simulated counts", () => {
  it("are whole, sparse, the same for a seed, and say that they are simulated", () => {
    const adata = simulate({ ...SMALL, seed: 1 });
    expect(adata.X.kind).toBe("csr");
    expect(adata.X.data.every((value) => Number.isInteger(value) && value > 0)).toBe(true);
    expect(simulate({ ...SMALL, seed: 1 }).X).toEqual(adata.X);
    expect(simulate({ ...SMALL, seed: 2 }).X).not.toEqual(adata.X);
    expect(adata.uns["source"]).toMatchObject({ name: "simulated" });
    expect(adata.uns["simulation"]).toMatchObject({ ...SMALL, seed: 1, dispersion: 0.1 });
  });

  it("have the mean and variance that the model says", () => {
    // All cells alike, so that each gene is one negative binomial distribution.
    const dispersion = 0.3;
    const adata = simulate({
      cells: 4000,
      genes: 50,
      dispersion,
      dispersionDegrees: Infinity,
      libraryScale: 0,
      seed: 3,
    });
    const { mean, variance } = columnMoments(adata.X);
    const total = Math.exp(9);
    shares(adata).forEach((share, j) => {
      const expected = share * total;
      const spread = expected + dispersion * expected ** 2;
      expect(Math.abs(mean[j]! - expected)).toBeLessThanOrEqual(5 * Math.sqrt(spread / 4000) + 1e-9);
      // A gamma-Poisson variance has a relative error of at most 5 % here, more where nearly all counts are zero.
      if (expected > 1) expect(Math.abs(variance[j]! / spread - 1)).toBeLessThan(0.25);
    });
  });

  it("differ between groups by the factors told, and not in other genes", () => {
    const options = {
      ...SMALL,
      cells: 4000,
      genes: 60,
      groups: [0.5, 0.5],
      deProbability: 0.5,
      deScale: 1,
      libraryScale: 0,
    };
    const adata = simulate({ ...options, dispersion: 0, seed: 4 });
    for (const [k, group] of ["Group1", "Group2"].entries()) {
      const cells = adata.obs.strings("group").flatMap((name, i) => (name === group ? [i] : []));
      expect(Math.abs(cells.length - 2000)).toBeLessThan(160);
      const { mean } = columnMoments(adata.select({ obs: cells }).X);
      shares(adata, adata.var.numbers(`de_group${k + 1}`)).forEach((share, j) => {
        const expected = share * Math.exp(9);
        expect(Math.abs(mean[j]! - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected / cells.length) + 1e-9);
      });
    }
    const changed = adata.var.numbers("de_group1").filter((factor) => factor !== 1).length;
    expect(changed).toBeGreaterThan(15);
    expect(changed).toBeLessThan(45);
  });

  it("differ between batches where there are several", () => {
    const adata = simulate({ ...SMALL, batches: [0.5, 0.5], batchScale: 0.5, seed: 5 });
    expect(new Set(adata.obs.strings("batch"))).toEqual(new Set(["Batch1", "Batch2"]));
    expect(new Set(adata.var.numbers("batch_factor1")).size).toBe(400);
    expect(new Set(simulate(SMALL).var.numbers("batch_factor1"))).toEqual(new Set([1]));
  });

  it("change along paths from the origin's mean to the end's", () => {
    const options: SimulateOptions = { cells: 6000, genes: 40, kind: "paths", groups: [0.5, 0.5], pathsFrom: [-1, 0] };
    const adata = simulate({
      ...options,
      deProbability: 0.6,
      deScale: 0.5,
      libraryScale: 0,
      dispersion: 0,
      curvedProbability: 0,
      seed: 6,
    });
    const path = adata.obs.strings("path");
    const step = adata.obs.numbers("step");
    const [first, second] = [adata.var.numbers("de_path1"), adata.var.numbers("de_path2")];
    const near = (name: string, low: number, high: number) =>
      adata.select({ obs: path.flatMap((p, i) => (p === name && step[i]! >= low && step[i]! <= high ? [i] : [])) }).X;
    const stages = [
      [near("Path1", 0, 0.03), first.map(() => 1)],
      [near("Path1", 0.97, 1), first],
      [near("Path2", 0, 0.03), first],
      [near("Path2", 0.97, 1), first.map((factor, j) => factor * second[j]!)],
    ] as const;
    for (const [X, factor] of stages) {
      const { mean } = columnMoments(X);
      shares(adata, factor).forEach((share, j) => {
        const expected = share * Math.exp(9);
        // Beside chance, a cell up to 3 % of the way off has up to that much of the change.
        const bound = 5 * Math.sqrt(expected / X.shape[0]) + 0.15 * expected + 0.01;
        expect(Math.abs(mean[j]! - expected)).toBeLessThanOrEqual(bound);
      });
    }
  });

  it("of curved genes leave the straight line between the same ends", () => {
    const options: SimulateOptions = { ...SMALL, kind: "paths", deProbability: 0, seed: 7 };
    const straight = simulate({ ...options, curvedProbability: 0 });
    const curved = simulate({ ...options, curvedProbability: 1 });
    expect(curved.X).not.toEqual(straight.X);
    expect(curved.var.numbers("de_path1")).toEqual(straight.var.numbers("de_path1"));
  });

  it("are lost to dropout by its curve, and the truth is kept", () => {
    const dropout = { midpoint: 1, shape: -1 };
    const adata = simulate({ cells: 3000, genes: 40, dropout, libraryScale: 0, dispersion: 0, seed: 8 });
    const truth = adata.layers["true_counts"]!;
    expect(truth).toEqual(simulate({ cells: 3000, genes: 40, libraryScale: 0, dispersion: 0, seed: 8 }).X);
    const [kept, all] = [adata.X.columnNonZeros(), truth.columnNonZeros()];
    shares(adata).forEach((share, j) => {
      if (all[j]! < 100) return;
      const expected = 1 - 1 / (1 + Math.exp(Math.log(share * Math.exp(9)) - 1));
      expect(Math.abs(kept[j]! / all[j]! - expected)).toBeLessThan(5 * Math.sqrt(0.25 / all[j]!) + 1e-9);
    });
  });

  it("can be degraded as they are", () => {
    expect(counts(simulate(SMALL), "severe").X.nnz).toBeGreaterThan(0);
    expect(simulate({ cells: 0, genes: 5 }).shape).toEqual([0, 5]);
    expect(simulate({ cells: 5, genes: 0 }).shape).toEqual([5, 0]);
  });

  it.each<[SimulateOptions, string]>([
    [{ cells: 1.5 }, "cells must be a whole number, not 1.5"],
    [{ groups: [0.5, 0.6] }, "groups must be shares that add up to 1, not [0.5,0.6]"],
    [{ batches: [] }, "batches must be shares that add up to 1"],
    [{ deProbability: 2 }, "deProbability must be from 0 to 1, not 2"],
    [{ meanShape: 0 }, "meanShape must be positive, not 0"],
    [{ dispersion: -1 }, "dispersion must be at least 0, not -1"],
    [{ kind: "tree" as never }, 'kind "tree" is not known; use "groups" or "paths"'],
    [{ kind: "paths", pathsFrom: [0] }, "pathsFrom must name, for each of 1 paths, -1 (the root) or an earlier path"],
    [{ nGenes: 5 } as never, 'datasets.simulate: unknown option "nGenes"'],
  ])("refuse %j", (options, message) => {
    expect(() => simulate(options)).toThrow(message);
  });
});

describe("estimated parameters", () => {
  const truth = {
    ...{ cells: 300, genes: 1500, meanShape: 0.8, meanRate: 0.5, outlierProbability: 0.02, outlierLocation: 3.5 },
    ...{ libraryLocation: 9, libraryScale: 0.4, dispersion: 0.2, dispersionDegrees: 20 },
  };

  it("are near those simulated with", () => {
    const found = estimateSimulation(simulate({ ...truth, seed: 9 }));
    expect([found.cells, found.genes]).toEqual([300, 1500]);
    expect(Math.abs(found.libraryLocation - 9)).toBeLessThan(0.1);
    expect(Math.abs(found.libraryScale - 0.4)).toBeLessThan(0.1);
    // Means are estimated after extremes are drawn in, which makes the shape larger (Splatter's does so too).
    expect(found.meanShape).toBeGreaterThan(0.6);
    expect(found.meanShape).toBeLessThan(1.4);
    expect(Math.abs(found.outlierProbability - 0.02)).toBeLessThan(0.02);
    expect(Math.abs(found.dispersion - 0.2)).toBeLessThan(0.05);
    expect(found.dispersionTrend).toBeLessThan(0.05);
    expect(Math.abs(Math.log(found.dispersionDegrees / 20))).toBeLessThan(0.7);
    expect(found.dropout).toBeUndefined();
  });

  it("find dropout where there is some", () => {
    const adata = simulate({ ...truth, dropout: { midpoint: 1, shape: -1 }, seed: 10 });
    const { dropout } = estimateSimulation(adata);
    expect(dropout).toBeDefined();
    expect(dropout!.shape).toBeLessThan(0);
  });

  it("make data that resemble those they come from more than the defaults do", () => {
    const real = simulate({ ...truth, seed: 11 });
    const like = compareSimulated(real, simulate({ ...estimateSimulation(real), seed: 12 }));
    const unlike = compareSimulated(real, simulate({ cells: 300, genes: 1500, seed: 12 }));
    expect(like.index).toEqual(["mean", "variance", "zeros_by_gene", "zeros_by_cell", "total"]);
    for (const name of ["ks", "difference"]) {
      like.numbers(name).forEach((value, row) => {
        if (name === "ks" && row < 3) expect(value).toBeLessThan(0.15);
        expect(value).toBeLessThanOrEqual(unlike.numbers(name)[row]! + 0.05 * (1 + unlike.numbers(name)[row]!));
      });
    }
    const same = compareSimulated(real, real);
    expect([...same.numbers("ks"), ...same.numbers("difference")].every((value) => value === 0)).toBe(true);
  });

  it("are refused for log values and for too little", () => {
    expect(() => estimateSimulation(log1p(simulate(SMALL)))).toThrow("needs raw counts in X");
    expect(() => estimateSimulation(simulate({ cells: 1, genes: 400 }))).toThrow(
      "too little to estimate from: 1 cells",
    );
  });
});
