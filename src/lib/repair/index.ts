export { backendReport, type BackendReport } from "../engine/backend.js";
export type { Measure } from "./bootstrap-cells.js";
export { countDamage, eitherDamage, paperDamage, type Damage } from "./damage.js";
export { fitDae, type DaeConfig, type DaeOptions } from "./dae.js";
export { fitDegradedInput } from "./degraded-input.js";
export type { DanfoFrame } from "./danfo.js";
export { evaluate, type EvaluateOptions, type Evaluation } from "./evaluate.js";
export { fitGeneMean } from "./gene-mean.js";
export { fitLinearFusion, type LinearFusionOptions } from "./linear-fusion.js";
export { loadModel } from "./load-model.js";
export { fit, METHODS, type MethodId, type RepairMethod } from "./methods.js";
export type { Repaired, RepairModel, RepairOptions, Severities } from "./model.js";
export type { NetworkModel } from "./network-model.js";
export { RESULT_MIME, ResultTable, resultTable, type ResultJson, type ShownTable } from "./result-table.js";
export { fitRidge, type RidgeOptions } from "./ridge.js";
export { prepare, type PrepareOptions, type RepairTask } from "./task.js";
export {
  SD_FLOOR,
  trainingData,
  type Scaling,
  type TrainingData,
  type TrainingDataOptions,
  type TrainingParts,
} from "./training-data.js";
export {
  BUDGETS,
  PURE_JS_STEP_BUDGET,
  type Budget,
  type BudgetName,
  type EpochRecord,
  type TrainingHistory,
  type TrainingOptions,
  type TrainingProgress,
} from "./training-options.js";
export { fitTransformer, type TransformerConfig, type TransformerOptions } from "./transformer.js";
