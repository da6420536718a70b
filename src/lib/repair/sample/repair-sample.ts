import { AnnData } from "../../anndata/anndata.js";
import { resolveOptions } from "../../options.js";
import { cellsInMemory, matrixAt } from "./sample-cells.js";
import type { SampleModel } from "./sample-model.js";
import { REPAIR_SAMPLE_DEFAULTS, type RepairSampleOptions, SampleRepair, type SampleReport } from "./sample-repair.js";

/**
 * Repairs a sample. The result has, beside all that the sample has:
 *
 * - `layers.repaired`: log1p of counts per ten thousand, X's shape, at least 0; genes that the model lacks keep their normalised input;
 * - `layers.repaired_std`: standard deviation of what is not known of each value, scaled to the errors on validation cells; NaN for genes
 *   that the model lacks;
 * - where asked for, `layers.repaired_low` and `layers.repaired_high`: ends of the calibrated intervals ({@link calibrateIntervals}), NaN alike;
 * - `obs.repair_severity`: share of the cell's seen genes that damage took, estimated, or that of the severity told;
 *   `obs.repair_confidence`: the correlation with the clean cell to be expected ({@link confidenceOf}), NaN for cells unlike the training
 *   cells; `obs.repair_distance`, above 1 in these, and `obs.repair_unlike_training`;
 * - `var.repairable`; `uns.repair`: where all this comes from.
 *
 * The sample is not changed; the result shares its matrices.
 *
 * @param adata - counts in X, layers.counts or raw, or log1p values of counts per ten thousand (other totals are scaled).
 * @throws SampleRefused where the sample has too few of the model's genes, or, unless `force`, is far outside the training damage or mostly
 * unlike the training cells.
 * @example
 * const { adata: repaired, report } = await repair.repairSample(sample, await repair.loadSampleModel("blood-model"));
 */
export async function repairSample(
  adata: AnnData,
  sampleModel: SampleModel,
  options: RepairSampleOptions = {},
): Promise<{ adata: AnnData; report: SampleReport }> {
  const resolved = resolveOptions<Required<RepairSampleOptions>>(
    "repair.repairSample",
    options,
    REPAIR_SAMPLE_DEFAULTS,
  );
  const repair = await SampleRepair.begin(cellsInMemory(adata), sampleModel, resolved);
  const values = matrixAt(adata, repair.inspection.values.place)!;
  const layers = await repair.repair(0, values, adata.X.kind !== "dense");
  const { report, ...tables } = repair.tables();
  const { X, obsm, varm, obsp, varp, raw } = adata;
  const repaired = new AnnData({
    ...{ X, obsm, varm, obsp, varp, ...(raw && { raw }) },
    layers: { ...adata.layers, ...layers },
    ...tables,
  });
  return { adata: resolved.modelGenesOnly ? repairableOnly(repaired) : repaired, report };
}

/** A repaired sample, or some of its cells, without the genes that the model lacks. */
export function repairableOnly(adata: AnnData): AnnData {
  const { values } = adata.var.get("repairable") as { values: Uint8Array };
  return adata.select({ var: Array.from(values, Boolean) });
}
