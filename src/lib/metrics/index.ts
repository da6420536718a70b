export { adjustedRandIndex, fowlkesMallows, randIndex } from "./adjusted-rand-index.js";
export { byCell, byGene } from "./by-cell.js";
export {
  type ClassificationScores,
  classificationScores,
  type Confusion,
  confusion,
  heldOutF1,
  type Ranking,
} from "./confusion.js";
export { type Labels } from "./contingency.js";
export { modularity } from "./modularity.js";
export { mse } from "./mse.js";
export {
  adjustedMutualInformation,
  completeness,
  type EntropyAverage,
  homogeneity,
  mutualInformation,
  normalizedMutualInformation,
} from "./mutual-information.js";
export { pearson } from "./pearson.js";
export {
  averagePrecision,
  bestF1Threshold,
  f1Score,
  precisionRecallCurve,
  type PrecisionRecallCurve,
} from "./precision-recall.js";
export { mae, rmse } from "./rmse.js";
export { areaBelow, rocAuc, rocCurve, type RocCurve } from "./roc.js";
export { jaccardIndex, setF1, topPositions } from "./set-agreement.js";
export { silhouette, type SilhouetteOptions, silhouetteSamples } from "./silhouette.js";
export { markerSpearman, spearman } from "./spearman.js";
export { neighborsKept, trustworthiness } from "./trustworthiness.js";
