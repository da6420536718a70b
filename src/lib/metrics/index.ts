export { adjustedRandIndex } from "./adjusted-rand-index.js";
export { modularity } from "./modularity.js";
export { mse } from "./mse.js";
export { pearson } from "./pearson.js";
export {
  averagePrecision,
  bestF1Threshold,
  f1Score,
  precisionRecallCurve,
  type PrecisionRecallCurve,
} from "./precision-recall.js";
