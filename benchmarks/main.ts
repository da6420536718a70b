import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Benchmark, type Measurement, measure } from "./harness.js";
import { runCqn } from "./cqn/run.js";
import { degradePaper } from "./degrade-paper.js";
import { compare, printTable } from "./kernels/report.js";
import { runKernels } from "./kernels/run.js";
import { magicInMemory } from "./magic/in-memory.js";
import { runMagic } from "./magic/run.js";
import { peerPython, PeerUnavailable, startPeer } from "./peer-process.js";
import { rankGenesTTest, rankGenesWilcoxon } from "./rank-genes-groups.js";
import { readH5ad } from "./read-h5ad.js";
import { runRepairStart } from "./repair-start/run.js";
import { runSingleCell } from "./single-cell/run.js";
import { trainSteps } from "./train-step.js";
import { writeH5ad } from "./write-h5ad.js";

const BENCHMARKS: readonly Benchmark[] = [
  readH5ad,
  writeH5ad,
  rankGenesWilcoxon,
  rankGenesTTest,
  degradePaper,
  magicInMemory,
  ...trainSteps,
];

/** The kernels have many measures and several peers, so a table of their own. */
const KERNELS = "kernels";
/** A whole analysis is timed step by step, in processes of its own. */
const SINGLE_CELL = "single-cell";
/** So are the methods whose peers start slowly. */
const [MAGIC, CQN] = ["magic", "cqn"];
/** The command line has no peer. */
const REPAIR_START = "repair-start";
const OTHERS = [KERNELS, SINGLE_CELL, MAGIC, CQN, REPAIR_START];
const NAMES: readonly string[] = [...BENCHMARKS.map(({ name }) => name), ...OTHERS];

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

async function runBenchmark(benchmark: Benchmark): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), "diffrepairer-bench-"));
  try {
    const python = await peerPython(root, benchmark.peer);
    const { ours, peerArguments } = await benchmark.prepare(folder);
    const peer = await startPeer(root, benchmark, python, peerArguments);
    try {
      return await measure(benchmark, ours, peer);
    } finally {
      await Promise.all([ours.dispose(), peer.dispose()]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(14))).join("");
}

const { values } = parseArgs({
  options: { json: { type: "string" }, only: { type: "string" }, model: { type: "string" } },
});
const only = values.only?.split(",");
const unknown = only?.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`no benchmark is called ${unknown}; there are: ${NAMES.join(", ")}`);
  process.exit(2);
}
if (values.json) writeFileSync(values.json, "");

const isWanted = (name: string): boolean => only?.includes(name) ?? true;
const record = (measurement: Measurement): void => {
  if (values.json) appendFileSync(values.json, `${JSON.stringify(measurement)}\n`);
};
const skip = (name: string, reason: string, error: unknown): void => {
  if (!(error instanceof PeerUnavailable)) throw error;
  console.log(`${name.padEnd(28)}  skipped: ${reason}: ${error.message}`);
};

if (BENCHMARKS.some(({ name }) => isWanted(name)))
  console.log(row(["benchmark", "ours, ms", "peer, ms", "ours / peer", "peer"]));
for (const benchmark of BENCHMARKS) {
  if (!isWanted(benchmark.name)) continue;
  try {
    const measurement = await runBenchmark(benchmark);
    const { ours, peer, ratio } = measurement;
    console.log(row([benchmark.name, ours.toFixed(1), peer.toFixed(1), ratio.toFixed(2), benchmark.peer]));
    record(measurement);
  } catch (error) {
    skip(benchmark.name, `${benchmark.peer} is not available`, error);
  }
}
const reportSteps = (measurements: readonly Measurement[]): void => {
  for (const { name, unit, ours, peer, ratio } of measurements)
    console.log(row([`${name}, ${unit}`.padEnd(48), ours.toFixed(0), peer.toFixed(0), ratio.toFixed(2)]));
  measurements.forEach(record);
};
for (const [name, peer, run] of [
  [SINGLE_CELL, "scanpy", runSingleCell],
  [MAGIC, "magic-impute", runMagic],
] as const) {
  if (!isWanted(name)) continue;
  try {
    console.log(row([name.padEnd(48), "ours", peer, "ours / peer"]));
    await run(root, reportSteps);
  } catch (error) {
    skip(name, `${peer} is not available`, error);
  }
}
if (isWanted(CQN)) {
  console.log(row([CQN.padEnd(48), "ours", "R's cqn", "ours / peer"]));
  await runCqn(root, reportSteps, (measurements) => {
    for (const { name, unit, ours } of measurements)
      console.log(row([`${name}, ${unit}`.padEnd(48), ours.toFixed(0), "not there", ""]));
  });
}
if (isWanted(REPAIR_START)) {
  const { firstOutput, done } = await runRepairStart(root, values.model);
  console.log(row([`${REPAIR_START}: first output, s`.padEnd(48), firstOutput.toFixed(2)]));
  console.log(row([`${REPAIR_START}: 3,000 cells repaired, s`.padEnd(48), done.toFixed(2)]));
}
if (isWanted(KERNELS)) {
  try {
    const comparison = await runKernels(root);
    printTable(comparison);
    compare(comparison).forEach(record);
  } catch (error) {
    skip(KERNELS, "kernels cannot be measured here", error);
  }
}
