/**
 * Figures: pure functions, data → Vega-Lite 6 spec with a file name and a caption made from the data.
 *
 * | section of the paper         | figures                                                         |
 * | ---------------------------- | --------------------------------------------------------------- |
 * | 2.1 data sets                | {@link qcViolins}, {@link meanVariance}, {@link cellTypeSplit}  |
 * | 2.2 degradation              | {@link degradationByLength}, {@link degradationPresets}         |
 * | simulators, validation       | {@link simulatorComparison}, {@link validationCurves}, {@link validationIntervals} |
 * | 2.4 model and training       | {@link trainingCurves}                                          |
 * | 3.1 overall, 3.2 PBMC3k      | {@link metricBars}, {@link geneScatter}, {@link embedding}      |
 * | 3.7 statistics               | {@link criticalDifference}, {@link forestPlot}                  |
 * | 3.8 interpretation           | {@link attentionMap}, {@link faithfulnessCurves}                |
 * | appendix B                   | {@link markerGenes}, {@link markerGenesByType}                  |
 *
 * @packageDocumentation
 */
export { attentionMap, type AttentionMapData, type AttentionMapOptions } from "./attention-map.js";
export { cellTypeSplit, type CellTypeSplitData, type CellTypeSplitOptions } from "./cell-type-split.js";
export {
  degradationByLength,
  type DegradationByLengthData,
  type DegradationByLengthOptions,
} from "./degradation-by-length.js";
export {
  degradationPresets,
  type DegradationPresetRow,
  type DegradationPresetsOptions,
} from "./degradation-presets.js";
export {
  criticalDifference,
  type CriticalDifferenceData,
  type CriticalDifferenceOptions,
} from "./critical-difference.js";
export { embedding, type EmbeddingData, type EmbeddingOptions } from "./embedding.js";
export { faithfulnessCurves, type FaithfulnessOptions, type FaithfulnessPoint } from "./faithfulness.js";
export { MAX_ROWS, type Figure, type Numbers } from "./figure.js";
export { forestPlot, type ForestPlotOptions, type ForestRow } from "./forest-plot.js";
export { geneScatter, type GeneScatterOptions, type GeneScatterPanel } from "./gene-scatter.js";
export {
  markerGenes,
  markerGenesByType,
  type MarkerGenesByTypeOptions,
  type MarkerGenesData,
  type MarkerGenesOptions,
} from "./marker-genes.js";
export { meanVariance, type MeanVarianceData, type MeanVarianceOptions } from "./mean-variance.js";
export { metricBars, type Interval, type MethodMetrics, type Metric, type MetricBarsOptions } from "./metric-bars.js";
export { qcViolins, type QcData, type QcViolinsOptions, type Range } from "./qc-violins.js";
export { simulatorComparison, type CountProperties, type SimulatorComparisonOptions } from "./simulator-comparison.js";
export { cellTypeColors, methodColors, OKABE_ITO, theme } from "./theme.js";
export { trainingCurves, type TrainingCurve, type TrainingCurvesOptions } from "./training-curves.js";
export {
  validationCurves,
  type ValidationCurvesOptions,
  validationIntervals,
  type ValidationIntervalsOptions,
  type ValidationLine,
  type ValidationMeasure,
} from "./validation.js";
