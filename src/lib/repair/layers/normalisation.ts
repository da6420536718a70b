import type { Tensor } from "../../engine/tensorflow.js";

/** Scale and shift of a layer norm. */
export interface LayerNormWeights {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Layer norm over the last axis (Ba et al. 2016), with the population variance. */
export function layerNorm(x: Tensor, { weight, bias }: LayerNormWeights, epsilon = 1e-5): Tensor {
  const centred = x.sub(x.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  return centred.mul(variance.add(epsilon).rsqrt()).mul(weight).add(bias);
}

/** Means and variances of a batch norm's features. */
export interface BatchMoments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Batch norm (Ioffe & Szegedy 2015) of B × F values by given moments: PyTorch's in evaluation. */
export function batchNorm(
  x: Tensor,
  { weight, bias }: LayerNormWeights,
  { mean, variance }: BatchMoments,
  epsilon = 1e-5,
): Tensor {
  return x.sub(mean).mul(variance.add(epsilon).rsqrt()).mul(weight).add(bias);
}

/** The moments of a batch, with the population variance: for {@link batchNorm} in training. */
export function batchMoments(x: Tensor): BatchMoments {
  const mean = x.mean(0);
  return { mean, variance: x.sub(mean).square().mean(0) };
}

/** Running moments after a batch of n cells, PyTorch's way: the variance is the unbiased one. */
export function runningMoments(running: BatchMoments, batch: BatchMoments, n: number, momentum = 0.1): BatchMoments {
  const towards = (old: Tensor, value: Tensor) => old.mul(1 - momentum).add(value.mul(momentum));
  return {
    mean: towards(running.mean, batch.mean),
    variance: towards(running.variance, batch.variance.mul(n / (n - 1))),
  };
}
