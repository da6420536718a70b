export { fitAffine, fitAffinePca, type AffineOptions, type AffinePcaOptions } from "./affine.js";
export { backendReport, type BackendReport } from "../engine/backend.js";
export type { Measure } from "./bootstrap-cells.js";
export {
  compareDrawn,
  comparePaired,
  type ComparePairedOptions,
  type DrawnScore,
  type PairedComparison,
} from "./comparison.js";
export {
  calibrateIntervals,
  type CalibrateIntervalsOptions,
  type IntervalEnds,
  intervalEnds,
  type Intervals,
  standardDeviations,
} from "./conformal.js";
export { countDamage, eitherDamage, paperDamage, type Damage } from "./damage.js";
export { fitCqn, type FitCqnOptions } from "./cqn.js";
export { fitDae, type DaeConfig, type DaeOptions } from "./dae.js";
export { fitDegradedInput } from "./degraded-input.js";
export type { DiffRepairerConfig } from "./diffrepairer/config.js";
export { fitDiffRepairer, type DiffRepairerOptions } from "./diffrepairer/diffrepairer.js";
export { fitDiffusion, type DiffusionConfig, type DiffusionOptions } from "./diffusion.js";
export type { DanfoFrame } from "./danfo.js";
export { distil, type DistilOptions } from "./distil.js";
export {
  Downstream,
  DOWNSTREAM_MEASURES,
  type DownstreamMeasures,
  type DownstreamOptions,
} from "./downstream/downstream.js";
export { evaluate, type Agreement, type Detection, type EvaluateOptions, type Evaluation } from "./evaluate.js";
export { BIOLOGICAL_SCORES, type Biology, type BiologicalScore, type ComparedScore } from "./scores/biology.js";
export { type IntervalQuality, type IntervalRow, intervalScores, type RepairedPair } from "./scores/interval-scores.js";
export { fitGeneMean } from "./gene-mean.js";
export {
  attention,
  classAttention,
  meansByGroup,
  rollout,
  type AttentionMaps,
  type GroupMeans,
} from "./interpret/attention.js";
export {
  faithfulness,
  rankAgreement,
  type FaithfulnessOptions,
  type FaithfulnessRow,
  type ModuleRanking,
} from "./interpret/faithfulness.js";
export { contextEffect, influence, repairedWithout } from "./interpret/influence.js";
export {
  annotateModules,
  geneModulesOf,
  type AnnotateModulesOptions,
  type ModuleAnnotation,
} from "./interpret/modules.js";
export { fitLinearFusion, type LinearFusionOptions } from "./linear-fusion.js";
export { loadModel } from "./load-model.js";
export type { SaveOptions, TrainingOrigin } from "./saved-model.js";
export { fit, METHODS, type MethodId, type RepairMethod } from "./methods.js";
export type { Repaired, RepairModel, RepairOptions, Severities } from "./model.js";
export { fitNearestCells, type NearestCellsOptions } from "./nearest-cells.js";
export { fitMagic, type FitMagicOptions } from "./magic.js";
export type { NetworkModel } from "./network-model.js";
export { fitPcaRegression, type PcaRegressionOptions } from "./pca-regression.js";
export {
  biologyTable,
  RESULT_MIME,
  ResultTable,
  resultTable,
  type ResultJson,
  type ShownTable,
} from "./result-table.js";
export { fitRidge, type RidgeOptions } from "./ridge.js";
export {
  describeCheck,
  inspectSample,
  type InspectSampleOptions,
  type SampleInspection,
  SampleRefused,
} from "./sample/inspect-sample.js";
export { type SampleCheck } from "./sample/check-sample.js";
export { type GeneMatch, type NamedGenes } from "./sample/match-genes.js";
export { repairFile, type FileProgress, type RepairFileOptions } from "./sample/repair-file.js";
export { repairSample } from "./sample/repair-sample.js";
export { P_VALUE_WARNING, type RepairSampleOptions, type SampleReport } from "./sample/sample-repair.js";
export {
  loadSampleModel,
  SAMPLE_SEVERITIES,
  type SampleContext,
  type SampleModel,
  type SampleModelFacts,
  type SampleSeverity,
  saveSampleModel,
} from "./sample/sample-model.js";
export { trainSampleModel, type TrainSampleModelOptions } from "./sample/train-sample-model.js";
export { prepare, type PrepareOptions, type RepairTask, withoutTest } from "./task.js";
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
export { fitVae, type VaeConfig, type VaeOptions } from "./vae.js";
export { fitZinb, type ZinbConfig, type ZinbOptions } from "./zinb.js";
