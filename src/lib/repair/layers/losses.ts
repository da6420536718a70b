import type { Tensor, Tf } from "../../engine/tensorflow.js";
import { softplus } from "./activations.js";

/** Mean squared error over the entries where a mask of ones and zeros is one. */
export function maskedSquaredError(x: Tensor, target: Tensor, mask: Tensor): Tensor {
  return x.sub(target).square().mul(mask).sum().div(mask.sum());
}

/** Mean absolute error. */
export function absoluteError(x: Tensor, target: Tensor): Tensor {
  return x.sub(target).abs().mean();
}

/** Huber's loss (1964): half the square of differences up to δ, linear beyond. */
export function huber(tf: Tf, x: Tensor, target: Tensor, delta = 1): Tensor {
  const distance = x.sub(target).abs();
  const near = tf.minimum(distance, delta);
  return near.square().mul(0.5).add(distance.sub(near).mul(delta)).mean();
}

/** PyTorch's `smooth_l1_loss`: {@link huber} over β. */
export function smoothL1(tf: Tf, x: Tensor, target: Tensor, beta = 1): Tensor {
  return huber(tf, x, target, beta).div(beta);
}

/** Binary cross-entropy of logits, entry by entry: ln(1 + eˣ) − x·target. */
export function binaryCrossEntropy(tf: Tf, logits: Tensor, target: Tensor): Tensor {
  return softplus(tf, logits).sub(logits.mul(target));
}

/** Cross-entropy of logits (B × classes) with the numbers of the true classes (int32, B), the mean over B. */
export function crossEntropy(tf: Tf, logits: Tensor, classes: Tensor): Tensor {
  const chosen = tf.oneHot(classes as never, logits.shape[1]!).cast("float32");
  return tf.logSoftmax(logits).mul(chosen).sum(1).neg().mean();
}

/** One minus the mean cosine between rows. */
export function cosineDistance(x: Tensor, target: Tensor): Tensor {
  const norm = (a: Tensor) => a.square().sum(1).sqrt();
  const cosine = x
    .mul(target)
    .sum(1)
    .div(norm(x).mul(norm(target)));
  return cosine.mean().neg().add(1);
}

/** KL divergence of N(mean, e^logVariance) from N(0, 1), summed over the last axis: of a VAE's code. */
export function gaussianKl(mean: Tensor, logVariance: Tensor): Tensor {
  return mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(-1).mul(0.5);
}

/** A draw from N(mean, e^logVariance) from one of N(0, 1): the reparametrisation of Kingma & Welling 2014. */
export function gaussianDraw(mean: Tensor, logVariance: Tensor, normal: Tensor): Tensor {
  return logVariance.mul(0.5).exp().mul(normal).add(mean);
}
