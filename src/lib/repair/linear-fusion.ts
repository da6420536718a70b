import { DenseMatrix } from "../anndata/dense.js";
import { backend } from "../engine/backend.js";
import { scoped } from "../engine/scope.js";
import { resolveOptions } from "../options.js";
import { fitFusion, FUSION_DEFAULTS, fusionFeatures, OWN_FEATURES, type FusionOptions } from "./fusion-weights.js";
import { checkGenes, type RepairModel } from "./model.js";
import { Scaler } from "./scaler.js";
import type { TrainingData } from "./training-data.js";

/** Options of {@link fitLinearFusion}. */
export type LinearFusionOptions = FusionOptions;

/**
 * Fuses each gene's own measurement with what the whole cell says, linearly and in closed form. For gene g, z-scored,
 *
 * x̂ = Σₖ W[k, g]·fₖ + Σ_c Q[c, g]·p_c,  f = [1, z, 1[y > τ], 1[y > τ]·y/sd],
 *
 * with y the degraded log1p value, z its z-score, and p the cell's scores on the leading principal directions of the
 * degraded training cells, divided by √G. Each gene's 4 + components weights are one ridge regression over the training
 * pairs. The severity is not told to it.
 */
export async function fitLinearFusion(data: TrainingData, options: LinearFusionOptions = {}): Promise<RepairModel> {
  const fusion = resolveOptions("repair.fitLinearFusion", options, FUSION_DEFAULTS);
  if (!(fusion.lambda > 0)) throw new RangeError(`lambda must be positive, not ${fusion.lambda}`);
  const { tf } = await backend();
  const { genes, scaling } = data;
  const weights = fitFusion(tf, data, fusion);
  return {
    name: "linear-fusion",
    label: "Linear fusion",
    parameters: weights.own.length + weights.shared.length,
    async repair(cells) {
      checkGenes("linear fusion", genes, cells);
      const repaired = scoped(tf, () => {
        const scaler = new Scaler(tf, scaling);
        const { own, scores } = fusionFeatures(tf, data, cells, fusion, weights);
        const matrix = (values: Float32Array) => tf.tensor2d(values, [values.length / genes.length, genes.length]);
        const rows = tf.split(matrix(weights.own), OWN_FEATURES); // 4 of 1 × G
        const parts = own.map((feature, k) => feature.mul(rows[k]!));
        const z = tf.addN([...parts, tf.matMul(scores, matrix(weights.shared))]);
        return scaler.fromZ(z).dataSync<"float32">();
      });
      return { mean: new DenseMatrix([cells.nObs, genes.length], repaired) };
    },
  };
}
