export { calculateQcMetrics, type QcMetricsOptions } from "./calculate-qc-metrics.js";
export { gaussConnectivities, umapConnectivities } from "./connectivities.js";
export { exactKnn, type Knn } from "./exact-knn.js";
export { filterCells, type FilterCellsOptions } from "./filter-cells.js";
export { filterGenes, type FilterGenesOptions } from "./filter-genes.js";
export {
  highlyVariableGenes,
  type HighlyVariableGenesOptions,
  seuratVariability,
  type Variability,
} from "./highly-variable-genes.js";
export { log1p } from "./log1p.js";
export { neighbors, type NeighborsOptions } from "./neighbors.js";
export { approximateKnn } from "./nn-descent.js";
export { normalizeMatrix, normalizeTotal, type NormalizeTotalOptions } from "./normalize-total.js";
export { pca, type Pca, pcaOfMatrix, type PcaOptions } from "./pca.js";
export { scale, type ScaleOptions, standardise } from "./scale.js";
export { splitCells, type SplitCellsOptions } from "./split-cells.js";
