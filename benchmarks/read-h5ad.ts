import { join } from "node:path";
import { type CsrMatrix, datasets, io } from "../src/lib/index.js";
import type { Benchmark } from "./harness.js";

/** Reading PBMC3k (2,700 × 32,738 counts, 2.3 million non-zeros) from h5ad into memory, against anndata. */
export const readH5ad: Benchmark = {
  name: "read-h5ad",
  peer: "anndata",
  script: "read_h5ad.py",
  rounds: 9,
  tolerance: 1e-6,
  async prepare(folder) {
    const path = join(folder, "pbmc3k.h5ad");
    await io.writeH5ad(await datasets.pbmc3k(), path);
    return {
      peerArguments: [path],
      ours: {
        async run() {
          const start = performance.now();
          const adata = await io.readH5ad(path);
          const X = adata.X as CsrMatrix;
          let total = 0;
          for (let at = 0; at < X.data.length; at++) total += X.data[at]!;
          const milliseconds = performance.now() - start;
          return {
            milliseconds,
            result: {
              cells: adata.nObs,
              genes: adata.nVars,
              nonZeros: X.nnz,
              total,
              lastCell: adata.obsNames.at(-1)!,
              lastGene: adata.varNames.at(-1)!,
            },
          };
        },
        async dispose() {},
      },
    };
  },
};
