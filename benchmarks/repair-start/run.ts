import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "simple-statistics";
import { datasets, io, repair } from "../../src/lib/index.js";

const CELLS = 3000;
const ROUNDS = 5;

/** Seconds of `diffrepairer repair` from the start of its process. */
export interface RepairStart {
  /** Until it says something for the first time. */
  readonly firstOutput: number;
  /** Until the repaired file is there. */
  readonly done: number;
}

/**
 * Measures the command line on 3,000 cells of PBMC3k (some of them twice) with a model that is there: medians of five starts.
 *
 * @param model - of 2,000 genes; default: one that is trained for the purpose, briefly.
 */
export async function runRepairStart(root: string, model?: string): Promise<RepairStart> {
  const folder = mkdtempSync(join(tmpdir(), "repair-start-"));
  try {
    const cells = await datasets.pbmc3k();
    const chosen = model ?? join(folder, "model");
    if (model === undefined) {
      process.stderr.write("training a model …\n");
      const trained = await repair.trainSampleModel(cells, { name: "PBMC3k", training: { budget: "trial" } });
      await repair.saveSampleModel(trained, chosen);
      trained.model.dispose?.();
    }
    const rows = Int32Array.from({ length: CELLS }, (_, i) => i % cells.nObs);
    const input = join(folder, "cells.h5ad");
    await io.writeH5ad(cells.select({ obs: rows }), input, { compression: "gzip" });
    const starts: RepairStart[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      process.stderr.write(`repair from its start, round ${round} of ${ROUNDS} …\n`);
      const found = await start(root, input, join(folder, "repaired.h5ad"), chosen);
      if (round > 0) starts.push(found);
    }
    return {
      firstOutput: median(starts.map(({ firstOutput }) => firstOutput)),
      done: median(starts.map(({ done }) => done)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(root: string, input: string, output: string, model: string): Promise<RepairStart> {
  const main = join(root, "dist", "src", "cli", "main.js");
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const child = spawn(process.execPath, [main, "repair", input, "-o", output, "--model", model, "--force"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let firstOutput = NaN;
  child.stdout.on("data", () => (firstOutput = Number.isNaN(firstOutput) ? seconds() : firstOutput));
  const code = await new Promise((done) => child.once("exit", done));
  if (code !== 0) throw new Error(`diffrepairer repair ended with ${code}`);
  return { firstOutput, done: seconds() };
}
