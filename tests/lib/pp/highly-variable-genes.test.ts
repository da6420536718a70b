import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import {
  highlyVariableGenes,
  type HighlyVariableGenesOptions,
  log1p,
  normalizeTotal,
} from "../../../src/lib/pp/index.js";
import { expectClose } from "../../helpers/compare.js";
import { STORAGES } from "../../helpers/matrices.js";
import { simulate } from "../../helpers/simulate.js";

const chosen = (adata: AnnData) => adata.varNames.filter((_, j) => adata.var.numbers("highly_variable")[j] === 1);

describe.each(STORAGES)("highly variable genes of %s data", (storage) => {
  const logarithms = () => {
    const adata = log1p(normalizeTotal(simulate(), { targetSum: 1e3 }));
    if (storage === "dense") adata.X = adata.X.toDense();
    return adata;
  };

  it("are at least as many as asked for, those of largest normalised dispersion", () => {
    const adata = highlyVariableGenes(logarithms(), { nTopGenes: 10 });
    const dispersions = adata.var.numbers("dispersions_norm");
    const tenth = [...dispersions].filter((value) => !Number.isNaN(value)).sort((a, b) => b - a)[9]!;
    // Genes alone in their bin tie at 1: those that tie with the tenth are in as well.
    expect(chosen(adata)).toEqual(adata.varNames.filter((_, j) => dispersions[j]! >= tenth));
    expect(chosen(adata).length).toBeGreaterThanOrEqual(10);
    expect(adata.uns["hvg"]).toEqual({ flavor: "seurat" });
  });

  it("leave out the gene that is all zero", () => {
    const adata = highlyVariableGenes(logarithms(), { nTopGenes: 1000 });
    expect(chosen(adata)).toEqual(adata.varNames.slice(1));
    expect(adata.var.numbers("dispersions_norm")[0]).toBeNaN();
  });

  it("are kept alone where that is asked for", () => {
    const adata = highlyVariableGenes(logarithms(), { nTopGenes: 7, subset: true });
    expect(adata.shape).toEqual([90, 7]);
    expect(chosen(adata)).toEqual(adata.varNames);
  });

  it("are the same in another order of cells and genes", () => {
    const order = {
      obs: Array.from({ length: 90 }, (_, i) => (i * 7) % 90),
      var: Array.from({ length: 60 }, (_, j) => 59 - j),
    };
    const options = { nTopGenes: 12 };
    const first = highlyVariableGenes(logarithms(), options).select(order);
    const then = highlyVariableGenes(logarithms().select(order), options);
    expect(chosen(then)).toEqual(chosen(first));
    // Sums in another order.
    expectClose(then.var.numbers("dispersions_norm"), first.var.numbers("dispersions_norm"), {
      relative: 1e-9,
      absolute: 1e-9,
    });
  });

  it("respect each limit, which is exclusive", () => {
    const all = highlyVariableGenes(logarithms(), { minMean: -1, maxMean: Infinity, minDisp: -Infinity });
    expect(chosen(all)).toHaveLength(60);
    const [means, dispersions] = [all.var.numbers("means"), all.var.numbers("dispersions_norm")];
    const at = 17;
    const without = (options: HighlyVariableGenesOptions) =>
      chosen(highlyVariableGenes(logarithms(), { minMean: -1, maxMean: Infinity, minDisp: -Infinity, ...options }));
    for (const options of [
      { minMean: means[at]! },
      { maxMean: means[at]! },
      { minDisp: dispersions[at]! },
      { maxDisp: dispersions[at]! },
    ]) {
      expect(without(options)).not.toContain(all.varNames[at]);
    }
    expect(without({ minMean: means[at]! - 1e-9, maxMean: means[at]! + 1e-9 })).toContain(all.varNames[at]);
  });
});

describe("data without variability", () => {
  const of = (rows: number[][]) =>
    new AnnData({ X: CsrMatrix.fromDense(DenseMatrix.fromRows(rows)), uns: { log1p: {} } });

  it("has no highly variable gene: one cell, constant genes, nothing at all", () => {
    expect(chosen(highlyVariableGenes(of([[1.5, 2.5]])))).toEqual([]);
    expect(
      chosen(
        highlyVariableGenes(
          of([
            [1.5, 2.5],
            [1.5, 2.5],
          ]),
          { nTopGenes: 1 },
        ),
      ),
    ).toEqual([]);
    expect(
      chosen(
        highlyVariableGenes(
          of([
            [0, 0],
            [0, 0],
          ]),
        ),
      ),
    ).toEqual([]);
    expect(chosen(highlyVariableGenes(of([])))).toEqual([]);
  });
});

