import type { Tensor, Tf } from "../../engine/tensorflow.js";
import { linear } from "../layers.js";
import type { Parameters } from "../parameters.js";
import { logNormalCdf, logNormalDensity } from "./normal.js";

/** What is believed of a gene in a cell before it is measured; all B × G or G. */
export interface Prior {
  /** Log odds that the gene is expressed. */
  readonly logit: Tensor;
  /** Mean and standard deviation of its log1p value where it is. */
  readonly mean: Tensor;
  readonly sd: Tensor;
}

/** How a cell was damaged: `y = max(0, x · keep + noise · ε)`, where x is lost with probability `dropout`. */
export interface CellDamage {
  /** Share of the signal kept by gene: B × G. */
  readonly keep: Tensor;
  /** Both B × 1. */
  readonly dropout: Tensor;
  readonly noise: Tensor;
}

/** What is believed after the measurement, log1p: B × G. */
export interface Posterior {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly pExpressed: Tensor;
}

/** A value up to this was clipped: the noise had made it negative. */
const CLIPPED = 1e-6;

/**
 * The exact posterior of a clean value given its measurement. With probability 1 - π the gene is not expressed, x = 0; else
 * x ~ N(m, s²), and its signal is lost with probability d or survives. In each of the three cases y is normal, clipped at
 * zero, so that the weights of the cases, and the first two moments of x in each, are in closed form; a clipped y says that
 * the normal was below zero.
 *
 * @param y - measured values, log1p: B × G.
 */
export function posterior(tf: Tf, y: Tensor, prior: Prior, { keep, dropout, noise }: CellDamage): Posterior {
  const { logit, mean: m, sd } = prior;
  const clipped = y.lessEqual(CLIPPED);
  const variance = sd.square(); // s²
  const spread = keep.mul(sd).square().add(noise.square()).sqrt(); // √(M² s² + σ²)
  const center = keep.mul(m);
  const bound = center.neg().div(spread);
  const logClipped = logNormalCdf(bound);
  const distance = y.sub(center).div(spread);
  const survival = logClipped.where(clipped, logNormalDensity(distance).sub(spread.log()));
  // Not expressed or lost, nothing but noise is measured, and that is clipped every other time.
  const silence = tf.fill(y.shape, Math.log(0.5)).where(clipped, logNormalDensity(y.div(noise)).sub(noise.log()));
  const lostLogit = logit.add(dropout.log()); // expressed and lost against not expressed
  const logOdds = tf.addN([survival.sub(silence), logit.add(tf.log1p(dropout.neg())), tf.softplus(lostLogit).neg()]);
  const survived = logOdds.sigmoid();
  const lost = logOdds.neg().sigmoid().mul(lostLogit.sigmoid());

  const gain = keep.mul(variance).div(spread); // covariance of x and y, by the spread of y
  const hazard = logNormalDensity(bound).sub(logClipped).exp(); // φ/Φ of what was clipped
  const shift = hazard.neg().where(clipped, distance);
  const meanSurvived = m.add(gain.mul(shift));
  const left = hazard.mul(bound.add(hazard)).where(clipped, tf.onesLike(hazard)); // share of the gain² that is known
  const varianceSurvived = tf.relu(variance.sub(gain.square().mul(left)));

  const mean = lost.mul(m).add(survived.mul(meanSurvived));
  const second = lost.mul(variance.add(m.square())).add(survived.mul(varianceSurvived.add(meanSurvived.square())));
  return { mean, variance: tf.relu(second.sub(mean.square())), pExpressed: lost.add(survived) };
}

/** How a gene is expressed among the clean training cells: G each. */
export interface GenePrior {
  readonly logit: Float32Array;
  readonly mean: Float32Array;
  readonly logSd: Float32Array;
}

/** Reads {@link GenePrior} from clean cells, cells × genes. */
export function genePrior(values: Float32Array, genes: number): GenePrior {
  const cells = values.length / genes;
  const seen = new Float64Array(genes);
  const sum = new Float64Array(genes);
  const squares = new Float64Array(genes);
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value === 0) continue;
    const g = at % genes;
    seen[g]!++;
    sum[g]! += value;
    squares[g]! += value * value;
  }
  const mean = Float32Array.from(sum, (total, g) => (seen[g]! > 0 ? total / seen[g]! : 1));
  const logit = Float32Array.from(seen, (count) => {
    const rate = Math.min(0.998, Math.max(0.002, count / cells));
    return Math.log(rate / (1 - rate));
  });
  // The spread of a gene seen once or always alike is not known; a tenth of a unit is little for log1p values.
  const logSd = Float32Array.from(squares, (square, g) =>
    Math.log(Math.sqrt(Math.max(0.01, square / Math.max(1, seen[g]!) - mean[g]! ** 2))),
  );
  return { logit, mean, logSd };
}

/** Largest and smallest logarithm of a prior's spread. */
const LOG_SD_RANGE = [-3, 1.5] as const;

/** The prior of every gene in the light of the cell: the training cells' statistics, moved by the context. */
export function contextualPrior(
  tf: Tf,
  parameters: Parameters,
  { logit, mean, logSd }: GenePrior,
  width: number,
): { of: (context: Tensor) => Prior; dispose: () => void } {
  const genes = logit.length;
  const decode = parameters.linear("posterior.decode", width, 3 * genes, 0.5);
  const own = [tf.tensor1d(logit), tf.tensor1d(mean), tf.tensor1d(logSd)] as const;
  return {
    of(context) {
      const [moveLogit, moveMean, moveSd] = tf.split(linear(tf, context, decode), 3, 1) as [Tensor, Tensor, Tensor];
      return {
        logit: own[0].add(moveLogit),
        mean: own[1].add(moveMean.mul(0.5)),
        sd: own[2]
          .add(moveSd.mul(0.3))
          .clipByValue(...LOG_SD_RANGE)
          .exp(),
      };
    },
    dispose: () => tf.dispose([...own]),
  };
}
