import { join } from "node:path";
import { engine } from "../src/lib/index.js";
import { writeTensorFile } from "../src/lib/repair/tensor-file.js";
import type { Benchmark } from "./harness.js";
import { PAPER, type StepSizes, stepNetwork } from "./step-network.js";

const LEARNING_RATE = 1e-4;

interface Step extends StepSizes {
  readonly name: string;
  /** Whether a step trains, or repairs alone. Default: it trains. */
  readonly repairs?: boolean;
  readonly rounds: number;
}

const STEPS: readonly Step[] = [
  { name: "train-step", genes: 5000, cells: 64, tokens: 1, rounds: 40 },
  { name: "train-step-plain", genes: 5000, cells: 64, tokens: 1, plain: true, rounds: 10 },
  { name: "train-step-2000", genes: 2000, cells: 64, tokens: 1, rounds: 40 },
  { name: "train-step-2000-256", genes: 2000, cells: 256, tokens: 1, rounds: 20 },
  { name: "train-step-tokens", genes: 2000, cells: 64, tokens: 32, rounds: 15 },
  { name: "train-step-tokens-256", genes: 2000, cells: 256, tokens: 32, rounds: 6 },
  { name: "repair-step", genes: 2000, cells: 256, tokens: 1, repairs: true, rounds: 40 },
];

/**
 * Steps of the paper's network, with one token and with many, against PyTorch on the same device: the same initial weights, the same
 * batch, the loss compared at every step. A training step is forward, backward and Adam; a repair is forward alone.
 */
export const trainSteps: readonly Benchmark[] = STEPS.map((step) => ({
  name: step.name,
  peer: "pytorch",
  script: "train_step.py",
  rounds: step.rounds,
  tolerance: 1e-3,
  prepare: (folder) => prepare(step, folder),
}));

async function prepare({ repairs = false, ...sizes }: Step, folder: string) {
  const { tf, device } = await engine.backend();
  const { variables, x, y, shape, program, dispose } = stepNetwork(tf, sizes);
  const { genes, tokens } = sizes;

  const path = join(folder, "train-step.safetensors");
  const settings = {
    ...PAPER,
    genes,
    tokens,
    repairs: Number(repairs),
    gpu: Number(device === "GPU"),
    learningRate: LEARNING_RATE,
  };
  const weights = Object.entries(variables).map(([name, variable]) => [
    `model.${name}`,
    { shape: variable.shape, data: variable.dataSync() as Float32Array },
  ]);
  await writeTensorFile(path, {
    metadata: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
    tensors: { ...Object.fromEntries(weights), x: { shape, data: x }, y: { shape, data: y } },
  });

  const meanSquare = (values: ArrayLike<number>) => {
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += (values[at]! - x[at]!) ** 2;
    return sum / values.length;
  };
  return {
    peerArguments: [path],
    ours: {
      async run() {
        const start = performance.now();
        const found = repairs ? program.call("repair", { y })["x"]! : program.train({ x, y }, LEARNING_RATE);
        const milliseconds = performance.now() - start;
        return { milliseconds, result: { loss: typeof found === "number" ? found : meanSquare(found) } };
      },
      dispose: async () => dispose(),
    },
  };
}
