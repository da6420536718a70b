import { join } from "node:path";
import { engine } from "../src/lib/index.js";
import { writeTensorFile } from "../src/lib/repair/tensor-file.js";
import { buildTransformer } from "../src/lib/repair/transformer.js";
import { random } from "../src/lib/stats/random.js";
import type { Benchmark } from "./harness.js";

const CONFIG = { width: 256, layers: 4, heads: 8, feedForward: 1024 };
const LEARNING_RATE = 1e-4;

interface Step {
  readonly name: string;
  readonly genes: number;
  readonly cells: number;
  readonly tokens: number;
  /** Whether a step trains, or repairs alone. Default: it trains. */
  readonly repairs?: boolean;
  /** Whether ours runs operation by operation, as TensorFlow.js does by itself. Default: false. */
  readonly plain?: boolean;
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
 * Steps of the paper's network, with one token and with many, against PyTorch on the CPU: the same initial weights, the same batch,
 * the loss compared at every step. A training step is forward, backward and Adam; a repair is forward alone.
 */
export const trainSteps: readonly Benchmark[] = STEPS.map((step) => ({
  name: step.name,
  peer: "pytorch",
  script: "train_step.py",
  rounds: step.rounds,
  tolerance: 1e-3,
  prepare: (folder) => prepare(step, folder),
}));

async function prepare({ genes, cells, tokens, repairs = false, plain = false }: Step, folder: string) {
  const { tf } = await engine.backend();
  const network = buildTransformer(tf, { genes }, { ...CONFIG, tokens }, 0);
  const { variables } = network.parameters;
  const x = random(0, "benchmark", "x").fillNormal(new Float32Array(cells * genes));
  const y = random(0, "benchmark", "y").fillNormal(new Float32Array(cells * genes));
  const shape = [cells, genes];

  const path = join(folder, "train-step.safetensors");
  const settings = { ...CONFIG, genes, tokens, repairs: Number(repairs), learningRate: LEARNING_RATE };
  const weights = Object.entries(variables).map(([name, variable]) => [
    `model.${name}`,
    { shape: variable.shape, data: variable.dataSync() as Float32Array },
  ]);
  writeTensorFile(path, {
    metadata: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
    tensors: { ...Object.fromEntries(weights), x: { shape, data: x }, y: { shape, data: y } },
  });

  const repaired = (z: engine.Tensor) => network.forward({ y: z, z, severity: z }).x;
  const inputs = { x: { shape }, y: { shape } };
  const program = engine.compile(tf, {
    ...{ variables, inputs, eager: plain },
    loss: (given) => repaired(given.y!).sub(given.x!).square().mean(),
    functions: { repair: { inputs: { y: { shape } }, run: (given) => ({ x: repaired(given.y!) }) } },
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
      async dispose() {
        program.dispose();
        network.parameters.dispose();
      },
    },
  };
}
