import type { Frame } from "../anndata/frame.js";
import { quantile } from "../stats/describe.js";
import { drawGamma } from "../stats/draw-gamma.js";
import { random, type Random } from "../stats/random.js";
import type { SimulationParameters } from "./simulation-parameters.js";

type Seeded = SimulationParameters & { seed: number };

/** The genes' means, which go into the table with their outliers' factors. */
export function drawBaseMeans(parameters: Seeded, variables: Frame): Float64Array {
  const { genes, seed, meanShape, meanRate, outlierProbability, outlierLocation, outlierScale } = parameters;
  const stream = random(seed, "simulate", "mean");
  const means = Float64Array.from({ length: genes }, () => drawGamma(stream, meanShape, 1 / meanRate));
  const middle = genes > 0 ? quantile(means, 0.5) : 0;
  const outlierStream = random(seed, "simulate", "outlier");
  const factors = Float64Array.from(means, () => {
    const factor = Math.exp(outlierLocation + outlierScale * outlierStream.normal());
    return outlierStream.uniform() < outlierProbability ? factor : 1;
  });
  for (let j = 0; j < genes; j++) if (factors[j] !== 1) means[j] = middle * factors[j]!;
  variables.set("base_mean", means).set("outlier", factors);
  return means;
}

/** The factors of a group's genes; 1 for those that do not differ. */
export function drawDifferences(parameters: Seeded, group: number): Float64Array {
  const { genes, seed, deProbability, deDownProbability, deLocation, deScale } = parameters;
  const stream = random(seed, "simulate", "difference", String(group));
  return Float64Array.from({ length: genes }, () => {
    const isDifferent = stream.uniform() < deProbability;
    const isDown = stream.uniform() < deDownProbability;
    // The direction is drawn apart, so the factor itself is taken as one above 1.
    const logarithm = Math.abs(deLocation + deScale * stream.normal());
    return isDifferent ? Math.exp(isDown ? -logarithm : logarithm) : 1;
  });
}

/** The factors of a batch's genes; 1 where there is one batch. */
export function drawBatch(parameters: Seeded, batch: number): Float64Array {
  const { genes, seed, batches, batchLocation, batchScale } = parameters;
  if (batches.length === 1) return new Float64Array(genes).fill(1);
  const stream = random(seed, "simulate", "batch factor", String(batch));
  return Float64Array.from({ length: genes }, () => Math.exp(batchLocation + batchScale * stream.normal()));
}

/** A number from 0 for each of `count` cells, each as probable as its share. */
export function drawShares(shares: readonly number[], count: number, stream: Random): Int32Array {
  return Int32Array.from({ length: count }, () => {
    let rest = stream.uniform();
    for (let k = 0; k < shares.length - 1; k++) {
      if (rest < shares[k]!) return k;
      rest -= shares[k]!;
    }
    return shares.length - 1;
  });
}

/** Lengths and GC about as of human genes. */
export function addLengths(variables: Frame, stream: Random): void {
  const lengths = variables.index.map(() => Math.max(200, Math.round(2500 * Math.exp(0.9 * stream.normal()))));
  const gc = variables.index.map(() => Math.min(0.8, Math.max(0.25, 0.48 + 0.08 * stream.normal())));
  variables.set("length", lengths).set("gc", gc);
}
