import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { categorical, datasets, io } from "../../src/lib/index.js";
import type { Measurement } from "../harness.js";
import { peerPython } from "../peer-process.js";
import { runSteps, type StepProcess, stepMeasurements } from "../step-process.js";
import { type AnalysisResult, differences } from "./analysis.js";
import { PBMC68K, simulate } from "./simulate.js";

type Analysis = StepProcess<AnalysisResult>;

/** A set that both sides analyse. */
interface AnalysedSet {
  readonly name: string;
  /** Rounds that are not counted: scanpy compiles in its very first, and keeps what it has compiled. */
  readonly uncounted: number;
  /** Rounds that are. */
  readonly counted: number;
  write(path: string): Promise<void>;
}

const SETS: readonly AnalysedSet[] = [
  {
    name: "PBMC3k",
    uncounted: 1,
    counted: 3,
    async write(path) {
      const adata = await datasets.pbmc3k();
      const types = adata.obs.strings("cell_type").map((type) => type ?? "other");
      adata.obs.set("group", categorical(types));
      await io.writeH5ad(adata, path);
    },
  },
  {
    name: "68k cells",
    uncounted: 0,
    counted: 1,
    write: (path) => io.writeH5ad(simulate(PBMC68K, 0), path),
  },
];

/**
 * Measures a whole analysis, from the start of a process to the file it writes, against scanpy: PBMC3k, and 68,579 simulated cells.
 *
 * Both sides run in turn, each in a process of its own, on the same file.
 *
 * @param report - told of each set's measurements as they are there.
 * @throws Error where the results differ; PeerUnavailable where scanpy cannot be had.
 */
export async function runSingleCell(root: string, report: (measurements: Measurement[]) => void): Promise<void> {
  const python = await peerPython(root, "scanpy");
  const ours = [process.execPath, join(root, "dist", "benchmarks", "single-cell", "pipeline.js")];
  const theirs = [python, join(root, "benchmarks", "peers", "single_cell.py")];
  const folder = mkdtempSync(join(tmpdir(), "single-cell-"));
  try {
    for (const set of SETS) {
      const input = join(folder, "input.h5ad");
      await set.write(input);
      const rounds: [Analysis, Analysis][] = [];
      for (let round = 1 - set.uncounted; round <= set.counted; round++) {
        process.stderr.write(`${set.name}, round ${round} of ${set.counted} …\n`);
        const both: [Analysis, Analysis] = [
          await runSteps([...ours, input, join(folder, "ours.h5ad")]),
          await runSteps([...theirs, input, join(folder, "theirs.h5ad")]),
        ];
        const found = differences(both[0].result, both[1].result);
        if (found.length > 0) throw new Error(`${set.name}: the results differ: ${found.join("; ")}`);
        if (round > 0) rounds.push(both);
      }
      report(stepMeasurements(set.name, rounds));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
