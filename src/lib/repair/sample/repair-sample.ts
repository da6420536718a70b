import { AnnData } from "../../anndata/anndata.js";
import { DenseMatrix } from "../../anndata/dense.js";
import type { Frame } from "../../anndata/frame.js";
import { packageVersion } from "../../datasets/cache.js";
import { resolveOptions } from "../../options.js";
import { quantile } from "../../stats/describe.js";
import { intervalEnds, standardDeviations } from "../conformal.js";
import type { Repaired } from "../model.js";
import { knownLayer, repairableGenes, repairedLayer } from "../repaired-layers.js";
import { confidenceOf } from "./confidence.js";
import { inspectSample, type InspectSampleOptions, type SampleInspection, SampleRefused } from "./inspect-sample.js";
import { matchGenes, namedGenes } from "./match-genes.js";
import { knownGenes, modelCells, severitiesOf } from "./model-input.js";
import type { SampleModel, SampleSeverity } from "./sample-model.js";
import { unlikeness } from "./training-reference.js";

/** Options of {@link repairSample}. */
export interface RepairSampleOptions extends InspectSampleOptions {
  /** How strongly the cells are damaged: estimated from each, or one of the training damage's names for all. Default: "estimate". */
  readonly severity?: "estimate" | SampleSeverity;
  /** Leaves out the genes that the model lacks. Default: false. */
  readonly modelGenesOnly?: boolean;
  /** Writes `layers.repaired_std`. Default: true. */
  readonly std?: boolean;
  /** Writes `layers.repaired_low` and `layers.repaired_high`. Default: false. */
  readonly intervals?: boolean;
  /** Repairs a sample that is far outside the training damage, or mostly unlike the training cells. Default: false. */
  readonly force?: boolean;
}

/** What {@link repairSample} found. */
export interface SampleReport extends SampleInspection {
  readonly severity: { readonly source: "estimate" | SampleSeverity; readonly median: number };
  /** Median over the cells that are like the training cells. */
  readonly confidence: number;
  /** Cells unlike the training cells. */
  readonly unlike: { readonly cells: number; readonly share: number };
}

/** What is written beside repaired values, wherever they go. */
export const P_VALUE_WARNING =
  "Repaired values are estimates that borrow from other cells and genes: p values computed on them are too small. " +
  "Test on the counts; use repaired values to look, rank and cluster, with repaired_std beside them.";

/** More cells unlike the training cells than this, and the model is the wrong one. */
const MOSTLY = 0.5;

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
  const { minShare, severity, modelGenesOnly, std, intervals, force } = resolveOptions<Required<RepairSampleOptions>>(
    "repair.repairSample",
    options,
    { minShare: 0.5, severity: "estimate", modelGenesOnly: false, std: true, intervals: false, force: false },
  );
  const { model, context } = sampleModel;
  const inspection = inspectSample(adata, sampleModel, { minShare });
  const far = inspection.checks.filter(({ verdict }) => verdict === "far");
  if (far.length > 0 && !force) {
    throw new SampleRefused(
      `the sample is not like what the model was trained on: ${inspection.warnings.join("; ")}. ` +
        `Train on data like it, or repair it all the same with force (--force)`,
    );
  }
  const cells = modelCells(inspection, sampleModel);
  const distance = unlikeness(context.reference, context.scaling, cells);
  const isUnlike = distance.map((value) => Number(value > 1));
  const unlike = isUnlike.reduce((sum, value) => sum + value, 0);
  const share = cells.nObs > 0 ? unlike / cells.nObs : 0;
  const warnings = [...inspection.warnings];
  if (unlike > 0) {
    const percent = (100 * share).toFixed(share < 0.1 ? 1 : 0);
    const expected = "among the training data's own 1 % are";
    warnings.push(
      `${unlike} cells (${percent} %) are unlike the training cells; ${expected}: see obs.repair_unlike_training`,
    );
  }
  if (share > MOSTLY && !force) {
    throw new SampleRefused(
      `${warnings.at(-1)}. The model is of other cells (${context.facts.data.name}): train on data like the sample, or repair it all ` +
        `the same with force (--force)`,
    );
  }

  const { lost, told } = severitiesOf(inspection, sampleModel, cells, severity);
  const repaired = await model.repair(cells, told ? { severity: told } : {});
  for (let at = 0; at < repaired.mean.data.length; at++) repaired.mean.data[at] = Math.max(0, repaired.mean.data[at]!);
  const known = knownGenes(inspection);
  const confidence = confidenceOf(context.intervals, repaired, context.scaling, known).map((value, i) =>
    isUnlike[i] ? NaN : value,
  );
  const report: SampleReport = {
    ...inspection,
    warnings,
    severity: { source: severity, median: medianOf(lost) },
    confidence: medianOf(confidence.filter((value) => !Number.isNaN(value))),
    unlike: { cells: unlike, share },
  };
  const obs = adata.obs.copy();
  obs.set("repair_severity", lost);
  obs.set("repair_confidence", confidence);
  obs.set("repair_distance", distance);
  obs.set("repair_unlike_training", { kind: "boolean", values: Uint8Array.from(isUnlike) });
  const written = withLayers(adata, sampleModel, { repaired, report, obs, std, intervals });
  return { adata: modelGenesOnly ? repairableOnly(written) : written, report };
}

