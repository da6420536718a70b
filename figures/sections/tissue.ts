import { compose } from "../compose.js";
import { embedding, type EmbeddingData } from "../embedding.js";
import { checkOptions, type Figure } from "../figure.js";
import { geneScatter, type GeneScatterPanel } from "../gene-scatter.js";
import { metricBars, type MethodMetrics } from "../metric-bars.js";

/** What the paper's sections on one tissue each are drawn from. */
export interface TissueData {
  /** Measures of every method on the test cells. */
  methods: readonly MethodMetrics[];
  /** Cells before, degraded and repaired, by panel, on shared axes. */
  cells: EmbeddingData & { panel: readonly string[] };
  /** Clean against degraded and repaired values. */
  genes: readonly GeneScatterPanel[];
}

/** Options of the sections on one tissue. */
export interface TissueOptions {
  /** Kind of the embedding. Default "UMAP". */
  kind?: string;
  /** Unit of the values of genes. Default "log1p(CP10k)". */
  unit?: string;
}

/** Rows for cells and for the density of genes that leave room for a third part. */
const [CELLS, BINS] = [1500, 22];

/** Parts that the sections on one tissue share: measures, cells in three states, genes against their clean values. */
export const tissueParts = (
  name: string,
  data: TissueData,
  options: TissueOptions,
): { heading: string; figure: Figure }[] => {
  checkOptions(name, options, ["kind", "unit"]);
  const { kind = "UMAP", unit = "log1p(CP10k)" } = options;
  return [
    { heading: "Measures by method", figure: metricBars(data.methods) },
    {
      heading: "Cells before degradation, degraded and repaired",
      figure: embedding(data.cells, { kind, maxCells: CELLS }),
    },
    { heading: "Genes against their clean values", figure: geneScatter(data.genes, { unit, bins: BINS }) },
  ];
};

/** One figure of a tissue. */
export const tissue = (name: string, title: string, data: TissueData, options: TissueOptions): Figure =>
  compose(name, `${title}: measures, cells and genes before and after repair.`, tissueParts(name, data, options));
