import { join } from "node:path";
import { datasets, io, pp } from "../../src/lib/index.js";
import type { Benchmark } from "../harness.js";

/** MAGIC of PBMC3k's labelled cells and 2,000 genes that are in memory, exact neighbours, t 3: the method alone, against magic-impute. */
export const magicInMemory: Benchmark = {
  name: "magic-in-memory",
  peer: "magic-impute",
  script: "magic_in_memory.py",
  rounds: 5,
  tolerance: 1e-4,
  async prepare(folder) {
    const path = join(folder, "pbmc3k-log.h5ad");
    const whole = await datasets.pbmc3k();
    const labelled = whole.obs.strings("cell_type").map((type) => type !== null);
    const all = pp.filterGenes(whole.select({ obs: labelled }), { minCells: 1 });
    pp.log1p(pp.normalizeTotal(all, { targetSum: 1e4 }));
    const adata = pp.highlyVariableGenes(all, { nTopGenes: 2000, subset: true });
    await io.writeH5ad(adata, path);
    return {
      peerArguments: [path],
      ours: {
        async run() {
          const cells = adata.copy();
          const start = performance.now();
          await pp.magic(cells, { t: 3, nPca: null });
          const milliseconds = performance.now() - start;
          const total = cells.X.rowSums().reduce((sum, value) => sum + value, 0);
          return { milliseconds, result: { total, genes: cells.nVars } };
        },
        async dispose() {},
      },
    };
  },
};
