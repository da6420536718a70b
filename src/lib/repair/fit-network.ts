import { backend } from "../engine/backend.js";
import { compile } from "../engine/compile.js";
import type { InputSpecs } from "../engine/inputs.js";
import type { Program } from "../engine/program.js";
import type { NamedTensors, TensorValues, Tf } from "../engine/tensorflow.js";
import { resolveOptions } from "../options.js";
import { cellInputs, networkInput } from "./batches.js";
import { Checkpoints, dataHash, fingerprint } from "./checkpoint.js";
import { meanSquaredError, type Network, type NetworkConfig, type NetworkKind } from "./network.js";
import { keptModel } from "./kept-models.js";
import { NetworkModel } from "./network-model.js";
import { Scaler } from "./scaler.js";
import { severitySource } from "./severity-source.js";
import type { TrainingData } from "./training-data.js";
import { runTraining, type TrainingPlan } from "./training-loop.js";
import { BUDGETS, PURE_JS_STEP_BUDGET, type TrainingOptions } from "./training-options.js";

/** Trains a network, or takes the one that the same training gave before, where that was asked to be kept. */
export async function fitNetwork<Config extends NetworkConfig>(
  kind: NetworkKind<Config>,
  data: TrainingData,
  config: Config,
  options: TrainingOptions,
): Promise<NetworkModel> {
  const { native, name } = await backend();
  const stepBudget = native ? Infinity : PURE_JS_STEP_BUDGET[name === "wasm" ? "wasm" : "cpu"];
  const plan = trainingPlan(kind, data, options, stepBudget);
  if (!plan.keep) return trained(kind, data, config, plan);
  const training = fingerprint(data, settingsOf(plan, { config, engine: name }));
  return keptModel(kind as unknown as NetworkKind, training, () => trained(kind, data, config, plan));
}

async function trained<Config extends NetworkConfig>(
  kind: NetworkKind<Config>,
  data: TrainingData,
  config: Config,
  plan: FullPlan,
): Promise<NetworkModel> {
  const { tf, name } = await backend();
  const { genes, scaling } = data;
  const severity = kind.usesSeverity ? severitySource(data, plan.severity) : undefined;
  const facts = kind.facts?.(tf, data, config, severity!) ?? {};
  const network = kind.build(tf, { genes: genes.length, scaling, facts }, config, plan.seed);
  const scale = new Scaler(tf, scaling);
  let program: Program | undefined;
  try {
    program = trainingProgram(tf, network, scale, genes.length, plan);
    const checkpoints = checkpointsOf(network, data, plan, { config, engine: name });
    const training = { program, data, severity, random: network.random ?? {}, plan, checkpoints };
    const { weights, history } = await runTraining(training);
    setWeights(network, weights);
    await checkpoints?.remove();
    const origin = { sha256: dataHash(data), seed: plan.seed };
    const model = new NetworkModel(tf, kind, network, { config, genes, scaling, history, facts, severity, origin });
    kind.settle?.(model, network, data);
    return model;
  } catch (error) {
    network.parameters.dispose();
    network.dispose?.();
    throw error;
  } finally {
    program?.dispose();
    scale.dispose();
  }
}

/** What a training's weights depend on beside its data. */
function settingsOf(plan: FullPlan, more: object): object {
  const { method, epochs, patience, batchSize, learningRate, weightDecay, seed, stepBudget, severity } = plan;
  return { method, epochs, patience, batchSize, learningRate, weightDecay, seed, stepBudget, severity, ...more };
}

function checkpointsOf(network: Network, data: TrainingData, plan: FullPlan, more: object): Checkpoints | undefined {
  const { checkpoint: folder, checkpointSeconds: seconds, method } = plan;
  if (folder === undefined) return undefined;
  const shapes = Object.entries(network.parameters.variables).map(([name, { shape }]) => [name, shape]);
  return new Checkpoints({
    ...{ folder, seconds, method, shapes: Object.fromEntries(shapes) },
    fingerprint: fingerprint(data, settingsOf(plan, more)),
  });
}

/** Puts values into a network's variables. */
export function setWeights(network: Network, weights: Readonly<Record<string, TensorValues>>): void {
  for (const [name, { size }] of Object.entries(network.parameters.variables)) {
    const values = weights[name];
    if (values?.length !== size) throw new Error(`The weights "${name}" are missing or of another size.`);
    network.parameters.set(name, values);
  }
}

type FullPlan = TrainingPlan &
  Pick<Required<TrainingOptions>, "weightDecay" | "checkpointSeconds" | "severity" | "keep"> & {
    clipNorm: number;
    checkpoint: string | undefined;
  };

function trainingPlan<Config extends NetworkConfig>(
  kind: NetworkKind<Config>,
  data: TrainingData,
  options: TrainingOptions,
  stepBudget: number,
): FullPlan {
  const { budget = "quick" } = options;
  if (!Object.hasOwn(BUDGETS, budget)) {
    throw new RangeError(`budget is "${String(budget)}"; use ${Object.keys(BUDGETS).join(", ")}`);
  }
  const { epochs, patience } = BUDGETS[budget];
  const { learningRate, weightDecay = 1e-4, clipNorm = Infinity } = kind;
  const resolved = resolveOptions<TrainingOptions>(`the training of ${kind.name}`, options, {
    ...{ budget, epochs, patience, batchSize: 64, learningRate, weightDecay, seed: data.seed },
    ...{ onProgress: undefined, checkpoint: undefined, checkpointSeconds: 10, signal: undefined },
    ...{ severity: "estimate", keep: false },
  }) as Required<TrainingOptions>;
  for (const key of ["epochs", "patience", "batchSize"] as const) {
    if (!(Number.isInteger(resolved[key]) && resolved[key] > 0)) {
      throw new RangeError(`${key} must be a positive whole number, not ${resolved[key]}`);
    }
  }
  return { ...resolved, clipNorm, method: kind.name, stepBudget };
}

function trainingProgram(
  tf: Tf,
  network: Network,
  scale: Scaler,
  genes: number,
  { batchSize, weightDecay, clipNorm }: FullPlan,
): Program {
  const random = Object.entries(network.random ?? {});
  const pair: InputSpecs = {
    ...cellInputs(batchSize, genes),
    x: { shape: [batchSize, genes] },
    weight: { shape: [batchSize] },
  };
  const error = (tensors: NamedTensors) =>
    meanSquaredError(network.forward(networkInput(scale, tensors)).x, {
      target: scale.toZ(tensors["x"]!),
      weight: tensors["weight"]!,
    });
  const loss = (tensors: NamedTensors) => {
    const input = networkInput(scale, tensors);
    const { x, weight } = tensors as { x: NamedTensors[string]; weight: NamedTensors[string] };
    const drawn = Object.fromEntries(random.map(([name]) => [name, tensors[name]!]));
    return network.loss!({ ...input, clean: x, target: scale.toZ(x), weight, random: drawn });
  };
  const draws = Object.fromEntries(random.map(([name, { columns }]) => [name, { shape: [batchSize, columns] }]));
  return compile(tf, {
    inputs: { ...pair, ...draws },
    loss: network.loss ? loss : error,
    variables: network.parameters.variables,
    optimizer: { weightDecay, clipNorm },
    functions: { error: { inputs: pair, run: (tensors: NamedTensors) => ({ error: error(tensors) }) } },
  });
}
