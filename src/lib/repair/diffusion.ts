import type { Tensor, Tf } from "../engine/tensorflow.js";
import { partOptions } from "../options.js";
import { random } from "../stats/random.js";
import { fitNetwork } from "./fit-network.js";
import { linear } from "./layers.js";
import { withoutGradient } from "./layers/without-gradient.js";
import {
  meanSquaredError,
  type Network,
  type NetworkConfig,
  type NetworkGround,
  type NetworkKind,
  type NetworkOutput,
} from "./network.js";
import type { NetworkModel } from "./network-model.js";
import {
  amplitudes,
  cleanIn,
  noiseSchedule,
  reverseStep,
  withNoise,
  type NoiseScheduleName,
  type ReverseWeights,
} from "./noise-schedule.js";
import { Parameters, type Start } from "./parameters.js";
import { Scaler } from "./scaler.js";
import { timeEmbedding } from "./time-embedding.js";
import type { TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";
import { checkTrunk, PAPER_TRUNK, transformerTrunk, type TrunkConfig } from "./transformer-trunk.js";

/** Settings of a diffusion around the paper's network. */
export interface DiffusionConfig extends TrunkConfig {
  /**
   * What leads from a clean cell (level 0) to what repair starts from: Gaussian noise (Ho et al. 2020), or the degraded cell
   * itself, "cold" (Bansal et al. 2022). Default: "noise".
   */
  readonly process: "noise" | "cold";
  /**
   * What the network gives: the clean values, the noise, or the clean values held consistent along a path, for repair in one
   * step (Song et al. 2023). "cold" has "clean" alone. Default: "clean".
   */
  readonly prediction: "clean" | "noise" | "consistency";
  /** How noise grows with the level. Default: "cosine". */
  readonly schedule: NoiseScheduleName;
  /** Levels in training. Default: 1000; for "consistency" 20, since truth has to travel from level to level. */
  readonly levels: number;
  /** Steps of repair, evenly spaced over the levels. Default: 10. */
  readonly steps: number;
  /** New noise in every step: 0 is DDIM, 1 with as many steps as levels is DDPM; "consistency" has none of it. Default: 0. */
  readonly eta: number;
  /** Repairs from different noise that are averaged. Default: 1. */
  readonly draws: number;
}

/** Options of {@link fitDiffusion}. */
export type DiffusionOptions = TrainingOptions & Partial<DiffusionConfig>;

/** Numbers of steps that a trained diffusion can be seen with. */
const VIEWED_STEPS = [1, 2, 4, 8, 16];

/** Clean z-scores that are read off nearly pure noise are kept within this. */
const LARGEST_Z = 10;

/**
 * A diffusion conditioned on the degraded cell: f(xₜ, z, t) by the paper's trunk, which is given [xₜ, z] and told the level t by
 * its sinusoidal embedding.
 *
 * - "noise": xₜ = √ᾱₜ x + √(1 − ᾱₜ) ε. Repair goes from noise to ever less noise by {@link reverseStep}. The noise is the same for
 *   every cell, so that a cell's repair does not depend on its company.
 * - "cold": xₜ = x + aₜ (z − x), a from 0 to 1. Repair goes from xₜ to x_s = xₜ + (aₜ − a_s)(x̂ − z), with the network's x̂; in
 *   one step it is the paper's network.
 * - "consistency": x̂ = √ᾱₜ xₜ + √(1 − ᾱₜ) f(xₜ, z, t), trained towards its own value (without gradient) one level below on the
 *   same path; there is the truth below the lowest level. In more steps each starts from x̂ with new noise.
 *
 * The views steps1, steps2, steps4, steps8 and steps16 repair in so many steps instead.
 */
export function buildDiffusion(
  tf: Tf,
  { genes, scaling }: NetworkGround,
  config: DiffusionConfig,
  start: Start,
): Network {
  const { levels, width, prediction, eta, draws } = config;
  const parameters = new Parameters(tf, start, "diffusion");
  const trunk = transformerTrunk(tf, parameters, { inputs: 2 * genes, outputs: genes }, config);
  const time = parameters.linear("time", width, width);
  const { alphasCumprod } = noiseSchedule(config.schedule, levels);
  const column = (value: (t: number) => number) =>
    tf.tensor2d(
      Float32Array.from({ length: levels }, (_, t) => value(t)),
      [levels, 1],
    );
  const cold = config.process === "cold";
  /** Shares of what is at the two ends of the path, at level t; below level 0 all is clean. */
  const shares = (t: number) => {
    if (cold) return { clean: 1 - (t + 1) / levels, noise: (t + 1) / levels };
    return amplitudes(t < 0 ? 1 : alphasCumprod[t]!);
  };
  const constants = {
    times: tf.tensor2d(Float32Array.from(timeEmbedding(range(levels), width)), [levels, width]),
    clean: column((t) => shares(t).clean),
    noise: column((t) => shares(t).noise),
  };
  const scale = new Scaler(tf, scaling);

  /** The network at levels (int32, B or 1), and the clean values that follow from it. */
  const apply = (noisy: Tensor, z: Tensor, level: Tensor) => {
    const at = (table: Tensor) => tf.gather(table, level);
    const output = trunk(tf.concat([noisy, z], 1), { told: linear(tf, at(constants.times), time) });
    const ends = { clean: at(constants.clean), noise: at(constants.noise) };
    const clean = () => {
      if (prediction === "clean") return output;
      if (prediction === "noise") return cleanIn(noisy, output, ends).clipByValue(-LARGEST_Z, LARGEST_Z);
      return noisy.mul(ends.clean).add(output.mul(ends.noise));
    };
    return { output, clean };
  };
  /** Values on the path from clean ones to the other end. */
  const onPath = (x: Tensor, end: Tensor, level: Tensor) =>
    withNoise(x, end, { clean: tf.gather(constants.clean, level), noise: tf.gather(constants.noise, level) });

  const noiseOf = (...names: string[]) =>
    tf.tensor2d(random(0, "diffusion", ...names).fillNormal(new Float32Array(genes)), [1, genes]);

  /** To less noise: by DDIM or DDPM, or for "consistency" from the clean values with new noise alone. */
  const stepWeights = (from: number, to: number): ReverseWeights => {
    if (prediction !== "consistency") return reverseStep(from, to, eta);
    const { clean, noise } = amplitudes(to);
    return { clean, noisy: 0, sd: noise };
  };

  /** One repair in a number of steps. */
  const sample = (z: Tensor, steps: number, draw: number): Tensor => {
    const levelOf = (k: number) => Math.round((levels * k) / steps) - 1;
    let noisy = cold ? z : tf.zerosLike(z).add(noiseOf("start", String(draw)));
    for (let k = steps; ; k--) {
      const [from, to] = [levelOf(k), levelOf(k - 1)];
      const clean = apply(noisy, z, tf.tensor1d([from], "int32")).clean();
      if (k === 1) return clean;
      if (cold) {
        noisy = noisy.add(clean.sub(z).mul(shares(from).noise - shares(to).noise));
        continue;
      }
      const weights = stepWeights(alphasCumprod[from]!, alphasCumprod[to]!);
      noisy = clean.mul(weights.clean).add(noisy.mul(weights.noisy));
      if (weights.sd > 0) noisy = noisy.add(noiseOf("step", String(draw), String(k)).mul(weights.sd));
    }
  };
  const repaired = (z: Tensor, steps: number): NetworkOutput => {
    const samples = tf.stack(range(draws).map((draw) => sample(z, steps, draw)));
    const x = samples.mean(0);
    return draws === 1 ? { x } : { x, sd: samples.sub(x).square().sum(0).div(draws - 1).sqrt() }; // prettier-ignore
  };

  return {
    parameters,
    random: {
      level: { columns: 1, distribution: "uniform" },
      ...(!cold && { noise: { columns: genes, distribution: "normal" } }),
    },
    forward: ({ z }) => repaired(z, config.steps),
    loss({ z, target, weight, random: drawn }) {
      const level = drawn["level"]!.squeeze([1]).mul(levels).floor().cast("int32"); // B
      const end = cold ? z : drawn["noise"]!;
      const { output, clean } = apply(onPath(target, end, level), z, level);
      if (prediction === "noise") return meanSquaredError(output, { target: end, weight });
      if (prediction === "clean") return meanSquaredError(output, { target, weight });
      const below = tf.maximum(level.sub(1), 0).cast("int32");
      const lowest = level.equal(0).cast("float32").expandDims(1);
      const own = withoutGradient(tf, onPath(target, end, below), (noisy) => apply(noisy, z, below).clean());
      return meanSquaredError(clean(), { target: own.add(target.sub(own).mul(lowest)), weight });
    },
    views: Object.fromEntries(
      VIEWED_STEPS.filter((steps) => steps <= levels).map((steps) => [
        `steps${steps}`,
        { show: ({ z }) => ({ mean: scale.fromZ(repaired(z, steps).x) }) },
      ]),
    ),
    dispose() {
      tf.dispose(constants);
      scale.dispose();
    },
  };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

export const diffusion: NetworkKind<DiffusionConfig & NetworkConfig> = {
  name: "diffusion",
  label: "Diffusion",
  learningRate: 5e-4,
  build: buildDiffusion,
};

/**
 * Trains a diffusion around the paper's network.
 *
 * @throws RangeError where settings are out of range or do not go together.
 * @example
 * const model = await repair.fitDiffusion(task, { process: "cold", steps: 5 });
 * const once = model.view("steps1", task.degraded.test).mean;
 */
export async function fitDiffusion(data: TrainingData, options: DiffusionOptions = {}): Promise<NetworkModel> {
  const { own: config, rest: training } = partOptions<DiffusionConfig, TrainingOptions>(options, {
    ...PAPER_TRUNK,
    ...{ process: "noise", prediction: "clean", schedule: "cosine" },
    ...{ levels: options.prediction === "consistency" ? 20 : 1000, steps: 10, eta: 0, draws: 1 },
  });
  check(config);
  return fitNetwork(diffusion, data, { ...config }, training);
}

function check(config: DiffusionConfig): void {
  const { process, prediction, levels, steps, eta, draws } = config;
  checkTrunk(config);
  if (process !== "noise" && process !== "cold") {
    throw new RangeError(`process is "${String(process)}"; use "noise" or "cold"`);
  }
  if (prediction !== "clean" && prediction !== "noise" && prediction !== "consistency") {
    throw new RangeError(`prediction is "${String(prediction)}"; use "clean", "noise" or "consistency"`);
  }
  if (process === "cold" && (prediction !== "clean" || draws !== 1 || eta !== 0)) {
    throw new RangeError('process "cold" has no noise: leave prediction at "clean", draws at 1 and eta at 0');
  }
  for (const [name, value, most] of [
    ["levels", levels, Infinity],
    ["steps", steps, levels],
    ["draws", draws, Infinity],
  ] as const) {
    // prettier-ignore
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new RangeError(`${name} must be a whole number from 1 to ${most}, not ${value}`);
    }
  }
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`eta must be from 0 to 1, not ${eta}`);
  noiseSchedule(config.schedule, levels);
}
