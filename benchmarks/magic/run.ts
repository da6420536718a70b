import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datasets, io, pp } from "../../src/lib/index.js";
import type { Measurement } from "../harness.js";
import { peerPython } from "../peer-process.js";
import { runSteps, type StepProcess, stepMeasurements } from "../step-process.js";
import { assertAlike, type ImputedResult } from "./imputed.js";

type Imputation = StepProcess<ImputedResult>;

/** With nPca null both sides' neighbours are exact, and so their results the same. */
const SETTINGS = [
  { genes: 2000, t: 3, nPca: 100 },
  { genes: 2000, t: 3, nPca: null },
  { genes: 2000, t: "auto", nPca: 100 },
  { genes: undefined, t: 3, nPca: 100 },
] as const;
const ROUNDS = 3;

/**
 * Measures MAGIC of PBMC3k's labelled cells against magic-impute, from the start of a process to the imputed matrix: 2,000 highly variable
 * genes and all that are seen. Both sides run in turn, each in a process of its own, on the same file.
 *
 * @param report - told of each setting's measurements as they are there.
 * @throws Error where the results differ; PeerUnavailable where magic-impute cannot be had.
 */
export async function runMagic(root: string, report: (measurements: Measurement[]) => void): Promise<void> {
  const python = await peerPython(root, "magic-impute");
  const ours = [process.execPath, join(root, "dist", "benchmarks", "magic", "ours.js")];
  const theirs = [python, join(root, "benchmarks", "peers", "magic_impute.py")];
  const whole = await datasets.pbmc3k();
  const labelled = whole.obs.strings("cell_type").map((type) => type !== null);
  const all = pp.filterGenes(whole.select({ obs: labelled }), { minCells: 1 });
  pp.log1p(pp.normalizeTotal(all, { targetSum: 1e4 }));
  const folder = mkdtempSync(join(tmpdir(), "magic-"));
  const input = join(folder, "input.h5ad");
  try {
    for (const { genes, t, nPca } of SETTINGS) {
      const name = `${genes ?? "all"} genes, t ${t}, nPca ${nPca}`;
      const set = genes === undefined ? all : pp.highlyVariableGenes(all.copy(), { nTopGenes: genes, subset: true });
      await io.writeH5ad(set, input);
      const options = JSON.stringify({ t, nPca });
      const rounds: [Imputation, Imputation][] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        process.stderr.write(`MAGIC, ${name}, round ${round} of ${ROUNDS} …\n`);
        const both: [Imputation, Imputation] = [
          await runSteps([...ours, input, options]),
          await runSteps([...theirs, input, options]),
        ];
        // The genes by which t is chosen are drawn by each side for itself, so t may differ by one.
        if (round === 0 && t !== "auto") assertAlike(name, both[0].result, both[1].result, nPca === null);
        if (round > 0) rounds.push(both);
      }
      report(stepMeasurements(name, rounds));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
