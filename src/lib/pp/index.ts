export { calculateQcMetrics, type QcMetricsOptions } from "./calculate-qc-metrics.js";
export { gaussConnectivities, umapConnectivities } from "./connectivities.js";
export { exactKnn, type Knn } from "./exact-knn.js";
export { filterCells, type FilterCellsOptions } from "./filter-cells.js";
export { filterGenes, type FilterGenesOptions } from "./filter-genes.js";
export { cellRangerVariability, seuratVariability, type Variability } from "./gene-dispersions.js";
export { highlyVariableGenes, type HighlyVariableGenesOptions, type HvgFlavor } from "./highly-variable-genes.js";
export { log1p } from "./log1p.js";
export { alphaDecayKernel, type KernelOptions, rowStochastic } from "./diffusion-operator.js";
export { type DiffusionTime, diffusionTime, procrustesDisparity } from "./diffusion-time.js";
export { type Imputed, magic, magicOfMatrix, type MagicOptions } from "./magic.js";
export { neighbors, type NeighborsOptions } from "./neighbors.js";
export { approximateKnn } from "./nn-descent.js";
export { normalizeMatrix, normalizeTotal, type NormalizeTotalOptions } from "./normalize-total.js";
export { pca, type Pca, pcaOfMatrix, type PcaOptions, type PcaSolver } from "./pca.js";
export { scale, type ScaleOptions, standardise } from "./scale.js";
export { sparseKnn } from "./sparse-knn.js";
export { splitCells, type SplitCellsOptions } from "./split-cells.js";
export { residualVariance, type ResidualOptions, standardisedVariance } from "./ranked-genes.js";
export {
  type ConditionalQuantiles,
  conditionalQuantiles,
  type ConditionalQuantilesInput,
} from "./conditional-quantiles.js";
export { type Covariate, type CovariateCurves, covariateCurves } from "./covariate-curves.js";
export { cqn, type CqnMatrixOptions, type CqnOfMatrix, cqnOfMatrix, type CqnOptions } from "./cqn.js";
export { type TargetDistribution, targetDistribution, toTarget } from "./subset-quantiles.js";
export { downsampleCounts, type DownsampleCountsOptions, downsampleRows } from "./downsample-counts.js";
export { regressOut, type RegressOutOptions, residuals } from "./regress-out.js";
export { combat, type CombatOptions, withoutBatchEffects } from "./combat.js";
