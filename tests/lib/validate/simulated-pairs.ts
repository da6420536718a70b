import { AnnData, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { bulk, type BulkOptions } from "../../../src/lib/degrade/index.js";
import { drawGamma, drawPoisson, random } from "../../../src/lib/stats/index.js";
import type { BulkPairs } from "../../../src/lib/validate/index.js";

/** Pairs whose degraded half is `degrade.bulk` of the clean one, each sample's severity drawn from the ranges given. */
export function simulatedPairs(options: BulkOptions, samples = 24, genes = 400, seed = 0): BulkPairs {
  const stream = random(seed, "simulated pairs");
  const mean = Float64Array.from({ length: genes }, () => 300 * Math.exp(1.2 * stream.normal()));
  const X = DenseMatrix.zeros([samples, genes]);
  for (let at = 0; at < X.data.length; at++)
    X.data[at] = drawPoisson(stream, mean[at % genes]! * drawGamma(stream, 10, 1 / 10));
  const columns = {
    length: mean.map(() => Math.round(300 * 30 ** stream.uniform())),
    gc: mean.map(() => 0.35 + 0.3 * stream.uniform()),
  };
  const patients = Array.from({ length: samples }, (_, i) => `patient${i >> 1}`);
  const clean = new AnnData({
    X,
    obs: new Frame(patients.map((name, i) => `${name}-${i % 2}`)),
    var: new Frame(
      Array.from({ length: genes }, (_, j) => `gene${j}`),
      columns,
    ),
  });
  const isTumour = patients.map((_, i) => i % 2 === 1);
  return { set: "simulated", clean, degraded: bulk(clean, { ...options, seed: seed + 1 }), patients, isTumour };
}

/** Moderate damage of every kind. */
export const DAMAGE: BulkOptions = {
  keep: [0.2, 0.5],
  lengthSlope: [-0.6, -0.3],
  gcSlope: [1, 2],
  gcCurvature: 0,
  variability: [0.2, 0.3],
};
