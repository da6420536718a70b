import { clusterFlow, type ClusterStage } from "../cluster-flow.js";
import { compose } from "../compose.js";
import { dotPlot, type DotPlotData } from "../dot-plot.js";
import { checkOptions, type Figure } from "../figure.js";
import { volcano, type VolcanoData, type VolcanoOptions } from "../volcano.js";

/** Data of {@link section39}. */
export interface Section39Data {
  /** Clusters of the cells: clean, degraded, repaired. */
  clusters: readonly ClusterStage[];
  /** Markers in the clusters of the repaired cells. */
  markers: DotPlotData;
  /** A test of every gene between two groups of repaired cells. */
  genes: VolcanoData;
}

/** Options of {@link section39}. */
export interface Section39Options {
  genes?: VolcanoOptions;
}

/**
 * §3.9, downstream tasks: where the cells of each cluster go, the markers of the clusters, and differential expression.
 * @throws {RangeError} as `clusterFlow`, `dotPlot` and `volcano`
 * @example
 * section39({
 *   clusters: [{ label: "clean", assignments: ["T", "B"] }, { label: "repaired", assignments: ["0", "1"] }],
 *   markers: { groups: ["0", "1"], genes: ["MS4A1"], mean: [0.02, 1.8], share: [0.01, 0.85] },
 *   genes: { genes: ["GNLY", "CD3D"], logFoldChange: [5.1, -2.2], pAdjusted: [1e-40, 1e-12] },
 * });
 */
export const section39 = ({ clusters, markers, genes }: Section39Data, options: Section39Options = {}): Figure => {
  const name = "section-39-downstream";
  checkOptions(name, options, ["genes"]);
  return compose(name, "Analyses of repaired cells.", [
    { heading: "Clusters", figure: clusterFlow(clusters) },
    { heading: "Markers of the clusters", figure: dotPlot(markers) },
    { heading: "Differential expression", figure: volcano(genes, { maxGenes: 1500, ...options.genes }) },
  ]);
};
