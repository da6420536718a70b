import { join } from "node:path";
import { type CsrMatrix, datasets, io } from "../src/lib/index.js";
import type { Benchmark } from "./harness.js";

/** Writing PBMC3k (2,700 × 32,738 counts, 2.3 million non-zeros) from memory to h5ad, against anndata. */
export const writeH5ad: Benchmark = {
  name: "write-h5ad",
  peer: "anndata",
  script: "write_h5ad.py",
  rounds: 9,
  tolerance: 1e-6,
  async prepare(folder) {
    const path = join(folder, "pbmc3k.h5ad");
    const target = join(folder, "ours.h5ad");
    await io.writeH5ad(await datasets.pbmc3k(), path);
    const adata = await io.readH5ad(path);
    return {
      peerArguments: [path, join(folder, "theirs.h5ad")],
      ours: {
        async run() {
          const start = performance.now();
          await io.writeH5ad(adata, target);
          const milliseconds = performance.now() - start;
          // What was written is read again, to be compared with what the peer holds.
          const back = await io.readH5ad(target);
          const total = (back.X as CsrMatrix).rowSums().reduce((sum, count) => sum + count);
          return { milliseconds, result: { total, lastGene: back.varNames.at(-1)! } };
        },
        async dispose() {},
      },
    };
  },
};
