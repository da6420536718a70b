import * as noise from "../../../../src/lib/repair/noise-schedule.js";
import { timeEmbedding } from "../../../../src/lib/repair/time-embedding.js";
import type { Results } from "../results.js";
import { type Kind, type NetworkCase, values } from "./network-case.js";

/** The noise of diffusions, and the way back. */
export const DIFFUSION: readonly Kind[] = [
  [/^schedule_/, schedule],
  [/^q_sample_/, steps],
  [/^timestep_embedding_/, embeddings],
];

function scheduleOf(network: NetworkCase): noise.NoiseSchedule {
  const name = network.fixture.name.replace(/^(schedule|q_sample)_/, "").replace("_", "-");
  return noise.noiseSchedule(name as noise.NoiseScheduleName, network.parameter("T"));
}

function schedule(network: NetworkCase): Results {
  const { betas, alphasCumprod } = scheduleOf(network);
  const at = (compute: (t: number) => number) => Array.from(network.fixture.input("steps"), compute);
  const signal = (t: number) => (t < 0 ? 1 : alphasCumprod[t]!);
  const step = (t: number) => noise.reverseStep(signal(t), signal(t - 1), 1);
  return {
    betas: at((t) => betas[t]!),
    alphas_cumprod: at(signal),
    sqrt_alphas_cumprod: at((t) => Math.sqrt(signal(t))),
    sqrt_one_minus_alphas_cumprod: at((t) => Math.sqrt(1 - signal(t))),
    posterior_variance: at((t) => step(t).sd ** 2),
    posterior_mean_coef1_x0: at((t) => step(t).clean),
    posterior_mean_coef2_xt: at((t) => step(t).noisy),
    snr: at((t) => signal(t) / (1 - signal(t))),
    alphas_cumprod_all: alphasCumprod,
  };
}

function steps(network: NetworkCase): Results {
  const { tf, fixture } = network;
  const { alphasCumprod } = scheduleOf(network);
  const levels = Array.from(fixture.input("t"));
  const signal = (t: number) => (t < 0 ? 1 : alphasCumprod[t]!);
  const column = (compute: (t: number) => number) => tf.tensor2d(levels.map(compute), [levels.length, 1]);
  const {
    x0,
    noise: drawn,
    x0_predicted: clean,
    step_noise,
  } = network.inputs("x0", "noise", "x0_predicted", "step_noise");
  const level = {
    clean: column((t) => noise.amplitudes(signal(t)).clean),
    noise: column((t) => noise.amplitudes(signal(t)).noise),
  };
  const noisy = noise.withNoise(x0!, drawn!, level);
  const stepped = (back: number, eta: number) => {
    const weight = (name: keyof noise.ReverseWeights) =>
      column((t) => noise.reverseStep(signal(t), signal(t - back), eta)[name]);
    const mean = clean!.mul(weight("clean")).add(noisy.mul(weight("noisy")));
    return { mean, next: mean.add(step_noise!.mul(weight("sd"))) };
  };
  return {
    x_t: values(noisy),
    posterior_mean: values(stepped(1, 1).mean),
    posterior_variance: levels.map((t) => noise.reverseStep(signal(t), signal(t - 1), 1).sd ** 2),
    x_t_minus_1: values(stepped(1, 1).next),
    eps_from_x0: values(noise.noiseIn(noisy, clean!, level)),
    ddim_eta0_to_t_minus_50: values(stepped(50, 0).mean),
  };
}

function embeddings(network: NetworkCase): Results {
  const times = network.fixture.input("t");
  const width = network.parameter("dim");
  return {
    cos_first: timeEmbedding(times, width, { layout: "cosines first" }),
    sin_first: timeEmbedding(times, width),
    sin_first_half_minus_1: timeEmbedding(times, width, { closed: true }),
    positional_encoding_interleaved_first6: timeEmbedding([0, 1, 2, 3, 4, 5], 16, { layout: "interleaved" }),
  };
}
