import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { log1p, normalizeTotal, pca, pcaOfMatrix } from "../../../src/lib/pp/index.js";
import { columnMoments } from "../../../src/lib/stats/index.js";
import { expectClose, expectCloseUpToSign } from "../../helpers/compare.js";
import { STORAGES } from "../../helpers/matrices.js";
import { simulate } from "../../helpers/simulate.js";

describe.each(STORAGES)("principal components of %s data", (storage) => {
  const logarithms = () => {
    const adata = log1p(normalizeTotal(simulate({ cells: 40, genes: 25 }), { targetSum: 1e3 }));
    if (storage === "dense") adata.X = adata.X.toDense();
    return adata;
  };

  it("are the scores of centred data on orthonormal axes, and hold all variance together", () => {
    const { X } = logarithms();
    const { scores, components, variance, varianceRatio } = pcaOfMatrix(X, 25);
    const { mean } = columnMoments(X);
    const dense = X.toDense();
    for (let c = 0; c < 25; c++) {
      for (let d = 0; d <= c; d++) {
        let product = 0;
        for (let j = 0; j < 25; j++) product += components[c * 25 + j]! * components[d * 25 + j]!;
        // Gene 0 is all zero: the last axis is free in what is left.
        expect(product).toBeCloseTo(c === d ? 1 : 0, 8);
      }
      for (let i = 0; i < 40; i++) {
        let score = 0;
        for (let j = 0; j < 25; j++) score += (dense.at(i, j) - mean[j]!) * components[c * 25 + j]!;
        expect(scores[i * 25 + c]).toBeCloseTo(score, 8);
      }
    }
    expect(varianceRatio.reduce((sum, ratio) => sum + ratio, 0)).toBeCloseTo(1, 10);
    expect([...variance]).toEqual([...variance].sort((a, b) => b - a));
  });

  it("are in obsm, varm and uns", () => {
    const adata = pca(logarithms(), { nComps: 3, seed: 4 });
    expect(adata.obsm["X_pca"]!.shape).toEqual([40, 3]);
    expect(adata.varm["PCs"]!.shape).toEqual([25, 3]);
    expect(adata.uns["pca"]).toMatchObject({ params: { zero_center: true, use_highly_variable: false, seed: 4 } });
  });

  it("do not depend on the seed, nor, but for its sign, on the order of cells and genes", () => {
    const first = pcaOfMatrix(logarithms().X, 4);
    expectClose(pcaOfMatrix(logarithms().X, 4, 9).scores, first.scores, { relative: 1e-6, absolute: 1e-8 });
    const rows = Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
    const columns = Array.from({ length: 25 }, (_, j) => 24 - j);
    const then = pcaOfMatrix(logarithms().X.selectRows(rows).selectColumns(columns), 4);
    const permuted = columns.map((j) => [0, 1, 2, 3].map((c) => first.components[c * 25 + j]!));
    const expected = [0, 1, 2, 3].flatMap((c) => permuted.map((gene) => gene[c]!));
    expectCloseUpToSign(then.components, expected, 25, { relative: 1e-6, absolute: 1e-8 });
  });

  it("use the highly variable genes alone where they are marked, unless told otherwise", () => {
    const adata = logarithms();
    const mask = adata.varNames.map((_, j) => j % 2 === 1);
    adata.var.set("highly_variable", mask);
    const alone = pcaOfMatrix(adata.select({ var: mask }).X, 2);
    pca(adata, { nComps: 2 });
    expectClose((adata.uns["pca"] as { variance: Float64Array }).variance, alone.variance, { relative: 1e-10 });
    const loadings = adata.varm["PCs"]!;
    adata.varNames.forEach((_, j) => expect(loadings.row(j).some((value) => value !== 0)).toBe(mask[j]));
    pca(adata, { nComps: 2, useHighlyVariable: false });
    expectClose((adata.uns["pca"] as { variance: Float64Array }).variance, pcaOfMatrix(adata.X, 2).variance);
  });

  it("are 50 by default, or one less than the smaller side", () => {
    expect(pca(logarithms()).obsm["X_pca"]!.shape).toEqual([40, 24]);
    expect(pca(simulate({ cells: 70, genes: 60 })).obsm["X_pca"]!.shape).toEqual([70, 50]);
  });
});

describe("data without variance", () => {
  it("has scores of zero", () => {
    for (const rows of [
      [[1, 2, 3]],
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]) {
      const adata = pca(new AnnData({ X: CsrMatrix.fromDense(DenseMatrix.fromRows(rows)) }));
      expect([...adata.obsm["X_pca"]!.data]).toEqual(rows.map(() => 0));
    }
  });
});

describe.each(STORAGES)("the randomised solver of %s data", (storage) => {
  it("has nearly the exact variances, never larger ones, and the exact first component", () => {
    const adata = log1p(normalizeTotal(simulate(), { targetSum: 1e3 }));
    if (storage === "dense") adata.X = adata.X.toDense();
    const exact = pcaOfMatrix(adata.X, 8);
    const { components, variance } = pcaOfMatrix(adata.X, 8, 1, "randomized");
    variance.forEach((value, c) => {
      expect(value / exact.variance[c]!).toBeGreaterThan(0.98);
      expect(value / exact.variance[c]!).toBeLessThan(1 + 1e-9);
    });
    expectCloseUpToSign(components.subarray(0, 60), exact.components.subarray(0, 60), 60, { absolute: 1e-6 });
  });
});

describe("refusals", () => {
  const adata = () =>
    new AnnData({
      X: DenseMatrix.fromRows([
        [1, 2, 4],
        [3, 5, 1],
      ]),
    });

  it.each([0, 3, 1.5])("come for %d components of 2 × 3", (nComps) => {
    expect(() => pca(adata(), { nComps })).toThrow(
      new RangeError(`nComps must be from 1 to 2, the smaller side of 2 × 3, not ${nComps}`),
    );
  });

  it("come where there is nothing, or no gene is highly variable", () => {
    expect(() => pca(adata().select({ obs: [] }))).toThrow("nComps must be from 1 to 0, the smaller side of 0 × 3");
    const none = adata();
    none.var.set("highly_variable", [false, false, false]);
    expect(() => pca(none)).toThrow("the smaller side of 2 × 0");
  });

  it("say what to run first", () => {
    expect(() => pca(adata(), { useHighlyVariable: true })).toThrow(
      "var has no column highly_variable; run pp.highlyVariableGenes first",
    );
    expect(() => pca(adata(), { n_comps: 2 } as never)).toThrow('pp.pca: unknown option "n_comps"; options: nComps');
  });

  it("come for a solver that is not known", () => {
    expect(() => pca(adata(), { svdSolver: "arpack" as never })).toThrow('use "lanczos" or "randomized"');
  });

  it("come for NaN", () => {
    const bad = simulate({ cells: 20, genes: 12 });
    bad.X.data[3] = NaN;
    expect(() => pca(bad, { nComps: 2 })).toThrow("does the matrix hold NaN or infinity?");
  });
});
