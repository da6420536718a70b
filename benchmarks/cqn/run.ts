import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stats } from "../../src/lib/index.js";
import type { Measurement } from "../harness.js";
import { assertAlike, type ImputedResult } from "../magic/imputed.js";
import { runSteps, type StepProcess, stepMeasurements } from "../step-process.js";

type Normalisation = StepProcess<ImputedResult>;

const GENES = 15_000;
const SAMPLES = 24;
const ROUNDS = 3;

/**
 * Measures conditional quantile normalisation of simulated bulk counts, 15,000 genes × 24 samples, against R's cqn where Rscript and the
 * package are there; where not, ours alone.
 *
 * @param report - told of each setting's measurements as they are there.
 * @param alone - told of ours where there is no peer.
 * @throws Error where the results differ.
 */
export async function runCqn(
  root: string,
  report: (measurements: Measurement[]) => void,
  alone: (measurements: Pick<Measurement, "name" | "ours" | "unit">[]) => void,
): Promise<void> {
  const isThere = await promisify(execFile)("Rscript", ["-e", "library(cqn)"]).then(
    () => true,
    () => false,
  );
  const folder = mkdtempSync(join(tmpdir(), "cqn-"));
  try {
    const inputs = writeSimulated(folder);
    for (const sqn of ["false", "true"]) {
      const name = `CQN, sqn ${sqn}`;
      const ours = [process.execPath, join(root, "dist", "benchmarks", "cqn", "ours.js"), ...inputs, sqn];
      const theirs = ["Rscript", join(root, "benchmarks", "peers", "cqn.R"), ...inputs, sqn];
      const rounds: [Normalisation, Normalisation][] = [];
      for (let round = 1; round <= ROUNDS; round++) {
        const our: Normalisation = await runSteps(ours);
        rounds.push([our, isThere ? await runSteps(theirs) : our]);
      }
      const [our, their] = rounds[0]!;
      if (isThere) {
        assertAlike(name, our.result, their.result, sqn === "false");
        report(stepMeasurements(name, rounds));
        continue;
      }
      alone(stepMeasurements(name, rounds));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts whose level bends with GC content and length, other in each sample; returns the peers' arguments. */
function writeSimulated(folder: string): string[] {
  const stream = stats.random(0, "benchmark", "cqn");
  const gc = Float64Array.from({ length: GENES }, () => 0.3 + 0.4 * stream.uniform());
  const lengths = Float64Array.from({ length: GENES }, () => Math.round(300 * 40 ** stream.uniform()));
  const level = Float64Array.from({ length: GENES }, () => 7 + 2 * stream.normal());
  const counts = new Float64Array(GENES * SAMPLES);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const [ofGc, ofLength] = [stream.normal(), 0.1 * stream.normal()];
    for (let gene = 0; gene < GENES; gene++) {
      const bias = ofGc * (gc[gene]! - 0.5) * 4 + ofLength * Math.log2(lengths[gene]! / 1000);
      counts[gene * SAMPLES + sample] = stats.drawPoisson(stream, 2 ** (level[gene]! + bias + 0.2 * stream.normal()));
    }
  }
  const [countsPath, covariatesPath] = [join(folder, "counts.f64"), join(folder, "covariates.f64")];
  writeFileSync(countsPath, counts);
  writeFileSync(covariatesPath, Float64Array.from([...gc, ...lengths]));
  return [countsPath, String(GENES), String(SAMPLES), covariatesPath];
}
