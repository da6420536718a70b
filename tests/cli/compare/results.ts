import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { random } from "../../../src/lib/stats/index.js";
import { runName, type RunCells, type RunRecord } from "../../../src/cli/evaluate/record.js";

/** What a made-up method does: its mean squared error and overall score, and how far cells differ. */
export interface MadeUp {
  readonly mse: number;
  readonly overall: number;
}

/** A made-up run of 40 cells out of 100; the seed chooses the cells. */
export function madeUpRun(set: string, severity: string, seed: number, method: string, { mse, overall }: MadeUp) {
  const cells = random(seed, "test", "cells").permutation(100).subarray(0, 40);
  const own = random(seed, "test", method);
  const perCell = Array.from(cells, (cell) => mse + 0.001 * cell + 0.02 * own.normal());
  const shared = random(seed, "test", "draws");
  const draws = Array.from({ length: 50 }, () => overall + 3 * shared.normal() + 0.1 * own.normal());
  const key = { set, severity, seed, method };
  const record: RunRecord = {
    ...{
      ...key,
      label: method.toUpperCase(),
      transductive: false,
      genes: 30,
      genes_used: 30,
      budget: "trial",
      draws: 50,
    },
    ...{ cells: { train: 700, validation: 100, test: 200 }, types: ["a", "b"], parameters: 1 },
    metrics: { mse: mse + 0.01 * seed, pearson: null, overall },
    intervals: { mse: [mse - 0.1, mse + 0.1], overall: [overall - 2, overall + 2] },
    ...{ seconds: { fit: 1, evaluate: 1 }, peak_mb: null, backend: { name: "cpu", device: "CPU", threads: 1 } },
    ...{ versions: {}, data_sha256: "0", cells_file: `cells/${runName(key)}.json` },
  };
  const values: RunCells = {
    cells: Array.from(cells, String),
    types: Array.from(cells, (cell) => "abcd"[cell % 4]!),
    perCell: { mse: perCell },
    draws: { overall: draws },
  };
  return { record, values };
}

/** Writes runs as a results folder; returns the path of its results.jsonl. */
export function writeResults(folder: string, runs: readonly ReturnType<typeof madeUpRun>[]): string {
  mkdirSync(join(folder, "cells"), { recursive: true });
  for (const { record, values } of runs) writeFileSync(join(folder, record.cells_file), JSON.stringify(values));
  const path = join(folder, "results.jsonl");
  writeFileSync(path, runs.map(({ record }) => `${JSON.stringify(record)}\n`).join(""));
  return path;
}
