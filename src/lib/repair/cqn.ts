import { DenseMatrix } from "../anndata/dense.js";
import { geneGc, geneLengths } from "../degrade/gene-numbers.js";
import { resolveOptions } from "../options.js";
import { conditionalQuantiles } from "../pp/conditional-quantiles.js";
import { checkGenes, type RepairModel } from "./model.js";
import { dense, type TrainingData } from "./training-data.js";

/** Options of {@link fitCqn}. */
export interface FitCqnOptions {
  /** Genes by which a cell's curves are fitted: those of the highest mean in the clean training cells. Default: 500, or all. */
  readonly fittedGenes?: number;
  /** The quantile that is regressed. Default: 0.5, the median. */
  readonly tau?: number;
  /** Give the residuals of every cell the distribution they have in the clean training cells. Default: true. */
  readonly sqn?: boolean;
}

/**
 * Conditional quantile normalisation (Hansen, Irizarry and Wu 2012) as a repair: a degraded cell's smooth effects of GC content and gene
 * length give way to those of the clean training cells.
 *
 * cqn's log2 expression is here the task's log1p of counts per ten thousand over ln 2, whose size factors are 1 already. cqn adds one level
 * to a normalised sample, which suits comparisons between samples; to come back to the scale of clean cells, the mean curve of the clean
 * training cells is added in its place, and values below 0 become 0.
 *
 * @throws Error where `var` of the training cells has no `length` or `gc`.
 * @throws RangeError where too few genes are fitted, or an option is out of range.
 * @example
 * const model = await repair.fitCqn(task);
 */
export async function fitCqn(task: TrainingData, options: FitCqnOptions = {}): Promise<RepairModel> {
  const { genes, train, scaling } = task;
  const { fittedGenes, tau, sqn } = resolveOptions<Required<FitCqnOptions>>("repair.fitCqn", options, {
    fittedGenes: 500,
    tau: 0.5,
    sqn: true,
  });
  if (!Number.isInteger(fittedGenes) || fittedGenes < 1) {
    throw new RangeError(`fittedGenes must be a positive whole number, not ${fittedGenes}`);
  }
  const clean = dense(train);
  const reference = conditionalQuantiles({
    y: (cell) => log2Expression(clean.row(cell)),
    samples: train.nObs,
    covariates: { gc: geneGc(train), length: geneLengths(train).map((length) => Math.log2(length / 1000)) },
    subset: highest(scaling.mean, fittedGenes),
    tau,
    sqn,
  });
  const { curves, coefficients, offset0, target } = reference;
  const width = coefficients[0]!.length;
  const mean = Float64Array.from(
    { length: width },
    (_, c) => coefficients.reduce((sum, fit) => sum + fit[c]!, 0) / coefficients.length,
  );
  const level = curves.fitted(mean);
  return {
    name: "cqn",
    label: "CQN",
    parameters: width + (target ? target.quantiles.length + 3 * target.mixture.means.length : 0),
    async repair(cells) {
      checkGenes("CQN", genes, cells);
      const degraded = dense(cells);
      const repaired = DenseMatrix.zeros([cells.nObs, genes.length]);
      for (let cell = 0; cell < cells.nObs; cell++) {
        const y = log2Expression(degraded.row(cell));
        const offset = reference.offset(y);
        const values = y.map((value, j) => Math.max(0, (value + offset[j]! - offset0 + level[j]!) * Math.LN2));
        repaired.data.set(values, cell * genes.length);
      }
      return { mean: repaired };
    },
  };
}

function log2Expression(log1p: Float32Array): Float64Array {
  return Float64Array.from(log1p, (value) => value / Math.LN2);
}

/** The places of the largest values, in rising order. */
function highest(values: Float32Array, count: number): Int32Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  return order.slice(0, count).sort();
}
