import type { Tensor, Tf } from "../../engine/tensorflow.js";
import { softplus } from "./activations.js";

/** Keeps logarithms of means finite, as scvi-tools does. */
const EPSILON = 1e-8;
/** Γ is stepped up by this much before Stirling's series, whose error there is below float32's. */
const SHIFT = 4;

/** The series of ln Γ(z) beyond (z − ½) ln z − z + ½ ln 2π. */
function stirling(z: Tensor): Tensor {
  const inverse = z.reciprocal();
  const square = inverse.square();
  return inverse.mul(square.mul(square.mul(1 / 1260).sub(1 / 360)).add(1 / 12));
}

/** ln of (a + 0)(a + 1)…(a + SHIFT − 1). */
function logRising(a: Tensor): Tensor {
  return Array.from({ length: SHIFT }, (_, j) => a.add(j).log()).reduce((sum, term) => sum.add(term));
}

/**
 * ln(rateˣ / Γ(x + 1)). The large terms x ln(rate) and ln Γ(x + 1) nearly cancel, so their logarithms are taken together.
 */
function logPowerOverFactorial(x: Tensor, rate: Tensor): Tensor {
  const v = x.add(1 + SHIFT);
  const rest = v.log().mul(SHIFT + 0.5).sub(v).add(0.5 * Math.log(2 * Math.PI)).add(stirling(v)); // prettier-ignore
  return x
    .mul(rate.div(v).log())
    .sub(rest)
    .add(logRising(x.add(1)));
}

/**
 * Log-likelihood of counts under a Poisson distribution, entry by entry. Counts may be any non-negative numbers: Γ stands for the
 * factorial.
 *
 * @param x - counts.
 * @param mu - means.
 */
export function poissonLogLikelihood(x: Tensor, mu: Tensor): Tensor {
  return logPowerOverFactorial(x, mu.add(EPSILON)).sub(mu);
}

/**
 * Log-likelihood of counts under a negative binomial distribution with variance μ + μ²/θ, entry by entry: scvi-tools'
 * `log_nb_positive`, computed so that large counts and θ lose nothing in float32.
 *
 * @param x - counts: any non-negative numbers.
 * @param mu - means.
 * @param theta - inverse dispersion; broadcast, so one a gene will do.
 */
export function negativeBinomialLogLikelihood(x: Tensor, mu: Tensor, theta: Tensor): Tensor {
  const z = theta.add(SHIFT);
  const w = z.add(x);
  // ln Γ(θ + x) − ln Γ(θ) without its term x ln w, which goes into the power.
  let ratio = z.sub(0.5).mul(x.div(z).log1p()).sub(x).add(stirling(w)).sub(stirling(z));
  for (let j = 0; j < SHIFT; j++) ratio = ratio.sub(x.div(theta.add(j)).log1p());
  const rate = mu.add(EPSILON).div(theta.add(mu).add(EPSILON)).mul(w);
  return logPowerOverFactorial(x, rate).add(ratio).add(logZeroProbability(mu, theta));
}

/** ln of the negative binomial probability of zero: −θ ln(1 + μ/θ). */
export function logZeroProbability(mu: Tensor, theta: Tensor): Tensor {
  return mu.div(theta.add(EPSILON)).log1p().mul(theta).neg();
}

/**
 * Log-likelihood under a negative binomial with additional zeros, entry by entry: scvi-tools' `log_zinb_positive`.
 *
 * @param logits - of the probability of an additional zero.
 */
export function zinbLogLikelihood(tf: Tf, x: Tensor, mu: Tensor, theta: Tensor, logits: Tensor): Tensor {
  const never = softplus(tf, logits.neg());
  const zero = softplus(tf, logZeroProbability(mu, theta).sub(logits)).sub(never);
  const positive = negativeBinomialLogLikelihood(x, mu, theta).sub(logits).sub(never);
  return tf.where(x.less(EPSILON), zero, positive);
}

/** The ZINB loss as DCA has it (Eraslan et al. 2019), entry by entry: `pi` is a probability, with a ridge on it. */
export function dcaZinbLoss(tf: Tf, x: Tensor, mu: Tensor, theta: Tensor, pi: Tensor, ridge: number): Tensor {
  const epsilon = 1e-10;
  const rest = pi.neg().add(1);
  const zero = rest.mul(logZeroProbability(mu, theta).exp()).add(pi).add(epsilon).log().neg();
  const positive = negativeBinomialLogLikelihood(x, mu, theta).add(rest.add(epsilon).log()).neg();
  return tf.where(x.less(EPSILON), zero, positive).add(pi.square().mul(ridge));
}
