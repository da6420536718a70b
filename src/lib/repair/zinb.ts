import { medianSorted } from "simple-statistics";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { partOptions } from "../options.js";
import { fitNetwork } from "./fit-network.js";
import { linear } from "./layers.js";
import { logZeroProbability, negativeBinomialLogLikelihood, zinbLogLikelihood } from "./layers/likelihoods.js";
import { meanOverCells, type Facts, type Network, type NetworkGround, type NetworkKind } from "./network.js";
import type { NetworkModel } from "./network-model.js";
import { Parameters, type Start } from "./parameters.js";
import { Scaler } from "./scaler.js";
import { dense, type TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";

/** Sizes of the count autoencoder. */
export interface ZinbConfig {
  /** Width of the layers between genes and bottleneck. Default: 512. */
  readonly hidden: number;
  /** Width of the bottleneck. Default: 64. */
  readonly bottleneck: number;
  /** Negative binomial with additional zeros, or without. Default: "zinb". */
  readonly likelihood: "zinb" | "nb";
}

const DEFAULTS: ZinbConfig = { hidden: 512, bottleneck: 64, likelihood: "zinb" };

/** Options of {@link fitZinb}. */
export type ZinbOptions = TrainingOptions & Partial<ZinbConfig>;

/** Ranges of the logarithms of means and of inverse dispersions, as in DCA. */
const LOG_MEAN = [Math.log(1e-5), Math.log(1e6)] as const;
const LOG_THETA = [Math.log(1e-4), Math.log(1e4)] as const;

/**
 * Autoencoder with a count likelihood, as DCA (Eraslan et al. 2019) and scVI (Lopez et al. 2018) have: from degraded z-scores
 * through G → 512 → 64 → 512 to a mean and, with "zinb", the logit of an additional zero for each gene and cell; one
 * dispersion a gene.
 *
 * *Counts.* The cells are log1p values of counts per ten thousand. In a clean cell the smallest value above zero stands for one
 * molecule, so that the median of its reciprocal over the training cells, `unit`, turns counts per ten thousand into counts
 * of a typical cell: c = unit · (eˣ − 1). They need not be whole; all cells have the same depth, so there are no size factors.
 *
 * *Repair.* The mean of log1p(c / unit) under the fitted distribution: the probability of a count above zero times the mean logarithm
 * given one, that of the log-normal distribution with the same two moments. The distribution gives the standard deviation
 * and the probability of expression as well.
 */
export function buildZinb(tf: Tf, { genes, scaling, facts }: NetworkGround, config: ZinbConfig, start: Start): Network {
  const { hidden, bottleneck, likelihood } = config;
  const unit = facts["unit"]![0]!;
  const parameters = new Parameters(tf, start, "zinb");
  const encode1 = parameters.linear("encode1", genes, hidden);
  const encode2 = parameters.linear("encode2", hidden, bottleneck);
  const decode = parameters.linear("decode", bottleneck, hidden);
  const logMean = parameters.linear("mean", hidden, genes, 1, facts["logMean"]);
  const dropped = likelihood === "zinb" ? parameters.linear("dropped", hidden, genes) : undefined;
  const logTheta = parameters.given("logTheta", new Float32Array(genes), [genes]);
  const scale = new Scaler(tf, scaling);

  const distribution = (z: Tensor) => {
    const code = tf.relu(linear(tf, tf.relu(linear(tf, z, encode1)), encode2)); // B × bottleneck
    const h = tf.relu(linear(tf, code, decode)); // B × hidden
    return {
      mu: linear(tf, h, logMean)
        .clipByValue(...LOG_MEAN)
        .exp(), // B × G
      theta: logTheta.clipByValue(...LOG_THETA).exp(), // G
      logits: dropped && linear(tf, h, dropped), // B × G
    };
  };
  return {
    parameters,
    forward({ z }) {
      const { mu, theta, logits } = distribution(z);
      const { mean, sd, pExpressed } = logMoments(mu, theta, logits, unit);
      return { x: scale.toZ(mean), sd: scale.spreadToZ(sd), pExpressed };
    },
    loss({ z, clean, weight }) {
      const { mu, theta, logits } = distribution(z);
      const counts = clean.expm1().mul(unit);
      const logLikelihood = logits
        ? zinbLogLikelihood(tf, counts, mu, theta, logits)
        : negativeBinomialLogLikelihood(counts, mu, theta);
      return meanOverCells(logLikelihood.mean(1), weight).neg();
    },
    dispose: () => scale.dispose(),
  };
}

/** Mean and standard deviation of log1p(c / unit), and the probability of c > 0, of the (zero-inflated) negative binomial c. */
export function logMoments(
  mu: Tensor,
  theta: Tensor,
  logits: Tensor | undefined,
  unit: number,
): { mean: Tensor; sd: Tensor; pExpressed: Tensor } {
  const square = mu.square();
  const positive = logZeroProbability(mu, theta).expm1().neg(); // P(c > 0) without additional zeros
  const mean = mu.div(positive); // of c > 0
  const variance = mu.add(square.div(theta)).add(square).div(positive).sub(mean.square()).relu();
  const spread = variance.div(mean.add(unit).square()).log1p(); // variance of the log-normal's logarithm
  const level = mean.div(unit).log1p().sub(spread.mul(0.5));
  const pExpressed = logits ? positive.mul(logits.neg().sigmoid()) : positive;
  const expected = pExpressed.mul(level);
  const sd = pExpressed.mul(level.square().add(spread)).sub(expected.square()).relu().sqrt();
  return { mean: expected, sd, pExpressed };
}

/** What turns counts per ten thousand into counts, and the logarithm of every gene's mean count. */
function factsOf({ train, genes }: TrainingData): Facts {
  const { data, shape } = dense(train);
  const G = genes.length;
  const units: number[] = [];
  const sums = new Float64Array(G);
  for (let i = 0; i < shape[0]; i++) {
    let least = Infinity;
    for (let g = 0; g < G; g++) {
      const value = Math.expm1(data[i * G + g]!);
      sums[g]! += value;
      if (value > 0 && value < least) least = value;
    }
    if (least < Infinity) units.push(1 / least);
  }
  if (units.length === 0)
    throw new RangeError("No training cell has a value above zero; a count likelihood needs some");
  const unit = medianSorted(units.sort((a, b) => a - b));
  const [least] = LOG_MEAN;
  const logMean = Float32Array.from(sums, (sum) => Math.max(least, Math.log((sum / shape[0]) * unit)));
  return { unit: Float32Array.of(unit), logMean };
}

export const zinb: NetworkKind<ZinbConfig & Record<string, number | string>> = {
  name: "zinb",
  label: "ZINB autoencoder",
  learningRate: 1e-3,
  clipNorm: 1,
  facts: (_, data) => factsOf(data),
  build: buildZinb,
};

/**
 * Trains an autoencoder with a count likelihood.
 *
 * @throws RangeError where the likelihood is not known.
 * @example
 * const model = await repair.fitZinb(task, { budget: "trial" });
 */
export async function fitZinb(data: TrainingData, options: ZinbOptions = {}): Promise<NetworkModel> {
  const { own: config, rest: training } = partOptions<ZinbConfig, TrainingOptions>(options, DEFAULTS);
  if (config.likelihood !== "zinb" && config.likelihood !== "nb") {
    throw new RangeError(`likelihood is "${String(config.likelihood)}"; use "zinb" or "nb"`);
  }
  return fitNetwork(zinb, data, { ...config }, training);
}
