import { DenseMatrix } from "../../anndata/dense.js";
import type { Frame } from "../../anndata/frame.js";
import type { Matrix } from "../../anndata/matrix.js";
import { packageVersion } from "../../datasets/cache.js";
import { quantile } from "../../stats/describe.js";
import { intervalEnds, standardDeviations } from "../conformal.js";
import { knownLayer, repairableGenes, repairedLayer } from "../repaired-layers.js";
import { confidenceOf } from "./confidence.js";
import { inspectSample, type InspectSampleOptions, type SampleInspection, SampleRefused } from "./inspect-sample.js";
import { genesOf, matchGenes, namedGenes } from "./match-genes.js";
import { modelCells, severitiesOf } from "./model-input.js";
import type { SampleCells } from "./sample-cells.js";
import type { SampleModel, SampleSeverity } from "./sample-model.js";
import { unlikeness } from "./training-reference.js";

/** Options of the repair of a sample. */
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

export const REPAIR_SAMPLE_DEFAULTS: Required<RepairSampleOptions> = {
  ...{ minShare: 0.5, severity: "estimate", modelGenesOnly: false, std: true, intervals: false, force: false },
};

/** What the repair of a sample found. */
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

/** The tables of a repaired sample. */
export interface RepairedTables {
  readonly obs: Frame;
  readonly var: Frame;
  readonly uns: Record<string, unknown>;
  readonly report: SampleReport;
}

/** The repair of a sample that was inspected and not refused, some cells at a time. */
export class SampleRepair {
  readonly inspection: SampleInspection;
  readonly #cells: SampleCells;
  readonly #model: SampleModel;
  readonly #options: Required<RepairSampleOptions>;
  readonly #distance: Float32Array;
  readonly #unlike: SampleReport["unlike"];
  readonly #warnings: string[];
  readonly #lost: Float32Array;
  readonly #confidence: Float32Array;
  /** Of the genes of X: the model's column, and that of the values where these have other genes. */
  readonly #geneOf: Int32Array;
  readonly #sourceOf: Int32Array | undefined;

