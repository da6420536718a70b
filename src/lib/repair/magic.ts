import { DenseMatrix } from "../anndata/dense.js";
import { magicOfMatrix, type MagicOptions } from "../pp/magic.js";
import { checkGenes, type RepairModel } from "./model.js";
import { dense, type TrainingData } from "./training-data.js";

/** Options of {@link fitMagic}: MAGIC's own, and what else is in the graph. */
export interface FitMagicOptions extends Omit<MagicOptions, "genes"> {
  /** Put the degraded training cells, in their first draw, into the graph beside the cells to repair. Default: false. */
  readonly withTraining?: boolean;
}

/**
 * MAGIC (van Dijk et al. 2018) as a repair: every degraded cell becomes a weighted mean of degraded cells like it, in log1p values. It
 * learns nothing of clean cells, and what it gives depends on the cells that are repaired together: at least `knn` + 1.
 *
 * @throws RangeError, when it repairs, where an option does not fit the cells; see `pp.magic`.
 * @example
 * const model = await repair.fitMagic(task);
 */
export async function fitMagic(task: TrainingData, options: FitMagicOptions = {}): Promise<RepairModel> {
  const { withTraining = false, ...rest } = options;
  const { genes, degraded, seed } = task;
  const training = withTraining ? degraded.train[0] : undefined;
  return {
    name: "magic",
    label: "MAGIC",
    parameters: 0,
    async repair(cells) {
      checkGenes("MAGIC", genes, cells);
      const parts = [cells, ...(training ? [training] : [])].map(dense);
      const together = DenseMatrix.zeros([parts.reduce((sum, { shape }) => sum + shape[0], 0), genes.length]);
      let at = 0;
      for (const { data } of parts) {
        together.data.set(data, at);
        at += data.length;
      }
      const { imputed } = magicOfMatrix(together, { seed, ...rest });
      const own = imputed.data.slice(0, cells.nObs * genes.length);
      return { mean: new DenseMatrix([cells.nObs, genes.length], own) };
    },
  };
}
