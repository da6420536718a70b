import type { Tensor } from "../engine/tensorflow.js";

/** Names of the noise schedules. */
export type NoiseScheduleName = "linear" | "scaled-linear" | "cosine";

/** How much noise is in each of the levels 0 … T − 1 of a diffusion; the last is nearly all noise. */
export interface NoiseSchedule {
  /** Variance of the noise that a level adds. */
  readonly betas: Float64Array;
  /** ᾱ: share of the signal's variance that is left at a level. */
  readonly alphasCumprod: Float64Array;
}

/** The number of levels that the linear schedules' ends are meant for. */
const USUAL_LEVELS = 1000;
const MOST_NOISE = 0.999;

/**
 * The noise of a diffusion's levels: "linear" from 1e-4 to 0.02 (Ho et al. 2020), "scaled-linear" whose roots are evenly spaced from
 * 8.5e-4 to 0.012 (Rombach et al. 2022), both times 1000/levels, or "cosine" with s = 0.008; β is at most 0.999 (Nichol &
 * Dhariwal 2021).
 */
export function noiseSchedule(name: NoiseScheduleName, levels: number): NoiseSchedule {
  const between = (low: number, high: number, t: number) => low + ((high - low) * t) / Math.max(1, levels - 1);
  const signal = (t: number) => Math.cos(((t / levels + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  const beta: Readonly<Record<NoiseScheduleName, (t: number) => number>> = {
    linear: (t) => between(1e-4, 0.02, t) * (USUAL_LEVELS / levels),
    "scaled-linear": (t) => between(Math.sqrt(8.5e-4), Math.sqrt(0.012), t) ** 2 * (USUAL_LEVELS / levels),
    cosine: (t) => 1 - signal(t + 1) / signal(t),
  };
  if (!Object.hasOwn(beta, name)) {
    throw new RangeError(`schedule is "${String(name)}"; use ${Object.keys(beta).join(", ")}`);
  }
  const betas = Float64Array.from({ length: levels }, (_, t) => Math.min(MOST_NOISE, beta[name](t)));
  let left = 1;
  return { betas, alphasCumprod: betas.map((value) => (left *= 1 - value)) };
}

/** Amplitudes at a level: √ᾱ of the clean values and √(1 − ᾱ) of the noise. From ᾱ in float32 the second would be lost. */
export interface Amplitudes<Value = Tensor> {
  readonly clean: Value;
  readonly noise: Value;
}

/** The amplitudes that go with a share of signal ᾱ. */
export function amplitudes(signal: number): Amplitudes<number> {
  return { clean: Math.sqrt(signal), noise: Math.sqrt(1 - signal) };
}

/** Clean values with noise: √ᾱ x + √(1 − ᾱ) ε. */
export function withNoise(x: Tensor, drawn: Tensor, { clean, noise }: Amplitudes<Tensor | number>): Tensor {
  return x.mul(clean).add(drawn.mul(noise));
}

/** The noise in noisy values whose clean ones are known. */
export function noiseIn(noisy: Tensor, x: Tensor, { clean, noise }: Amplitudes<Tensor | number>): Tensor {
  return noisy.sub(x.mul(clean)).div(noise);
}

/** The clean values in noisy ones whose noise is known. */
export function cleanIn(noisy: Tensor, drawn: Tensor, { clean, noise }: Amplitudes<Tensor | number>): Tensor {
  return noisy.sub(drawn.mul(noise)).div(clean);
}

/** Weights of the next values at less noise; see {@link reverseStep}. */
export interface ReverseWeights {
  /** Of the clean values and of the noisy ones. */
  readonly clean: number;
  readonly noisy: number;
  /** Standard deviation of the new noise. */
  readonly sd: number;
}

/**
 * A step from a share of signal to a greater one, given an estimate of the clean values: DDIM (Song et al. 2021, equations 12
 * and 16). With η = 0 no new noise comes in; with η = 1 between neighbouring levels it is DDPM's q(xₜ₋₁ | xₜ, x₀).
 */
export function reverseStep(from: number, to: number, eta: number): ReverseWeights {
  const variance = to >= 1 ? 0 : eta ** 2 * ((1 - to) / (1 - from)) * (1 - from / to);
  const noisy = Math.sqrt(Math.max(0, 1 - to - variance) / (1 - from));
  return { clean: Math.sqrt(to) - noisy * Math.sqrt(from), noisy, sd: Math.sqrt(variance) };
}