  private constructor(
    cells: SampleCells,
    model: SampleModel,
    inspection: SampleInspection,
    distance: Float32Array,
    options: Required<RepairSampleOptions>,
  ) {
    this.inspection = inspection;
    this.#cells = cells;
    this.#model = model;
    this.#options = options;
    this.#distance = distance;
    this.#lost = new Float32Array(cells.obs.length);
    this.#confidence = new Float32Array(cells.obs.length);
    const unlike = distance.reduce((sum, value) => sum + Number(value > 1), 0);
    this.#unlike = { cells: unlike, share: distance.length > 0 ? unlike / distance.length : 0 };
    this.#warnings = [...inspection.warnings, ...describeUnlike(this.#unlike)];
    ({ geneOf: this.#geneOf, sourceOf: this.#sourceOf } = placesOf(cells, model, inspection));
  }

  /**
   * Looks at all cells of a sample.
   *
   * @throws SampleRefused where it has too few of the model's genes, or, unless `force`, is far outside the training damage or mostly
   * unlike the training cells.
   */
  static async begin(
    cells: SampleCells,
    model: SampleModel,
    options: Required<RepairSampleOptions>,
  ): Promise<SampleRepair> {
    const { minShare, force } = options;
    const inspection = await inspectSample(cells, model, { minShare });
    const { checks, warnings, values, scaling, match } = inspection;
    if (checks.some(({ verdict }) => verdict === "far") && !force) {
      throw new SampleRefused(
        `the sample is not like what the model was trained on: ${warnings.join("; ")}. ` +
          `Train on data like it, or repair it all the same with force (--force)`,
      );
    }
    const { context } = model;
    const distance = new Float32Array(cells.obs.length);
    let at = 0;
    for await (const X of cells.matrix(values.place)!.chunks()) {
      const chunk = modelCells(scaling.apply(X), match, model);
      distance.set(unlikeness(context.reference, context.scaling, chunk), at);
      at += chunk.nObs;
    }
    const repair = new SampleRepair(cells, model, inspection, distance, options);
    if (repair.#unlike.share > MOSTLY && !force) {
      throw new SampleRefused(
        `${repair.#warnings.at(-1)}. The model is of other cells (${context.facts.data.name}): train on data like the sample, or repair ` +
          `it all the same with force (--force)`,
      );
    }
    return repair;
  }

  /** The genes of X, with `repairable`. */
  get var(): Frame {
    return this.#cells.var.copy().set("repairable", repairableGenes(this.#geneOf));
  }

  /** Names of the layers that come of it. */
  get layers(): readonly string[] {
    const { std, intervals } = this.#options;
    return ["repaired", ...(std ? ["repaired_std"] : []), ...(intervals ? ["repaired_low", "repaired_high"] : [])];
  }

  /**
   * Repairs some cells.
   *
   * @param start - the first cell's position.
   * @param values - of the place that the inspection found.
   * @param sparse - whether `repaired` is to be sparse.
   * @returns the layers, cells × genes of X.
   */
  async repair(start: number, values: Matrix, sparse: boolean): Promise<Record<string, Matrix>> {
    const { model, context } = this.#model;
    const { scaling, match } = this.inspection;
    const { severity, std, intervals } = this.#options;
    const normalized = scaling.apply(values);
    const cells = modelCells(normalized, match, this.#model);
    const { lost, told } = severitiesOf(match, this.#model, cells, severity);
    const repaired = await model.repair(cells, told ? { severity: told } : {});
    for (let at = 0; at < repaired.mean.data.length; at++) {
      repaired.mean.data[at] = Math.max(0, repaired.mean.data[at]!);
    }
    this.#lost.set(lost, start);
    const confidence = confidenceOf(context.intervals, repaired, context.scaling, genesOf(match));
    this.#confidence.set(
      confidence.map((value, i) => (this.#distance[start + i]! > 1 ? NaN : value)),
      start,
    );
    const geneOf = this.#geneOf;
    const known = (of: Float32Array) => knownLayer(new DenseMatrix(repaired.mean.shape, of), geneOf);
    const ends = intervals && intervalEnds(context.intervals, repaired);
    return {
      repaired: repairedLayer(normalized, { geneOf, sourceOf: this.#sourceOf, sparse }, repaired.mean),
      ...(std && { repaired_std: known(standardDeviations(context.intervals, repaired)) }),
      ...(ends && { repaired_low: known(ends.low), repaired_high: known(ends.high) }),
    };
  }

  /** The tables, once all cells are repaired. */
  tables(): RepairedTables {
    const { obs: own, uns } = this.#cells;
    const report: SampleReport = {
      ...this.inspection,
      warnings: this.#warnings,
      severity: { source: this.#options.severity, median: medianOf(this.#lost) },
      confidence: medianOf(this.#confidence.filter((value) => !Number.isNaN(value))),
      unlike: this.#unlike,
    };
    const unlike = Uint8Array.from(this.#distance, (value) => Number(value > 1));
    const obs = own
      .copy()
      .set("repair_severity", this.#lost)
      .set("repair_confidence", this.#confidence)
      .set("repair_distance", this.#distance)
      .set("repair_unlike_training", { kind: "boolean", values: unlike });
    return {
      ...{ obs, var: this.var, report },
      uns: { ...uns, repair: provenance(this.#model.context, report) },
    };
  }
}

/** Where the genes of X stand among the model's, and among those of the values, which may be others where these come from raw. */
function placesOf({ var: features }: SampleCells, { context }: SampleModel, { values, match }: SampleInspection) {
  const place = values.var === features ? undefined : new Map(values.var.index.map((gene, k) => [gene, k]));
  const own = place
    ? matchGenes(context.genes, namedGenes(features, context.facts.species ?? undefined)).columns
    : match.columns;
  const geneOf = new Int32Array(features.length).fill(-1);
  own.forEach((column, j) => {
    if (column >= 0 && match.columns[j]! >= 0) geneOf[column] = j;
  });
  return { geneOf, sourceOf: place && Int32Array.from(features.index, (gene) => place.get(gene) ?? -1) };
}

function describeUnlike({ cells, share }: SampleReport["unlike"]): string[] {
  if (cells === 0) return [];
  const percent = (100 * share).toFixed(share < 0.1 ? 1 : 0);
  const expected = "among the training data's own 1 % are";
  const some = cells === 1 ? `1 cell (${percent} %) is` : `${cells} cells (${percent} %) are`;
  return [`${some} unlike the training cells; ${expected}: see obs.repair_unlike_training`];
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

function medianOf(values: ArrayLike<number>): number {
  return values.length > 0 ? quantile(values, 0.5) : NaN;
}
