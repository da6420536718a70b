import { resolveOptions } from "../options.js";
import { typeAttribute, DataType, type GraphBuilder } from "./graph.js";
import type { NamedTensors, Tensor, Tf, Variable } from "./tensorflow.js";

/** Adam (Kingma & Ba 2015), with PyTorch's defaults and rule. */
export interface AdamOptions {
  /** Decay of the mean of gradients. Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment. Default: 1e-8. */
  readonly epsilon?: number;
  /** Decoupled weight decay (AdamW, Loshchilov & Hutter 2019): w ← w·(1 − lr·weightDecay) before the step. Default: 0. */
  readonly weightDecay?: number;
  /** Largest norm of all gradients together; larger ones are scaled down. Default: no limit. */
  readonly clipNorm?: number;
}

export type Adam = Required<AdamOptions>;

const DEFAULTS: Adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: Infinity };

/** The options with their defaults; throws for a name that is none. */
export function adamOptions(options: AdamOptions = {}): Adam {
  return resolveOptions("optimizer", options, DEFAULTS);
}

/** Loss and its gradients by variable, the gradients scaled to `clipNorm` as PyTorch's clip_grad_norm_ does. */
export function lossAndGradients(
  tf: Tf,
  loss: () => Tensor,
  trained: ReadonlyMap<string, Variable>,
  clipNorm: number,
): { loss: Tensor; gradients: NamedTensors } {
  const { value, grads } = tf.variableGrads(() => loss().asScalar(), [...trained.values()]);
  const gradients: NamedTensors = {};
  for (const [name, variable] of trained) {
    const gradient = grads[variable.name];
    if (gradient) gradients[name] = gradient;
  }
  return { loss: value, gradients: clipNorm === Infinity ? gradients : clipGradients(tf, gradients, clipNorm).clipped };
}

/** Gradients scaled down so that their norm all together is at most `clipNorm`, and the norm they had. */
export function clipGradients(
  tf: Tf,
  gradients: NamedTensors,
  clipNorm: number,
): { clipped: NamedTensors; norm: Tensor } {
  const squares = Object.values(gradients).map((gradient) => gradient.square().sum());
  const norm = tf.addN(squares).sqrt();
  const factor = tf.minimum(tf.div(clipNorm, norm.add(1e-6)), 1);
  const scaled = Object.entries(gradients).map(([name, gradient]) => [name, gradient.mul(factor)] as const);
  return { clipped: Object.fromEntries(scaled), norm };
}

/** First and second moment of one variable, as tensors that live until disposed. */
export interface Moments {
  readonly first: Variable;
  readonly second: Variable;
}

/**
 * One Adam step in plain TensorFlow.js operations; `step` counts from 1. `spreadOf` may put something else in the second moment's
 * place.
 */
export function applyAdam(
  tf: Tf,
  { beta1, beta2, epsilon, weightDecay }: Adam,
  variable: Variable,
  gradient: Tensor,
  { first, second }: Moments,
  learningRate: number,
  step: number,
  spreadOf: (second: Tensor) => Tensor = (moment) => moment,
): void {
  first.assign(first.mul(beta1).add(gradient.mul(1 - beta1)));
  second.assign(second.mul(beta2).add(gradient.square().mul(1 - beta2)));
  const rate = learningRate / (1 - beta1 ** step);
  const spread = spreadOf(second)
    .sqrt()
    .div(Math.sqrt(1 - beta2 ** step))
    .add(epsilon);
  const decayed = weightDecay === 0 ? variable : variable.mul(1 - learningRate * weightDecay);
  variable.assign(tf.sub(decayed, first.div(spread).mul(rate)));
}

/** Names of the scalars fed to the graph's Adam at each step. */
export const ADAM_INPUTS = ["beta1Power", "beta2Power", "rate", "epsilonHat", "decay"] as const;

/**
 * The values of {@link ADAM_INPUTS} at a step. TensorFlow's epsilon is the paper's "epsilon hat", which is added before
 * the second moment's bias is corrected; times √(1 − β₂ᵗ) it is PyTorch's.
 */
export function adamInputs({ beta1, beta2, epsilon, weightDecay }: Adam, learningRate: number, step: number): number[] {
  const correction = Math.sqrt(1 - beta2 ** step);
  return [beta1 ** step, beta2 ** step, learningRate, epsilon * correction, 1 - learningRate * weightDecay];
}

/** Where Adam's parts of one variable are in a graph. */
export interface AdamSlots {
  readonly handle: string;
  readonly first: string;
  readonly second: string;
}

/** Adds one Adam update to a graph; it waits for `barrier`. Returns the node to wait for. */
export function addAdamNode(
  graph: GraphBuilder,
  { beta1, beta2, weightDecay }: Adam,
  { handle, first, second }: AdamSlots,
  gradient: string,
  barrier: string,
): string {
  const float = typeAttribute(DataType.FLOAT);
  let wait = barrier;
  if (weightDecay !== 0) {
    const value = graph.output("ReadVariableOp", [handle, barrier], { dtype: float });
    const decayed = graph.output("Mul", [value, "adam/decay:0"], { T: float });
    wait = `^${graph.add("AssignVariableOp", [handle, decayed], { dtype: float })}`;
  }
  const scalars = ["adam/beta1Power:0", "adam/beta2Power:0", "adam/rate:0"];
  const betas = [graph.floatConstant(beta1), graph.floatConstant(beta2), "adam/epsilonHat:0"];
  const attributes = {
    T: float,
    use_locking: { kind: "bool", value: false },
    use_nesterov: { kind: "bool", value: false },
  } as const;
  return graph.add("ResourceApplyAdam", [handle, first, second, ...scalars, ...betas, gradient, wait], attributes);
}
