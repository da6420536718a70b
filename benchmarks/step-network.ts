import { engine } from "../src/lib/index.js";
import { floatsForTensors } from "../src/lib/engine/private-memory.js";
import { buildTransformer } from "../src/lib/repair/transformer.js";
import { random } from "../src/lib/stats/random.js";

/** Sizes of the paper's network. */
export const PAPER = { width: 256, layers: 4, heads: 8, feedForward: 1024 };

/** What a step is timed with: genes of the network, cells of the batch, tokens a cell is cut into. */
export interface StepSizes {
  readonly genes: number;
  readonly cells: number;
  readonly tokens: number;
  /** Whether it runs operation by operation, as TensorFlow.js does by itself. Default: false. */
  readonly plain?: boolean;
}

/**
 * The paper's network, compiled for training by the mean squared error and for repair, and a batch of normal numbers, cells × genes:
 * `y` to repair and `x` to find. The same on every machine.
 */
export function stepNetwork(tf: engine.Tf, { genes, cells, tokens, plain = false }: StepSizes) {
  const network = buildTransformer(tf, { genes }, { ...PAPER, tokens }, 0);
  const { variables } = network.parameters;
  const x = random(0, "benchmark", "x").fillNormal(floatsForTensors(cells * genes));
  const y = random(0, "benchmark", "y").fillNormal(floatsForTensors(cells * genes));
  const shape = [cells, genes];
  const repaired = (z: engine.Tensor) => network.forward({ y: z, z, severity: z }).x;
  const inputs = { x: { shape }, y: { shape } };
  const program = engine.compile(tf, {
    ...{ variables, inputs, eager: plain },
    loss: (given) => repaired(given.y!).sub(given.x!).square().mean(),
    functions: { repair: { inputs: { y: { shape } }, run: (given) => ({ x: repaired(given.y!) }) } },
  });
  const dispose = (): void => {
    program.dispose();
    network.parameters.dispose();
  };
  return { variables, x, y, shape, program, dispose };
}
