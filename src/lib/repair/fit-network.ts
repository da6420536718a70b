import { backend } from "../engine/backend.js";
import { compile } from "../engine/compile.js";
import type { Program } from "../engine/program.js";
import type { NamedTensors, TensorValues, Tf } from "../engine/tensorflow.js";
import { resolveOptions } from "../options.js";
import { Checkpoints, fingerprint } from "./checkpoint.js";
import type { Network, NetworkConfig, NetworkKind } from "./network.js";
import { NetworkModel } from "./network-model.js";
import { Scaler } from "./scaler.js";
import type { RepairTask } from "./task.js";
import { runTraining, type TrainingPlan } from "./training-loop.js";
import { BUDGETS, PURE_JS_STEP_BUDGET, type TrainingOptions } from "./training-options.js";

/** Trains a network on a task. */
export async function fitNetwork(
  kind: NetworkKind,
  task: RepairTask,
  config: NetworkConfig,
  options: TrainingOptions,
): Promise<NetworkModel> {
  const { tf, native, name } = await backend();
  const stepBudget = native ? Infinity : PURE_JS_STEP_BUDGET[name === "wasm" ? "wasm" : "cpu"];
  const plan = trainingPlan(kind, task, options, stepBudget);
  const network = kind.build(tf, task.genes.length, config, plan.seed);
  const scale = new Scaler(tf, task.scaling);
  let program: Program | undefined;
  try {
    program = trainingProgram(tf, network, scale, task.genes.length, plan);
    const checkpoints = checkpointsOf(network, task, plan, { config, engine: name });
    const { weights, history } = await runTraining(program, task, plan, checkpoints);
    setWeights(tf, network, weights);
    checkpoints?.remove();
    const { genes, scaling } = task;
    return new NetworkModel(tf, kind, network, { config, genes, scaling, history });
  } catch (error) {
    network.parameters.dispose();
    throw error;
  } finally {
    program?.dispose();
    scale.dispose();
  }
}

function checkpointsOf(network: Network, task: RepairTask, plan: FullPlan, more: object): Checkpoints | undefined {
  const { checkpoint: folder, checkpointSeconds: seconds, method, epochs, patience, batchSize, learningRate } = plan;
  if (folder === undefined) return undefined;
  const { weightDecay, seed, stepBudget } = plan;
  const settings = { method, epochs, patience, batchSize, learningRate, weightDecay, seed, stepBudget, ...more };
  const shapes = Object.entries(network.parameters.variables).map(([name, { shape }]) => [name, shape]);
  return new Checkpoints({
    ...{ folder, seconds, method, shapes: Object.fromEntries(shapes) },
    fingerprint: fingerprint(task, settings),
  });
}

/** Puts values into a network's variables. */
export function setWeights(tf: Tf, network: Network, weights: Readonly<Record<string, TensorValues>>): void {
  for (const [name, variable] of Object.entries(network.parameters.variables)) {
    const values = weights[name];
    if (values?.length !== variable.size) throw new Error(`The weights "${name}" are missing or of another size.`);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

type FullPlan = TrainingPlan & { weightDecay: number; checkpoint: string | undefined; checkpointSeconds: number };

function trainingPlan(kind: NetworkKind, task: RepairTask, options: TrainingOptions, stepBudget: number): FullPlan {
  const { budget = "quick" } = options;
  if (!Object.hasOwn(BUDGETS, budget)) {
    throw new RangeError(`budget is "${String(budget)}"; use ${Object.keys(BUDGETS).join(", ")}`);
  }
  const { epochs, patience } = BUDGETS[budget];
  const resolved = resolveOptions<TrainingOptions>(`the training of ${kind.name}`, options, {
    ...{ budget, epochs, patience, batchSize: 64, learningRate: kind.learningRate, weightDecay: 1e-4, seed: task.seed },
    ...{ onProgress: undefined, checkpoint: undefined, checkpointSeconds: 10, signal: undefined },
  }) as Required<TrainingOptions>;
  for (const key of ["epochs", "patience", "batchSize"] as const) {
    if (!(Number.isInteger(resolved[key]) && resolved[key] > 0)) {
      throw new RangeError(`${key} must be a positive whole number, not ${resolved[key]}`);
    }
  }
  return { ...resolved, method: kind.name, stepBudget };
}

/** Mean squared error of z-scored genes, averaged over the cells of weight 1: the paper's objective. */
function trainingProgram(
  tf: Tf,
  network: Network,
  scale: Scaler,
  genes: number,
  { batchSize, weightDecay }: FullPlan,
): Program {
  const loss = ({ y, x, weight }: NamedTensors) => {
    const error = network.forward(scale.toZ(y!)).sub(scale.toZ(x!)); // B × G
    return error.square().mean(1).mul(weight!).sum().div(weight!.sum());
  };
  const inputs = {
    y: { shape: [batchSize, genes] },
    x: { shape: [batchSize, genes] },
    weight: { shape: [batchSize] },
  };
  const { variables } = network.parameters;
  const functions = { loss: { inputs, run: (tensors: NamedTensors) => ({ loss: loss(tensors) }) } };
  return compile(tf, { inputs, loss, variables, optimizer: { weightDecay }, functions });
}
