import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AnnData, DenseMatrix, degrade, Frame, stats } from "../src/lib/index.js";
import type { Benchmark } from "./harness.js";

/** A quarter of the 68,579 cells of the paper's largest set, with its 5,000 genes. */
const [CELLS, GENES] = [17_000, 5000];
const SEVERITY = { intensity: 1, dropout: 0.3, noise: 0.1 };
/** One value in fourteen is above zero, as in PBMC3k. */
const EXPRESSED = 1 / 14;

/** The paper's damage to 17,000 × 5,000 log values, against its formula in numpy. */
export const degradePaper: Benchmark = {
  name: "degrade-paper",
  peer: "numpy",
  script: "degrade_paper.py",
  rounds: 3,
  // Other random numbers: the means of 85 million values differ by chance alone.
  tolerance: 1e-3,
  async prepare(folder) {
    const rng = stats.random(0, "benchmark", "degrade");
    const data = rng.fillUniform(new Float32Array(CELLS * GENES));
    for (let at = 0; at < data.length; at++) data[at] = data[at]! < EXPRESSED ? 1 + 20 * data[at]! : 0;
    const path = join(folder, "cells.f32");
    writeFileSync(path, data);
    // Relative log lengths from 0 to 1 in even steps, as the peer has them.
    const length = Float64Array.from({ length: GENES }, (_, j) => Math.exp(Math.log(100) * (1 + j / (GENES - 1))));
    const adata = new AnnData({
      X: new DenseMatrix([CELLS, GENES], data),
      obs: new Frame(Array.from({ length: CELLS }, (_, i) => `cell${i}`)),
      var: new Frame(
        Array.from({ length: GENES }, (_, j) => `gene${j}`),
        { length },
      ),
      uns: { log1p: { base: null } },
    });
    return {
      peerArguments: [path, CELLS, GENES, ...Object.values(SEVERITY)].map(String),
      ours: {
        async run() {
          const start = performance.now();
          const { X } = degrade.paper(adata, { ...SEVERITY, seed: 0 });
          const milliseconds = performance.now() - start;
          let [sum, positive] = [0, 0];
          for (const value of (X as DenseMatrix).data) {
            sum += value;
            if (value > 0) positive++;
          }
          return { milliseconds, result: { mean: sum / data.length, positive: positive / data.length } };
        },
        async dispose() {},
      },
    };
  },
};
