import { DenseMatrix } from "../anndata/dense.js";
import { checkGenes, type RepairModel } from "./model.js";
import type { TrainingData } from "./training-data.js";

/**
 * Every cell becomes the mean of the clean training cells: what can be had without looking at the cell.
 * @example
 * const model = await repair.fitGeneMean(task);
 */
export async function fitGeneMean(task: TrainingData): Promise<RepairModel> {
  const { genes } = task;
  const { mean } = task.scaling;
  return {
    name: "gene-mean",
    label: "Gene mean",
    parameters: mean.length,
    async repair(cells) {
      checkGenes("gene mean", genes, cells);
      const repaired = new Float32Array(cells.nObs * genes.length);
      for (let i = 0; i < cells.nObs; i++) repaired.set(mean, i * genes.length);
      return { mean: new DenseMatrix([cells.nObs, genes.length], repaired) };
    },
  };
}
