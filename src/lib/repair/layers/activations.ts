import type { Tensor, Tf } from "../../engine/tensorflow.js";

/** GELU by the error function: x Φ(x) (Hendrycks & Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  return x.mul(0.5).mul(x.div(Math.SQRT2).erf().add(1));
}

/** GELU by the hyperbolic tangent, its authors' approximation. */
export function geluTanh(x: Tensor): Tensor {
  // Beyond ±10 the tangent is ±1 in float32, and the cube of a large number would overflow.
  const near = x.clipByValue(-10, 10);
  const inner = near.add(near.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

/** SiLU, also called swish: x σ(x). */
export function silu(x: Tensor): Tensor {
  return x.mul(x.sigmoid());
}

/** ELU with α = 1: x, and below zero eˣ − 1. */
export function elu(tf: Tf, x: Tensor): Tensor {
  return tf.maximum(x, 0).add(tf.minimum(x, 0).expm1());
}

/** Leaky ReLU with PyTorch's slope of 0.01 below zero. */
export function leakyRelu(tf: Tf, x: Tensor): Tensor {
  return tf.leakyRelu(x, 0.01);
}

/** ln(1 + eˣ), without overflow. */
export function softplus(tf: Tf, x: Tensor): Tensor {
  return tf.relu(x).add(x.abs().neg().exp().log1p());
}
