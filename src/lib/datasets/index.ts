export { annotateGenes, type AnnotateGenesOptions, type GeneAnnotation } from "./annotate-genes.js";
export { cacheFolder, dataFolder } from "./cache.js";
export { DownloadError, type DownloadFailure, type DownloadProgress } from "./download.js";
export { fetch, type FetchOptions } from "./fetch.js";
export { type GeneTable, geneTable, type Species } from "./gene-table.js";
export { pbmc3k } from "./pbmc3k.js";
export { type DataSetName, type DataSource, REGISTRY } from "./registry.js";
