import { expect, it } from "vitest";
import type { AnnData } from "../../../src/lib/anndata/index.js";
import { toCsc } from "../../../src/lib/anndata/matrix.js";
import * as pp from "../../../src/lib/pp/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const logarithms = (adata: AnnData) => pp.log1p(pp.normalizeTotal(adata, { targetSum: 1e3 }));
const depth = (adata: AnnData) => {
  adata.obs.set("depth", adata.X.rowSums());
  return adata;
};

it.each<[string, (adata: AnnData) => ArrayLike<number>]>([
  ["log1p", (adata) => logarithms(adata).X.toDense().data],
  ["qc", (adata) => pp.calculateQcMetrics(adata).obs.numbers("pct_counts_in_top_50_genes")],
  ["seurat", (adata) => pp.highlyVariableGenes(logarithms(adata)).var.numbers("dispersions_norm")],
  ["seurat_v3", (adata) => pp.highlyVariableGenes(adata, { flavor: "seurat_v3" }).var.numbers("variances_norm")],
  ["residuals", (adata) => pp.residualVariance(adata.X, { theta: 100, clip: 9 })],
  ["pca", (adata) => pp.pcaOfMatrix(adata.X, 5).scores],
  ["scale", (adata) => pp.scale(logarithms(adata), { maxValue: 2 }).X.toDense().data],
  ["downsampling", (adata) => pp.downsampleCounts(adata, { countsPerCell: 40 }).X.toDense().data],
  ["regression", (adata) => pp.regressOut(depth(adata), { keys: "depth" }).X.toDense().data],
  ["combat", (adata) => pp.combat(logarithms(adata), { key: "cell_type" }).X.toDense().data],
])("%s of compressed columns is that of compressed rows", (_, run) => {
  const columns = simulate();
  columns.X = toCsc(columns.X);
  expect(columns.X.kind).toBe("csc");
  expectClose(run(columns), run(simulate()), { relative: 1e-6, absolute: 1e-6 });
});
