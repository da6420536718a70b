export { diffmap, type DiffmapOptions, diffusionMap } from "./diffmap.js";
export { diffusionPseudotime, dpt, type DptOptions } from "./dpt.js";
export { connectedComponents } from "./graph-components.js";
export { leiden, type LeidenOptions, leidenPartition } from "./leiden.js";
export { spectralLayout } from "./spectral-layout.js";
export { umap, type UmapOptions } from "./umap.js";
export { umapCurve } from "./umap-curve.js";
export { optimizeLayout, type UmapLayoutOptions } from "./umap-layout.js";
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
export { dendrogram, type DendrogramOptions, linkage, type LinkageMethod, type Merge } from "./dendrogram.js";
export { type GroupConnectivities, groupConnectivities, paga, type PagaOptions } from "./paga.js";
export { louvain, type LouvainOptions, louvainPartition } from "./louvain.js";
export { type Enrichment, enrichGenes, type EnrichGenesOptions } from "./enrich-genes.js";
