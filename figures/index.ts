/**
 * Figures: pure functions, data → Vega-Lite 6 spec with a file name and a caption made from the data.
 *
 * | section of the paper         | one figure         | made of                                                         |
 * | ---------------------------- | ------------------ | --------------------------------------------------------------- |
 * | 2.1 data sets                |                    | {@link qcViolins}, {@link meanVariance}, {@link cellTypeSplit}  |
 * | 2.2 degradation              |                    | {@link degradationByLength}, {@link degradationPresets}         |
 * | simulators, validation       |                    | {@link simulatorComparison}, {@link validationCurves}, {@link validationIntervals} |
 * | 2.4 model and training       |                    | {@link trainingCurves}                                          |
 * | 3.1 overall                  | {@link section31}  | {@link metricTable}, {@link criticalDifference}                 |
 * | 3.2 PBMC3k                   | {@link section32}  | {@link metricBars}, {@link embedding}, {@link geneScatter}      |
 * | 3.3 PBMC68k, 3.4 mouse brain | {@link section33}, {@link section34} | as 3.2                                        |
 * | 3.5 liver time series        | {@link section35}  | as 3.2, {@link ridgePlot}                                       |
 * | 3.6 pancreas, rare cells     | {@link section36}  | as 3.2, {@link metricTable}                                     |
 * | 3.7 statistics               | {@link section37}  | {@link criticalDifference}, {@link forestPlot}                  |
 * | 3.8 interpretation           | {@link section38}  | {@link tokenAttention}, {@link attentionMap}, {@link moduleMarkers}, {@link faithfulnessCurves} |
 * | 3.9 downstream tasks         | {@link section39}  | {@link clusterFlow}, {@link dotPlot}, {@link volcano}           |
 * | 3.10 robustness              | {@link section310} | {@link responseCurves}                                          |
 * | tables 1 to 3                | {@link table1}, {@link table2}, {@link table3} | {@link metricTable}                 |
 * | appendix B                   | {@link appendixB}  | {@link markerGenes}; {@link markerGenesByType}                  |
 *
 * Markers: {@link markerHeatmap}. Calibration: {@link coverageCurve}, {@link reliabilityDiagram}. To explore: {@link linkedCells} (read
 * back by {@link selectedCells}), {@link genePicker}, {@link severitySlider}. Any figure: {@link onDark} for a dark page,
 * {@link compose}, {@link saveFigure}.
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
export { clusterFlow, type ClusterStage } from "./cluster-flow.js";
export { compose } from "./compose.js";
export { coverageCurve, type Coverage } from "./coverage-curve.js";
export { onDark } from "./dark.js";
export { dotPlot, type DotPlotData, type DotPlotOptions } from "./dot-plot.js";
export { genePicker, type GenePickerOptions } from "./gene-picker.js";
export { BRUSH, linkedCells, MAX_GENES, type LinkedCellsData, type LinkedCellsOptions } from "./linked-cells.js";
export { markerHeatmap, type MarkerHeatmapData, type MarkerHeatmapOptions } from "./marker-heatmap.js";
export {
  metricTable,
  type MetricTableData,
  type MetricTableOptions,
  type TableMetric,
  type TableRow,
} from "./metric-table.js";
export { moduleMarkers, type ModuleMarkersData, type ModuleMarkersOptions } from "./module-markers.js";
export type { PageOptions, PrintWidth } from "./page.js";
export { reliabilityDiagram, type Reliability, type ReliabilityOptions } from "./reliability-diagram.js";
export { responseCurves, type ResponseCurvesOptions, type ResponsePoint } from "./response-curves.js";
export { ridgePlot, type Ridge, type RidgePlotOptions } from "./ridge-plot.js";
export { figureFiles, saveFigure, type FigureFormat, type SaveOptions } from "./save.js";
export { appendixB } from "./sections/appendix-b.js";
export { section31, type Section31Data } from "./sections/section-31.js";
export { section310, type Section310Data } from "./sections/section-310.js";
export { section32 } from "./sections/section-32.js";
export { section33 } from "./sections/section-33.js";
export { section34 } from "./sections/section-34.js";
export { section35, type Section35Data } from "./sections/section-35.js";
export { section36, type Section36Data } from "./sections/section-36.js";
export { section37, type Section37Data, type Section37Options } from "./sections/section-37.js";
export { section38, type Section38Data } from "./sections/section-38.js";
export { section39, type Section39Data, type Section39Options } from "./sections/section-39.js";
export { table1, table2, table3 } from "./sections/tables.js";
export type { TissueData, TissueOptions } from "./sections/tissue.js";
export { selectedCells, type BrushValue } from "./selected-cells.js";
export { severitySlider, type SeveritySliderData, type SeveritySliderOptions } from "./severity-slider.js";
export { tokenAttention, type TokenAttentionData } from "./token-attention.js";
export { volcano, type VolcanoData, type VolcanoOptions } from "./volcano.js";
