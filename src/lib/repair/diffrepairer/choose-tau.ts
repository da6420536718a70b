import { fitLinearFusion, type LinearFusionOptions } from "../linear-fusion.js";
import type { TrainingData } from "../training-data.js";
import { validationError } from "../validation-error.js";

/** Limits of detection that are tried, log1p: below the least value of a detected gene, above most noise. */
const CANDIDATES = [0.2, 0.4, 0.6] as const;

/** The limit of detection with which the linear fusion errs least on the validation cells, z-scored. */
export async function chooseTau(data: TrainingData, options: Omit<LinearFusionOptions, "tau">): Promise<number> {
  let best: { tau: number; error: number } = { tau: CANDIDATES[0], error: Infinity };
  for (const tau of CANDIDATES) {
    const error = await validationError(await fitLinearFusion(data, { ...options, tau }), data);
    if (error < best.error) best = { tau, error };
  }
  return best.tau;
}
