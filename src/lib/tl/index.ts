export { aggregate, type AggregateFunction, type AggregateOptions, aggregateRows } from "./aggregate.js";
export { type CompareGroupsOptions, compareGroups, type GroupComparison, type GroupTest } from "./compare-groups.js";
export { type CellRows, cellRows, float64Rows } from "./cell-rows.js";
export { type GeneColumns, geneColumns } from "./gene-columns.js";
export { groupMoments, type GroupMoments, groupSums, type GroupSums, restMoments } from "./group-moments.js";
export { logisticRegression, type LogisticRegression, type LogisticRegressionOptions } from "./logistic-regression.js";
export {
  type ByGroup,
  rankGenesGroups,
  type RankGenesGroups,
  type RankGenesGroupsOptions,
} from "./rank-genes-groups.js";
export { rankGenesGroupsFrame, type RankGenesGroupsFrameOptions } from "./rank-genes-groups-frame.js";
export { logFoldChange } from "./ranked-lists.js";
export { rankSums, type RankSums } from "./rank-sums.js";
export { controlGenes, scoreGenes, type ScoreGenesOptions, scoreOfSets } from "./score-genes.js";
