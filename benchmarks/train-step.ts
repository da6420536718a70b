import { join } from "node:path";
import { engine } from "../src/lib/index.js";
import { writeTensorFile } from "../src/lib/repair/tensor-file.js";
import { buildTransformer } from "../src/lib/repair/transformer.js";
import { random } from "../src/lib/stats/random.js";
import type { Benchmark } from "./harness.js";

const BATCH = 64;
const GENES = 5000;
const CONFIG = { width: 256, layers: 4, heads: 8, feedForward: 1024 };
const LEARNING_RATE = 1e-4;

/**
 * One training step (forward, backward, Adam) of the paper's network at 5,000 genes and 64 cells, against PyTorch on the
 * CPU: the same initial weights, the same batch, the loss compared at every step.
 */
export const trainStep: Benchmark = {
  name: "train-step",
  peer: "pytorch",
  script: "train_step.py",
  rounds: 40,
  tolerance: 1e-3,
  async prepare(folder) {
    const { tf } = await engine.backend();
    const network = buildTransformer(tf, { genes: GENES }, CONFIG, 0);
    const { variables } = network.parameters;
    const x = new Float32Array(BATCH * GENES);
    const y = new Float32Array(BATCH * GENES);
    random(0, "benchmark", "x").fillNormal(x);
    random(0, "benchmark", "y").fillNormal(y);

    const path = join(folder, "train-step.safetensors");
    const settings = { ...CONFIG, genes: GENES, learningRate: LEARNING_RATE };
    const weights = Object.entries(variables).map(([name, variable]) => [
      `model.${name}`,
      { shape: variable.shape, data: variable.dataSync() as Float32Array },
    ]);
    writeTensorFile(path, {
      metadata: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
      tensors: {
        ...Object.fromEntries(weights),
        x: { shape: [BATCH, GENES], data: x },
        y: { shape: [BATCH, GENES], data: y },
      },
    });

    const shape = [BATCH, GENES];
    const program = engine.compile(tf, {
      inputs: { x: { shape }, y: { shape } },
      loss: (inputs) =>
        network.forward({ y: inputs.y!, z: inputs.y!, severity: inputs.y! }).x.sub(inputs.x!).square().mean(),
      variables,
    });
    return {
      peerArguments: [path],
      ours: {
        async run() {
          const start = performance.now();
          const loss = program.train({ x, y }, LEARNING_RATE);
          return { milliseconds: performance.now() - start, result: { loss } };
        },
        async dispose() {
          program.dispose();
          network.parameters.dispose();
        },
      },
    };
  },
};
