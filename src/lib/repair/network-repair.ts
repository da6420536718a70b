import { AnnData } from "../anndata/anndata.js";
import type { Frame } from "../anndata/frame.js";
import { rowMajor } from "../anndata/matrix.js";
import { requireCounts } from "../degrade/require-counts.js";
import { log1p } from "../pp/log1p.js";
import { normalizeTotal } from "../pp/normalize-total.js";
import type { NetworkModel } from "./network-model.js";
import { knownLayer, repairableGenes, repairedLayer } from "./repaired-layers.js";

/**
 * Repairs some cells of a file: what it is given has X, obs and var; what it returns has the same cells, with layers, columns of
 * `obs` and of `var` more, and perhaps fewer genes. Layers are the same, and of one kind, for every chunk.
 */
export type RepairCells = (cells: AnnData) => Promise<AnnData>;

/** What a network makes of cells; see `RepairFileOptions`. */
export interface NetworkRepairOptions {
  readonly values: "counts" | "log1p";
  readonly genes: "all" | "model";
  readonly std: boolean;
}

/** The repair of cells by a network that finds all its genes in `var`. */
export function networkRepair(
  model: NetworkModel,
  features: Frame,
  { values, genes, std }: NetworkRepairOptions,
): RepairCells {
  const places = new Map(features.index.map((gene, k) => [gene, k]));
  const missing = model.genes.filter((gene) => !places.has(gene));
  if (missing.length > 0) {
    throw new Error(
      `The file lacks ${missing.length} of the ${model.genes.length} genes of the ${model.label} ` +
        `(${missing.slice(0, 3).join(", ")}${missing.length > 3 ? ", …" : ""}): it must name them in var as the model does.`,
    );
  }
  const columns = Int32Array.from(model.genes, (gene) => places.get(gene)!);
  const geneOf = genes === "model" ? columns.map((_, j) => j) : new Int32Array(features.length).fill(-1);
  if (genes === "all") columns.forEach((column, j) => (geneOf[column] = j));
  return async (cells) => {
    const { X, obs } = cells;
    if (values === "counts") requireCounts("repair.repairFile", X);
    const normalized = new AnnData({ X, var: cells.var });
    if (values === "counts") log1p(normalizeTotal(normalized, { targetSum: 1e4 }));
    const chosen = normalized.select({ var: columns });
    const { mean, sd } = await model.repair(chosen);
    const layers = {
      repaired: repairedLayer(rowMajor((genes === "model" ? chosen : normalized).X), { geneOf, sparse: false }, mean),
      ...(std && sd && { repaired_std: knownLayer(sd, geneOf) }),
    };
    const [described, written] =
      genes === "model" ? [features.select(columns), cells.select({ var: columns }).X] : [features.copy(), X];
    described.set("repairable", repairableGenes(geneOf));
    return new AnnData({ X: written, obs, var: described, layers, uns: { repair: { model: model.name } } });
  };
}
