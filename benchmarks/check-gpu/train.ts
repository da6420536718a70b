import { median } from "simple-statistics";
import { realHost } from "../../src/lib/engine/backend-host.js";
import { stepNetwork } from "../step-network.js";
import type { Training } from "./verdict.js";

// Started once for each device by main.ts; tells in its last line what it found.
const STEPS = 20;
const LEARNING_RATE = 1e-4;

const host = realHost();
const tf = await host.load("tensorflow-gpu");
const { gpu, tensorflow = "?" } = host.describe(tf, "tensorflow-gpu");
const { x, y, program, dispose } = stepNetwork(tf, { genes: 5000, cells: 64, tokens: 1 });
const losses: number[] = [];
const milliseconds: number[] = [];
for (let step = 0; step < STEPS; step++) {
  const start = performance.now();
  losses.push(program.train({ x, y }, LEARNING_RATE));
  milliseconds.push(performance.now() - start);
}
dispose();
const training: Training = { device: gpu ? "GPU" : "CPU", tensorflow, losses, milliseconds: median(milliseconds) };
console.log(JSON.stringify(training));