interface Written {
  readonly repaired: Repaired;
  readonly report: SampleReport;
  readonly obs: Frame;
  readonly std: boolean;
  readonly intervals: boolean;
}

function withLayers(
  adata: AnnData,
  { context }: SampleModel,
  { repaired, report, obs, std, intervals }: Written,
): AnnData {
  const { normalized, values, match } = report;
  // X may have other genes than the values that were repaired, where these come from raw.
  const place = values.var === adata.var ? undefined : new Map(values.var.index.map((gene, k) => [gene, k]));
  const own = place
    ? matchGenes(context.genes, namedGenes(adata.var, context.facts.species ?? undefined)).columns
    : match.columns;
  const geneOf = new Int32Array(adata.nVars).fill(-1);
  own.forEach((column, j) => {
    if (column >= 0 && match.columns[j]! >= 0) geneOf[column] = j;
  });
  const sourceOf = place && Int32Array.from(adata.varNames, (gene) => place.get(gene) ?? -1);
  const known = (values: Float32Array) => knownLayer(new DenseMatrix(repaired.mean.shape, values), geneOf);
  const ends = intervals && intervalEnds(context.intervals, repaired);
  const layers = {
    repaired: repairedLayer(normalized.X, { geneOf, sourceOf, sparse: adata.X.kind !== "dense" }, repaired.mean),
    ...(std && { repaired_std: known(standardDeviations(context.intervals, repaired)) }),
    ...(ends && { repaired_low: known(ends.low), repaired_high: known(ends.high) }),
  };
  const features = adata.var.copy();
  features.set("repairable", repairableGenes(geneOf));
  const { X, obsm, varm, obsp, varp, raw, uns } = adata;
  return new AnnData({
    ...{ X, obs, var: features, obsm, varm, obsp, varp, ...(raw && { raw }) },
    layers: { ...adata.layers, ...layers },
    uns: { ...uns, repair: provenance(context, report) },
  });
}

function provenance({ facts, intervals }: SampleModel["context"], report: SampleReport): Record<string, unknown> {
  const { values, match, warnings, severity, unlike } = report;
  return {
    ...{ package: "diffrepairer", version: packageVersion() },
    model: {
      ...{ method: facts.method, damage: facts.damage, seed: facts.seed, version: facts.version },
      ...{ trained_on: facts.data.name, trained_on_sha256: facts.data.sha256 },
    },
    input: `${values.kind} in ${values.place}`,
    genes: { matched: match.matched, of_model: match.total, by_ensembl_id: match.byId },
    severity: severity.source,
    interval_level: intervals.level,
    unlike_training: unlike.cells,
    warnings: [...warnings],
    p_values: P_VALUE_WARNING,
  };
}

function repairableOnly(adata: AnnData): AnnData {
  const { values } = adata.var.get("repairable") as { values: Uint8Array };
  return adata.select({ var: Array.from(values, Boolean) });
}

function medianOf(values: ArrayLike<number>): number {
  return values.length > 0 ? quantile(values, 0.5) : NaN;
}
