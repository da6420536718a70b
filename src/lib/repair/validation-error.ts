import { mse } from "../metrics/mse.js";
import type { RepairModel } from "./model.js";
import { dense, toZScores, type TrainingData } from "./training-data.js";

/** Mean squared error of a model's repair of the degraded validation cells, z-scored: what settings are chosen by. */
export async function validationError(model: RepairModel, data: TrainingData): Promise<number> {
  const clean = dense(data.validation).copy();
  const { mean } = await model.repair(data.degraded.validation);
  toZScores(clean, data.scaling);
  toZScores(mean, data.scaling);
  return mse(clean.data, mean.data);
}
