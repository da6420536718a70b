import { join } from "node:path";
import { datasets, io, pp, tl } from "../src/lib/index.js";
import type { Benchmark } from "./harness.js";

/** Ranking all genes of PBMC3k's labelled cell types (2,638 cells, 16,579 genes, 8 types), against scanpy. */
function rankGenes(method: "wilcoxon" | "t-test", tolerance: number): Benchmark {
  return {
    name: `rank-genes-${method}`,
    peer: "scanpy",
    script: "rank_genes_groups.py",
    rounds: 7,
    tolerance,
    async prepare(folder) {
      const path = join(folder, "pbmc3k-log.h5ad");
      const whole = await datasets.pbmc3k();
      const labelled = whole.obs.strings("cell_type").map((type) => type !== null);
      const adata = pp.filterGenes(whole.select({ obs: labelled }), { minCells: 1 });
      pp.log1p(pp.normalizeTotal(adata, { targetSum: 1e4 }));
      await io.writeH5ad(adata, path);
      return {
        peerArguments: [path, method],
        ours: {
          async run() {
            const start = performance.now();
            tl.rankGenesGroups(adata, { groupby: "cell_type", method });
            const milliseconds = performance.now() - start;
            const { names, scores } = adata.uns["rank_genes_groups"] as tl.RankGenesGroups;
            const groups = Object.keys(names).sort();
            let total = 0;
            for (const group of groups) for (const score of scores[group]!) total += Math.abs(score);
            return { milliseconds, result: { total, first: groups.map((group) => names[group]![0]).join() } };
          },
          async dispose() {},
        },
      };
    },
  };
}

/** Exact but for the order of sums. */
export const rankGenesWilcoxon = rankGenes("wilcoxon", 1e-6);

/** scanpy squares values in float32. */
export const rankGenesTTest = rankGenes("t-test", 1e-5);