describe("refusals", () => {
  const logarithms = (value = 0.5) =>
    new AnnData({
      X: DenseMatrix.fromRows([
        [0.5, 1.5],
        [value, 2.5],
      ]),
    });

  it.each<[HighlyVariableGenesOptions, string]>([
    [
      { flavor: "scran" as never },
      'flavor "scran" is not known; use "seurat", "cell_ranger", "seurat_v3", "seurat_v3_paper", "pearson_residuals"',
    ],
    [{ theta: 0 }, "theta must be positive, not 0"],
    [{ clip: -1 }, "clip must be at least 0, not -1"],
    [{ nTopGenes: 0 }, "nTopGenes must be a positive whole number, not 0"],
    [{ nTopGenes: 1.5 }, "nTopGenes must be a positive whole number, not 1.5"],
    [{ nBins: 0 }, "nBins must be a positive whole number, not 0"],
  ])("come for %j", (options, message) => {
    expect(() => highlyVariableGenes(logarithms(), options)).toThrow(new RangeError(message));
  });

  it("come for an option that is not known", () => {
    expect(() => highlyVariableGenes(logarithms(), { n_top_genes: 1 } as never)).toThrow(
      'pp.highlyVariableGenes: unknown option "n_top_genes"; options: flavor, nTopGenes',
    );
  });

  it("come for counts, and say what to run first", () => {
    expect(() => highlyVariableGenes(simulate())).toThrow(
      "which look like counts; run pp.normalizeTotal and pp.log1p first",
    );
  });

  it.each([NaN, Infinity])("come for %d, and name the gene", (value) => {
    expect(() => highlyVariableGenes(logarithms(value))).toThrow(
      new RangeError("gene 0 has NaN or infinite values; replace them, or drop the gene"),
    );
  });

  it("come for what a flavor cannot take", () => {
    expect(() => highlyVariableGenes(logarithms(), { flavor: "seurat_v3" })).toThrow(
      'flavor "seurat_v3" needs counts; give the layer that holds them, e.g. layer: "counts"',
    );
    expect(() => highlyVariableGenes(simulate(), { flavor: "pearson_residuals" })).toThrow(
      'flavor "pearson_residuals" has no limits: give nTopGenes',
    );
    expect(() => highlyVariableGenes(simulate(), { flavor: "cell_ranger" })).toThrow("which look like counts");
    expect(() => highlyVariableGenes(simulate(), { layer: "raw" })).toThrow('layers has no "raw"; layers: none');
    expect(() => highlyVariableGenes(log1p(simulate()), { batchKey: "donor" })).toThrow('there is no column "donor"');
    const many = log1p(new AnnData({ X: DenseMatrix.zeros([4, 40]) }));
    expect(() => highlyVariableGenes(many, { flavor: "cell_ranger" })).toThrow("drop genes without counts first");
  });
});

describe.each(["seurat_v3", "pearson_residuals"] as const)("genes by %s", (flavor) => {
  it("are the same from a layer, dense or sparse, in another order of cells", () => {
    const expected = highlyVariableGenes(simulate(), { flavor, nTopGenes: 15 });
    const column = flavor === "seurat_v3" ? "variances_norm" : "residual_variances";
    const order = Array.from({ length: 90 }, (_, i) => (i * 7) % 90);
    const shuffled = simulate().select({ obs: order });
    shuffled.layers["counts"] = shuffled.X.toDense();
    log1p(normalizeTotal(shuffled));
    highlyVariableGenes(shuffled, { flavor, nTopGenes: 15, layer: "counts" });
    expect(chosen(shuffled)).toEqual(chosen(expected));
    expect(chosen(expected)).toHaveLength(15);
    expectClose(shuffled.var.numbers(column), expected.var.numbers(column), { relative: 1e-9, absolute: 1e-12 });
  });
});
