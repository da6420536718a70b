import type { Tensor, Tf } from "../../engine/tensorflow.js";
import { symmetricEigen } from "../../stats/symmetric-eigen.js";
import { linear } from "../layers.js";
import type { Parameters } from "../parameters.js";
import type { Posterior, Prior } from "./posterior-head.js";

/** Points at which a gene's prior is summed. */
const NODES = 9;
/** Least expected count, so that logarithms stay finite. */
const LEAST = 1e-4;

/** How the molecules of cells were lost and counted; B × G, or what broadcasts to it. */
export interface CountDamage {
  /** Expected count of one unit of clean expression (counts per ten thousand). */
  readonly exposure: Tensor;
  /** Expected count that comes from elsewhere, whatever the cell expresses. */
  readonly ambient: Tensor;
  /** Log odds that all molecules of a gene were lost. */
  readonly lossLogit: Tensor;
  /** Logarithm of the negative binomial's size: the larger, the nearer to Poisson. */
  readonly logSize: Tensor;
}

/** Nodes and weights of Gauss-Hermite quadrature for the standard normal (Golub & Welsch 1969). */
export function normalQuadrature(nodes: number): { points: Float64Array; weights: Float64Array } {
  const jacobi = new Float64Array(nodes * nodes);
  for (let k = 1; k < nodes; k++) jacobi[(k - 1) * nodes + k] = jacobi[k * nodes + k - 1] = Math.sqrt(k);
  const { values, vectors } = symmetricEigen(jacobi, nodes);
  return { points: values, weights: values.map((_, k) => vectors[k * nodes]! ** 2) };
}

/**
 * Counts of a cell from its log1p values per ten thousand: the least value seen is taken for one molecule.
 *
 * @param y - B × G.
 * @returns counts, B × G, and the counts per ten thousand that one molecule is, B × 1.
 */
export function countsOf(tf: Tf, y: Tensor): { counts: Tensor; unit: Tensor } {
  const perTenThousand = tf.expm1(y);
  const seen = perTenThousand.greater(0);
  const unit = perTenThousand.where(seen, tf.fill(y.shape, 1e4)).min(1, true);
  return { counts: perTenThousand.div(unit).round(), unit };
}

/**
 * The posterior of a clean value given a count: negative binomial about `ambient + exposure · (eˣ − 1)`, or about `ambient` where
 * the gene is silent or was lost. The prior's normal, cut at zero, is summed at nine points; what of the likelihood
 * depends on the count alone is the same in every case and drops out.
 *
 * @param counts - B × G.
 */
export function countPosterior(
  tf: Tf,
  counts: Tensor,
  prior: Prior,
  { exposure, ambient, lossLogit, logSize }: CountDamage,
): Posterior {
  const { points, weights } = normalQuadrature(NODES);
  const size = logSize.exp();
  const logLikelihood = (expected: Tensor) => {
    const rate = expected.maximum(LEAST);
    const logTotal = rate.add(size).log();
    return size.mul(logSize.sub(logTotal)).add(counts.mul(rate.log().sub(logTotal)));
  };
  const values = Array.from(points, (point) => tf.relu(prior.mean.add(prior.sd.mul(point))));
  const nothing = logLikelihood(ambient);
  const expressed = tf.softplus(prior.logit.neg()).neg(); // ln π
  const kept = expressed.sub(tf.softplus(lossLogit));
  const cases = [
    nothing.sub(tf.softplus(prior.logit)), // silent
    nothing.add(expressed).sub(tf.softplus(lossLogit.neg())), // lost
    ...values.map((x, k) =>
      logLikelihood(ambient.add(exposure.mul(tf.expm1(x))))
        .add(kept)
        .add(Math.log(weights[k]!)),
    ),
  ];
  const [silent, lost, ...survived] = tf.unstack(tf.softmax(tf.stack(cases, 2)), 2) as [Tensor, Tensor, ...Tensor[]];
  const mean = tf.addN([lost.mul(prior.mean), ...values.map((x, k) => survived[k]!.mul(x))]);
  const second = tf.addN([
    lost.mul(prior.mean.square().add(prior.sd.square())),
    ...values.map((x, k) => survived[k]!.mul(x.square())),
  ]);
  return { mean, variance: tf.relu(second.sub(mean.square())), pExpressed: silent.neg().add(1) };
}

/** Where the damage's parameters start: hardly any ambient counts, few losses, counts near Poisson's. */
const START = { ambient: Math.log(0.02), loss: -2, size: 2 } as const;

/**
 * The head for counts: how the molecules of a cell were lost is read from its context, so that no severity needs to be told.
 *
 * @param length - relative log length of every gene.
 * @param pool - mean clean expression of every gene, counts per ten thousand.
 */
export function countHead(
  tf: Tf,
  parameters: Parameters,
  { length, pool }: { readonly length: Float32Array; readonly pool: Float32Array },
  width: number,
): { of: (y: Tensor, prior: Prior, context: Tensor) => Posterior; dispose: () => void } {
  const genes = length.length;
  const damage = parameters.linear("counts.damage", width, 4, 0);
  const size = parameters.given("counts.size", new Float32Array(genes).fill(START.size), [genes]);
  const constants = { length: tf.tensor1d(length), pool: tf.tensor1d(pool) };
  return {
    of(y, prior, context) {
      const { counts, unit } = countsOf(tf, y);
      const [level, slope, ambient, loss] = tf.split(linear(tf, context, damage), 4, 1) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      return countPosterior(tf, counts, prior, {
        exposure: level.add(slope.mul(constants.length)).exp().div(unit),
        ambient: ambient.add(START.ambient).exp().mul(constants.pool).div(unit),
        lossLogit: loss.add(START.loss),
        logSize: size,
      });
    },
    dispose: () => tf.dispose(Object.values(constants)),
  };
}
