import type { DenseMatrix } from "../../anndata/dense.js";
import { adjustedRandIndex } from "../../metrics/adjusted-rand-index.js";
import { normalizedMutualInformation } from "../../metrics/mutual-information.js";
import { leiden } from "../../tl/leiden.js";
import { cellGraph } from "./cell-graph.js";

/**
 * How well Leiden clusters (30 components, 15 neighbours, resolution 1) agree with the cell types.
 *
 * @param cells - cells × genes, log1p.
 * @param types - cells of type null are clustered and not compared.
 */
export function clusterAgreement(
  cells: DenseMatrix,
  types: readonly (string | null)[],
  seed: number,
): { ari: number; nmi: number } {
  const clusters = leiden(cellGraph(cells), { seed }).obs.strings("leiden");
  return { ari: adjustedRandIndex(types, clusters), nmi: normalizedMutualInformation(types, clusters) };
}
