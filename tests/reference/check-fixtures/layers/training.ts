import { adamOptions, applyAdam, clipGradients } from "../../../../src/lib/engine/adam.js";
import { compile } from "../../../../src/lib/engine/compile.js";
import * as rates from "../../../../src/lib/engine/learning-rates.js";
import { applyAmsGrad, applyRmsProp, applySgd, withWeightDecay } from "../../../../src/lib/engine/optimizers.js";
import type { Tensor, Variable } from "../../../../src/lib/engine/tensorflow.js";
import { float32, FLOAT32_GRADIENTS, FLOAT32_LAYERS, type Results } from "../results.js";
import { autoencoder } from "./losses.js";
import { type Kind, type NetworkCase, values } from "./network-case.js";

/** How networks are trained. */
export const TRAINING: readonly Kind[] = [
  [/^optim_/, optimizer],
  [/^clip_grad_norm/, clipping],
  [/^lr_schedules/, learningRates],
  [/^dae_train5/, trainedAutoencoder],
];

/** One update of a variable: gradient, the variables kept for it, and the step counted from 1. */
type Update = (variable: Variable, gradient: Tensor, kept: (name: string) => Variable, step: number) => void;

function updateOf({ tf, fixture: { name, parameters } }: NetworkCase): Update {
  const { lr, weight_decay, eps, betas, momentum, nesterov, alpha } = parameters as Record<string, number>;
  if (name.startsWith("optim_sgd")) {
    const options = { momentum, nesterov: Boolean(nesterov) };
    return (variable, gradient, kept) => {
      const decayed = withWeightDecay(gradient, variable, weight_decay!);
      applySgd(options, variable, decayed, { velocity: kept("velocity") }, lr!);
    };
  }
  if (name.startsWith("optim_rmsprop")) {
    return (variable, gradient, kept) =>
      applyRmsProp({ alpha, epsilon: eps }, variable, gradient, { square: kept("square") }, lr!);
  }
  const [beta1, beta2] = betas as unknown as [number, number];
  const isDecoupled = parameters["decoupled_weight_decay"] === true;
  const adam = adamOptions({ beta1, beta2, epsilon: eps, weightDecay: isDecoupled ? weight_decay : 0 });
  return (variable, gradient, kept, step) => {
    const decayed = isDecoupled ? gradient : withWeightDecay(gradient, variable, weight_decay!);
    const moments = { first: kept("first"), second: kept("second") };
    if (parameters["amsgrad"] === true) {
      applyAmsGrad(tf, adam, variable, decayed, { ...moments, largest: kept("largest") }, lr!, step);
    } else {
      applyAdam(tf, adam, variable, decayed, moments, lr!, step);
    }
  };
}

function optimizer(network: NetworkCase): Results {
  const { tf } = network;
  const update = updateOf(network);
  const variable = tf.variable(network.input("param0"));
  const keptVariables = new Map<string, Variable>();
  const kept = (name: string) => {
    if (!keptVariables.has(name)) keptVariables.set(name, tf.variable(tf.zerosLike(variable), false));
    return keptVariables.get(name)!;
  };
  const params = tf.unstack(network.input("grads")).flatMap((gradient, i) => {
    update(variable, gradient, kept, i + 1);
    return [...variable.dataSync()];
  });
  tf.dispose([variable, ...keptVariables.values()]);
  return { params: float32(params, FLOAT32_LAYERS) };
}

function clipping(network: NetworkCase): Results {
  const gradients = network.inputs("grad0", "grad1", "grad2");
  const { clipped, norm } = clipGradients(network.tf, gradients, network.parameter("max_norm"));
  const named = Object.entries(clipped).map(([name, tensor]) => [name.replace("grad", "clipped"), values(tensor)]);
  return { ...Object.fromEntries(named), total_norm: values(norm) };
}

function learningRates(network: NetworkCase): Results {
  const base = 0.1;
  const option = (schedule: string, name: string) => network.parameter<Record<string, number>>(schedule)[name]!;
  const first30 = (rate: (step: number) => number) => Array.from({ length: 30 }, (_, step) => rate(step));
  const { total_iters, start_factor, end_factor } = network.parameter<Record<string, number>>("linear");
  return {
    cosine: first30((t) => rates.cosineRate(t, base, option("cosine", "T_max"), option("cosine", "eta_min"))),
    cosine_restarts: first30((t) =>
      rates.cosineRestartsRate(t, base, option("cosine_restarts", "T_0"), option("cosine_restarts", "T_mult")),
    ),
    linear: first30((t) => rates.linearRate(t, base, total_iters!, start_factor, end_factor)),
    step: first30((t) => rates.stepRate(t, base, option("step", "step_size"), option("step", "gamma"))),
    exponential: first30((t) => rates.stepRate(t, base, 1, option("exponential", "gamma"))),
    warmup_cosine: first30((t) =>
      rates.warmUpCosineRate(t, base, option("warmup_cosine", "warmup"), option("warmup_cosine", "total")),
    ),
    onecycle: first30((t) => rates.oneCycleRate(t, option("onecycle", "max_lr"), option("onecycle", "total_steps"))),
  };
}

/** Five steps of the compiled program, its optimizer in the graph. */
function trainedAutoencoder(network: NetworkCase): Results {
  const { tf } = network;
  const weights = Object.entries(network.weights());
  const variables = Object.fromEntries(weights.map(([name, weight]) => [name, tf.variable(weight)]));
  const { x_noisy, x_clean } = network.inputs("x_noisy", "x_clean");
  const program = compile(tf, {
    inputs: { noisy: { shape: x_noisy!.shape }, clean: { shape: x_clean!.shape } },
    loss: ({ noisy, clean }) => autoencoder(network, noisy!, variables).sub(clean!).square().mean(),
    variables,
  });
  const feeds = { noisy: x_noisy!, clean: x_clean! };
  const losses = Array.from({ length: network.parameter("steps") }, () =>
    program.train(feeds, network.parameter("lr")),
  );
  const final = Object.entries(program.pull().variables).map(([name, trained]) => {
    return [`final.${name}`, float32(trained, FLOAT32_GRADIENTS)] as const;
  });
  program.dispose();
  tf.dispose(variables);
  return { losses: float32(losses, FLOAT32_LAYERS), ...Object.fromEntries(final) };
}
