import type { NamedTensors, Tensor } from "../../../../src/lib/engine/tensorflow.js";
import * as likelihoods from "../../../../src/lib/repair/layers/likelihoods.js";
import * as layers from "../../../../src/lib/repair/layers.js";
import * as losses from "../../../../src/lib/repair/layers/losses.js";
import type { Results } from "../results.js";
import { part } from "./blocks.js";
import { type Kind, type NetworkCase, values } from "./network-case.js";

/** Losses, likelihoods, and the autoencoders trained by them. */
export const LOSSES: readonly Kind[] = [
  [/^losses$/, lossValues],
  [/^nll_poisson$/, (network) => logLikelihood(network, ({ x, mu }) => likelihoods.poissonLogLikelihood(x!, mu!))],
  [
    /^nll_nb$/,
    (network) =>
      logLikelihood(network, ({ x, mu, theta }) => likelihoods.negativeBinomialLogLikelihood(x!, mu!, theta!)),
  ],
  [
    /^nll_zinb$/,
    (network) =>
      logLikelihood(network, ({ x, mu, theta, pi_logits }) =>
        likelihoods.zinbLogLikelihood(network.tf, x!, mu!, theta!, pi_logits!),
      ),
  ],
  [/^nll_zinb_dca$/, dcaLoss],
  [/^dae$/, denoisingAutoencoder],
  [/^vae_/, variationalAutoencoder],
];

function lossValues(network: NetworkCase): Results {
  const { tf } = network;
  const { a, b, targets01 } = network.inputs("a", "b", "targets01") as Record<"a" | "b" | "targets01", Tensor>;
  const classes = tf.tensor1d(network.parameter<number[]>("classes"), "int32");
  const kinds: Record<string, (x: Tensor) => Tensor> = {
    mse: (x) => losses.maskedSquaredError(x, b, tf.onesLike(b)),
    mae: (x) => losses.absoluteError(x, b),
    huber: (x) => losses.huber(tf, x, b, network.parameter("huber_delta")),
    smooth_l1: (x) => losses.smoothL1(tf, x, b, network.parameter("smooth_l1_beta")),
    bce_with_logits: (x) => losses.binaryCrossEntropy(tf, x, targets01).mean(),
    cross_entropy: (x) => losses.crossEntropy(tf, x, classes),
    cosine_embedding_1_minus_mean_cos: (x) => losses.cosineDistance(x, b),
    masked_mse: (x) => losses.maskedSquaredError(x, b, targets01),
  };
  const results: Results = {};
  for (const [name, loss] of Object.entries(kinds)) {
    results[name] = values(loss(a));
    Object.assign(
      results,
      network.gradients((tensors) => loss(tensors[name]!), { [name]: a }, "grad_a."),
    );
  }
  return results;
}

/** Log-likelihood of each entry, and the gradients of minus the mean over cells of the sum over genes. */
function logLikelihood(network: NetworkCase, compute: (tensors: NamedTensors) => Tensor): Results {
  const { x, ...parameters } = network.inputs(...Object.keys(network.fixture.inputs));
  const loss = (tensors: NamedTensors) =>
    compute({ x: x!, ...tensors })
      .sum(1)
      .mean()
      .neg();
  return {
    log_likelihood: values(compute({ x: x!, ...parameters })),
    loss: values(loss(parameters)),
    ...network.gradients(loss, parameters),
  };
}

function dcaLoss(network: NetworkCase): Results {
  const { x, ...parameters } = network.inputs("x", "mu", "theta", "pi");
  const ridge = network.parameter("ridge");
  const entries = ({ mu, theta, pi }: NamedTensors) => likelihoods.dcaZinbLoss(network.tf, x!, mu!, theta!, pi!, ridge);
  return {
    loss_entries: values(entries(parameters)),
    loss: values(entries(parameters).mean()),
    ...network.gradients((tensors) => entries(tensors).mean(), parameters),
  };
}

/** Linear layers with ReLU between, by the names of PyTorch's `Sequential`. */
export function autoencoder({ tf }: NetworkCase, x: Tensor, weights: NamedTensors): Tensor {
  const names = ["0", "2", "4", "6"];
  return names.reduce((h, name) => {
    const y = layers.linear(tf, h, part(weights, `${name}.`));
    return name === names.at(-1) ? y : tf.relu(y);
  }, x);
}

function denoisingAutoencoder(network: NetworkCase): Results {
  const { x_noisy, x_clean } = network.inputs("x_noisy", "x_clean");
  const output = (tensors: NamedTensors) => autoencoder(network, tensors["x_noisy"]!, tensors);
  const loss = (tensors: NamedTensors) => output(tensors).sub(x_clean!).square().mean();
  const tensors = { x_noisy: x_noisy!, ...network.weights() };
  return { y: values(output(tensors)), loss: values(loss(tensors)), ...network.gradients(loss, tensors) };
}

function variationalAutoencoder(network: NetworkCase): Results {
  const { tf } = network;
  const { target, eps } = network.inputs("target", "eps");
  const apply = (tensors: NamedTensors, name: string, x: Tensor) => layers.linear(tf, x, part(tensors, `${name}.`));
  const run = (tensors: NamedTensors) => {
    const h = tf.relu(apply(tensors, "enc", tensors["x"]!));
    const mu = apply(tensors, "mu", h);
    const logvar = apply(tensors, "logvar", h);
    const z = losses.gaussianDraw(mu, logvar, eps!);
    const y = apply(tensors, "dec2", tf.relu(apply(tensors, "dec1", z)));
    const kl_per_cell = losses.gaussianKl(mu, logvar);
    const kl = kl_per_cell.mean();
    const reconstruction = y.sub(target!).square().sum(1).mean();
    const loss = reconstruction.add(kl.mul(network.parameter("beta")));
    return { mu, logvar, z, y, kl_per_cell, kl, reconstruction, loss };
  };
  const tensors = { x: network.input("x"), ...network.weights() };
  const forward = Object.entries(run(tensors)).map(([name, tensor]) => [name, values(tensor)] as const);
  return { ...Object.fromEntries(forward), ...network.gradients((given) => run(given).loss, tensors) };
}
