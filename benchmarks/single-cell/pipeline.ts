import { type AnnData, type CsrMatrix, io, pp, tl } from "../../src/lib/index.js";
import type { StepProcess } from "../step-process.js";
import type { AnalysisResult } from "./analysis.js";

/*
 * Our part of the single-cell benchmark, step for step that of `peers/single_cell.py`:
 *
 *     node pipeline.js INPUT OUTPUT SECONDS
 *
 * SECONDS since 1970 at which the process was started. The last line printed is JSON.
 */

const [input = "", output = "", began = ""] = process.argv.slice(2);
const sinceStart = (): number => Date.now() - Number(began) * 1e3;
const milliseconds: Record<string, number> = { import: sinceStart() };

async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const begin = performance.now();
  const value = await work();
  milliseconds[name] = performance.now() - begin;
  return value;
}

function prepare(adata: AnnData): void {
  pp.calculateQcMetrics(adata);
  pp.filterCells(adata, { minGenes: 200 });
  pp.filterGenes(adata, { minCells: 3 });
  adata.layers["counts"] = adata.X.copy();
  pp.normalizeTotal(adata, { targetSum: 1e4 });
  pp.log1p(adata);
}

const METHODS = ["t-test", "wilcoxon"] as const;
const rank = (adata: AnnData, method: (typeof METHODS)[number]): AnnData =>
  tl.rankGenesGroups(adata, { groupby: "group", method, keyAdded: method });

const adata = await step("read h5ad", () => io.readH5ad(input));
await step("QC, normalise, log1p", () => prepare(adata));
await step("HVG seurat", () => pp.highlyVariableGenes(adata, { nTopGenes: 2000 }));
const isVariable = adata.var.numbers("highly_variable");
const variable = adata.varNames.filter((_, i) => isVariable[i] === 1).sort();
await step("PCA 50", () => pp.pca(adata, { nComps: 50 }));
await step("neighbours 15", () => pp.neighbors(adata, { nNeighbors: 15 }));
await step("Leiden", () => tl.leiden(adata, { nIterations: 2 }));
await step("UMAP", () => tl.umap(adata));
await step("t-test", () => rank(adata, "t-test"));
await step("Wilcoxon", () => rank(adata, "wilcoxon"));
await step("write h5ad", () => io.writeH5ad(adata, output));
milliseconds["whole process"] = sinceStart();
const memory = process.resourceUsage().maxRSS / 1024;

for (const flavor of ["cell_ranger", "seurat_v3", "pearson_residuals"] as const) {
  const layer = flavor === "cell_ranger" ? {} : { layer: "counts" };
  await step(`HVG ${flavor}`, () => pp.highlyVariableGenes(adata, { flavor, nTopGenes: 2000, ...layer }));
}

const first = adata.obs.strings("group").map(String).sort()[0] ?? "";
const ofFirst = <T>(of: (ranked: tl.RankGenesGroups) => ArrayLike<T> | undefined): Record<string, T[]> =>
  Object.fromEntries(
    METHODS.map((method) => [method, Array.from(of(adata.uns[method] as tl.RankGenesGroups) ?? []).slice(0, 50)]),
  );
const sum = ({ data }: CsrMatrix): number => data.reduce((total, value) => total + value, 0);
const distances = adata.obsp["distances"] as CsrMatrix;
const { variance } = adata.uns["pca"] as { variance: ArrayLike<number> };
const analysis: StepProcess<AnalysisResult> = {
  milliseconds,
  memory,
  result: {
    shape: [adata.nObs, adata.nVars],
    total: sum(adata.X as CsrMatrix),
    variable,
    variances: Array.from(variance).slice(0, 10),
    distance: sum(distances) / distances.nnz,
    clusters: new Set(adata.obs.strings("leiden")).size,
    markers: ofFirst((ranked) => ranked.names[first]),
    scores: ofFirst((ranked) => ranked.scores[first]),
  },
};
console.log(JSON.stringify(analysis));
