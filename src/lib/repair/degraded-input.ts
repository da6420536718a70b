import { checkGenes, type RepairModel } from "./model.js";
import { dense, type TrainingData } from "./training-data.js";

/**
 * No repair at all: the degraded cells as they are. What every method must beat.
 * @example
 * const model = await repair.fitDegradedInput(task);
 */
export async function fitDegradedInput(task: TrainingData): Promise<RepairModel> {
  const { genes } = task;
  return {
    name: "degraded-input",
    label: "Degraded input",
    parameters: 0,
    async repair(cells) {
      checkGenes("degraded input", genes, cells);
      return { mean: dense(cells).copy() };
    },
  };
}
