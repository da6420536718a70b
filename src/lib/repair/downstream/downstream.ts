import type { AnnData } from "../../anndata/anndata.js";
import { resolveOptions } from "../../options.js";
import type { Damage } from "../damage.js";
import { withoutLabels } from "../evaluate.js";
import type { RepairModel } from "../model.js";
import { scoredTypes, type ScoredTypes } from "../scores/scored-types.js";
import type { RepairTask } from "../task.js";
import { dense } from "../training-data.js";
import { CellTypeClassifier, typesRecognised } from "./cell-type-classifier.js";
import { clusterAgreement } from "./clustering.js";
import { compareCorrelations, geneCorrelations } from "./gene-correlations.js";
import { markersFound, typeMarkers, type TypeMarkers } from "./markers-found.js";
import { nullTest } from "./null-test.js";
import { PseudotimeReference } from "./pseudotime.js";

/** Most genes whose correlations are looked at: those of largest spread in the clean training cells. */
const CORRELATED_GENES = 500;

/** Options of {@link Downstream}. */
export interface DownstreamOptions {
  /** Column of `obs` with the cell types. Default: "cell_type". */
  readonly by?: string;
  /** Cell types along which cells follow one another, the earliest first: where pseudotime is compared. Default: none. */
  readonly course?: readonly string[];
  /** Seed of clustering and of the null test. Default: the task's. */
  readonly seed?: number;
}

/** Names of the measures of {@link Downstream}. */
export const DOWNSTREAM_MEASURES = [
  "clusterAri",
  "clusterNmi",
  "classifierAccuracy",
  "classifierF1",
  "markerPrecision",
  "markerRecall",
  "pseudotime",
  "correlationStructure",
  "correlatedPairs",
  "falseCorrelations",
  "nullGenesWelch",
  "nullGenesWilcoxon",
  "nullRate",
] as const;

/** What analyses make of repaired test cells, by name; NaN where an analysis has not enough cells. */
export type DownstreamMeasures = Readonly<Record<(typeof DOWNSTREAM_MEASURES)[number], number>>;

/**
 * What usual analyses make of repaired test cells, beside what the clean cells say: clusters and cell types, by a classifier fitted
 * on clean training cells; markers of types found again; pseudotime; correlations between genes; and what a test finds between
 * random halves of one type, where there is nothing to find. The clean cells are looked at once.
 *
 * p values on repaired values, whatever the method, are no evidence by themselves: `nullTest` shows how far they can be off.
 *
 * @example
 * const { clusterAri } = await new repair.Downstream(task).measure(model);
 */
export class Downstream {
  readonly #task: RepairTask;
  readonly #by: string;
  readonly #seed: number;
  readonly #scored: ScoredTypes;
  readonly #classifier: CellTypeClassifier;
  readonly #markers: TypeMarkers;
  readonly #course: PseudotimeReference | undefined;
  readonly #genes: readonly number[];
  readonly #correlations: Float64Array;

  /** @throws RangeError where fewer than two types have enough test cells, or `obs` has no column `by`. */
  constructor(task: RepairTask, options: DownstreamOptions = {}) {
    const { by, course, seed } = resolveOptions<Required<DownstreamOptions>>("repair.Downstream", options, {
      ...{ by: "cell_type", course: [], seed: task.seed },
    });
    const labels = task.test.obs.strings(by);
    this.#scored = scoredTypes(labels);
    const { types } = this.#scored;
    if (types.length < 2) {
      throw new RangeError(`obs.${by}: ${types.length} types have enough test cells to be compared; two are needed`);
    }
    this.#task = task;
    this.#by = by;
    this.#seed = seed;
    const train = dense(task.train);
    const training = scoredTypes(task.train.obs.strings(by), types);
    this.#classifier = new CellTypeClassifier(train, training);
    this.#markers = typeMarkers(train, training);
    const clean = dense(task.test);
    this.#course = PseudotimeReference.of(clean, labels, course);
    this.#genes = [...task.scaling.sd.keys()]
      .sort((a, b) => task.scaling.sd[b]! - task.scaling.sd[a]! || a - b)
      .slice(0, CORRELATED_GENES);
    this.#correlations = geneCorrelations(clean, this.#genes);
  }

  /**
   * Repairs the degraded test cells and measures what analyses make of them.
   *
   * @param damage - of the test cells. Default: the task's own.
   */
  async measure(model: RepairModel, damage?: Damage): Promise<DownstreamMeasures> {
    const { test, degraded } = this.#task;
    const cells = withoutLabels(damage ? this.#task.degrade("test", damage) : degraded.test, this.#by);
    const repair = async (some: AnnData) => (await model.repair(some)).mean;
    const repaired = await repair(cells);
    const clusters = clusterAgreement(repaired, test.obs.strings(this.#by), this.#seed);
    const recognised = typesRecognised(this.#scored, this.#classifier.classify(repaired));
    const markers = markersFound(this.#markers, typeMarkers(repaired, this.#scored));
    const structure = compareCorrelations(this.#correlations, geneCorrelations(repaired, this.#genes));
    const halves = await nullTest(repair, cells.select({ obs: largestType(this.#scored) }), this.#seed);
    return {
      ...{ clusterAri: clusters.ari, clusterNmi: clusters.nmi },
      ...{ classifierAccuracy: recognised.accuracy, classifierF1: recognised.macroF1 },
      ...{ markerPrecision: markers.precision, markerRecall: markers.recall },
      pseudotime: this.#course?.agreement(repaired) ?? NaN,
      ...{ correlationStructure: structure.agreement, correlatedPairs: structure.correlated },
      falseCorrelations: structure.falselyCorrelated,
      ...{ nullGenesWelch: halves?.genes.welch ?? NaN, nullGenesWilcoxon: halves?.genes.wilcoxon ?? NaN },
      nullRate: halves?.rate ?? NaN,
    };
  }
}

/** The cells of the type that has most of them. */
function largestType({ types, codes }: ScoredTypes): Int32Array {
  const cells = types.map((_, type) => Int32Array.from(codes.keys()).filter((cell) => codes[cell] === type));
  return cells.reduce((a, b) => (b.length > a.length ? b : a));
}
