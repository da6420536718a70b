import { describe, expect, it } from "vitest";
import * as library from "../../src/lib/index.js";
import { type AnnData, categorical, toCsc } from "../../src/lib/index.js";
import { plain } from "../helpers/plain.js";
import { simulate } from "../helpers/simulate.js";

type Verb = (adata: AnnData, options?: object) => unknown;

interface Recipe {
  after?: string[];
  options?: object[];
}

/** Every verb that reads a matrix: what comes before it, and its options. A verb that is not exported yet is passed over. */
const VERBS: Record<string, Recipe> = {
  calculateQcMetrics: { options: [{ percentTop: [5, 20] }, { qcVars: ["mt"], percentTop: [] }] },
  filterCells: { options: [{ minGenes: 20 }, { minCounts: 40 }] },
  filterGenes: { options: [{ minCells: 30 }, { minCounts: 20 }] },
  normalizeTotal: { options: [{}, { targetSum: 100 }, { excludeHighlyExpressed: true, maxFraction: 0.1 }] },
  log1p: {},
  highlyVariableGenes: {
    after: ["normalizeTotal", "log1p"],
    options: [{ nTopGenes: 20 }, { nTopGenes: 20, nBins: 5 }, { flavor: "cell_ranger", nTopGenes: 20 }],
  },
  scale: { after: ["normalizeTotal", "log1p"], options: [{}, { maxValue: 1 }, { zeroCenter: false, maxValue: 2 }] },
  pca: { after: ["normalizeTotal", "log1p"], options: [{ nComps: 5, useHighlyVariable: false }] },
  regressOut: { after: ["calculateQcMetrics", "normalizeTotal", "log1p"], options: [{ keys: ["total_counts"] }] },
  downsampleCounts: { options: [{ totalCounts: 1000 }, { countsPerCell: 20 }] },
  combat: { after: ["normalizeTotal", "log1p"], options: [{ key: "batch" }] },
  scrublet: { options: [{ nPrinComps: 5 }] },
  scoreGenes: { after: ["normalizeTotal", "log1p"], options: [{ geneList: ["gene2", "gene5", "gene7"], ctrlSize: 5 }] },
  rankGenesGroups: {
    after: ["normalizeTotal", "log1p"],
    options: [
      { groupby: "cell_type", method: "t-test" },
      { groupby: "cell_type", method: "wilcoxon", tieCorrect: true },
    ],
  },
  aggregate: { options: [{ by: "cell_type", func: ["sum", "mean"] }] },
};

const verbs = { ...library.pp, ...("tl" in library ? (library.tl as object) : {}) } as unknown as Record<string, Verb>;
const onCounts = [
  { flavor: "seurat_v3", nTopGenes: 20 },
  { flavor: "pearson_residuals", nTopGenes: 20 },
];
const cases = [...Object.entries(VERBS), ["highlyVariableGenes", { options: onCounts }] as const]
  .filter(([name]) => name in verbs)
  .flatMap(([name, { after = [], options = [{}] }]: readonly [string, Recipe]) =>
    options.map((option) => ({ name, after, option })),
  )
  .filter(({ name, after, option }) => isKnown(name, after, option));

function run(name: string, after: string[], option: object, byColumn: boolean): AnnData {
  const adata = simulate();
  adata.obs.set("batch", categorical(adata.obsNames.map((_, i) => (i % 2 ? "a" : "b"))));
  adata.var.set(
    "mt",
    adata.varNames.map((gene) => gene.startsWith("MT-")),
  );
  for (const earlier of after) verbs[earlier]!(adata, earlier === "calculateQcMetrics" ? { percentTop: [] } : {});
  if (byColumn) adata.X = toCsc(adata.X);
  const result = verbs[name]!(adata, option);
  const changed = (result ?? adata) as AnnData;
  changed.X = changed.X.toDense();
  changed.layers = Object.fromEntries(
    Object.entries(changed.layers).map(([layer, matrix]) => [layer, matrix.toDense()]),
  );
  return changed;
}

function isKnown(name: string, after: string[], option: object): boolean {
  try {
    run(name, after, option, false);
    return true;
  } catch (error) {
    if (error instanceof RangeError && error.message.includes("is not known; use")) return false;
    throw error;
  }
}

describe("a matrix in compressed columns gives what one in compressed rows gives, bit for bit", () => {
  it.each(cases)("$name $option", ({ name, after, option }) => {
    expect(plain(run(name, after, option, true))).toEqual(plain(run(name, after, option, false)));
  });
});
