export { backendReport, type BackendReport } from "../engine/backend.js";
export type { Measure } from "./bootstrap-cells.js";
export { fitCqn, type FitCqnOptions } from "./cqn.js";
export { fitDae, type DaeConfig, type DaeOptions } from "./dae.js";
export { fitDegradedInput } from "./degraded-input.js";
export type { DanfoFrame } from "./danfo.js";
export { evaluate, type EvaluateOptions, type Evaluation } from "./evaluate.js";
export { fitGeneMean } from "./gene-mean.js";
export { fitLinearFusion, type LinearFusionOptions } from "./linear-fusion.js";
export { loadModel } from "./load-model.js";
export { fitMagic, type FitMagicOptions } from "./magic.js";
export type { Repaired, RepairModel } from "./model.js";
export type { NetworkModel } from "./network-model.js";
export { RESULT_MIME, ResultTable, resultTable, type ResultJson, type ShownTable } from "./result-table.js";
export { fitRidge, type RidgeOptions } from "./ridge.js";
export { prepare, SD_FLOOR, type PrepareOptions, type RepairTask, type Scaling } from "./task.js";
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
