import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { tiledCells } from "./tiled-cells.js";
import { compareWithMemory } from "./compare-with-memory.js";

/*
 * Repairs a large h5ad file by the command line, by hand, and says what memory it took (Linux):
 *
 *     node dist/benchmarks/repair-file/main.js --model FOLDER --cells 100000 --genes 5000 --folder /tmp/large [--compare] [-- OPTIONS]
 *
 * The cells are PBMC3k's, repeated. A line every so many seconds: time, resident MB, and what the command said last. --compare holds the
 * output against the same repair in memory, value by value.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: "string" },
    cells: { type: "string", default: "100000" },
    genes: { type: "string", default: "5000" },
    folder: { type: "string", default: "." },
    seconds: { type: "string", default: "5" },
    compare: { type: "boolean", default: false },
  },
});
const { model, folder } = values;
if (!model) throw new Error("name a model with --model");

const [input, output] = [join(folder, "cells.h5ad"), join(folder, "repaired.h5ad")];
const period = await tiledCells(input, model, Number(values.cells), Number(values.genes));
const cli = join(import.meta.dirname, "..", "..", "src", "cli", "main.js");
const began = performance.now();
const child = spawn(
  process.execPath,
  [cli, "repair", input, "-o", output, "--model", model, "--force", ...positionals],
  { stdio: ["ignore", "pipe", "inherit"] },
);
let said = "";
child.stdout.on("data", (text) => (said += text));
const ended = new Promise<number | null>((done) => child.once("exit", done));
let peak = 0;
for (let code: number | null | "running" = "running"; code === "running";) {
  code = await Promise.race([ended, pause(1000 * Number(values.seconds), "running" as const)]);
  const resident = code === "running" ? residentMb(child.pid!) : 0;
  peak = Math.max(peak, resident);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  if (code === "running") console.log(`${seconds} s\t${resident.toFixed(0)} MB\t${said.trimEnd().split("\n").at(-1)}`);
  else
    console.log(
      `exit ${code} after ${seconds} s; largest ${peak.toFixed(0)} MB; load ${loadavg()[0]!.toFixed(1)}\n${said}`,
    );
}
if (values.compare) console.log(await compareWithMemory(input, output, model, period));

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
