import { DenseMatrix } from "../../anndata/dense.js";
import type { RepairTask } from "../task.js";
import { dense, type Scaling } from "../training-data.js";
import { calledMarkers, falseMarkerRate, setsPreserved, TOP_GENES, topGenes } from "./differential-genes.js";
import { MARKERS_PER_TYPE, markerRecovery, type SortedGene, sortGene } from "./marker-recovery.js";
import { drawWithinTypes, eachOnce, scoredTypes, type ScoredTypes } from "./scored-types.js";
import { centredInterval } from "./centred-interval.js";
import { type ComponentSpace, componentSpace, distances, ownComponents, project, separation } from "./separation.js";
import { centred, welchScores } from "./welch.js";

/** Names of the biological scores. */
export const BIOLOGICAL_SCORES = [
  "separation",
  "separationFixed",
  "deg",
  "degJaccard",
  "marker",
  "markerKnown",
  "overall",
] as const;

/** Name of a biological score. */
export type BiologicalScore = (typeof BIOLOGICAL_SCORES)[number];

type Scores = Record<BiologicalScore, number>;

/** A biological score beside what the clean cells reach. */
export interface ComparedScore {
  readonly value: number;
  /** Ends of its 95 % interval over draws of test cells: `centredInterval`. */
  readonly low: number;
  readonly high: number;
  /** The clean cells' own. */
  readonly clean: number;
  /** `value - clean`: above 0, differences were made larger than they are. */
  readonly distance: number;
}

/** How much of the cell types' biology repaired cells show; 0 to 100 each. */
export interface Biology {
  readonly types: readonly string[];
  readonly scores: Readonly<Record<BiologicalScore, ComparedScore>>;
  /** Per cent of the markers called in the repaired cells that are none in the clean ones; the clean cells have 0. */
  readonly falseMarkerRate: number;
  /** Every score in every draw of test cells, the same cells for all methods of a task. */
  readonly draws: Readonly<Record<BiologicalScore, Float64Array>>;
}

/** What {@link BiologicalReference} is told. */
export interface BiologicalReferenceOptions {
  /** Column of `obs` with the cell types. */
  readonly by: string;
  /** Markers known beforehand, gene names; those not among the task's genes are left out. */
  readonly knownMarkers: readonly string[];
  /** Resamples of the test cells. */
  readonly draws: number;
  readonly seed: number;
}

/** The clean cells of a task, looked at once, for repaired test cells to be compared with. */
export class BiologicalReference {
  readonly scored: ScoredTypes;
  readonly #scaling: Scaling;
  readonly #space: ComponentSpace;
  readonly #markers: readonly number[];
  readonly #known: readonly number[];
  /** All cells once, then the draws. */
  readonly #times: readonly Uint16Array[];
  readonly #cleanSets: readonly Int32Array[][];
  readonly #cleanSorted: ReadonlyMap<number, SortedGene>;
  readonly #cleanCalled: readonly Set<number>[];
  readonly #clean: Scores;

  /** @throws RangeError where fewer than two types have enough test cells. */
  constructor(task: RepairTask, { by, knownMarkers, draws, seed }: BiologicalReferenceOptions) {
    this.scored = scoredTypes(task.test.obs.strings(by));
    const { types } = this.scored;
    if (types.length < 2) {
      throw new RangeError(`obs.${by}: ${types.length} types have enough test cells to be scored; two are needed`);
    }
    const clean = dense(task.test);
    const train = dense(task.train);
    const genes = task.genes.length;
    this.#scaling = task.scaling;
    this.#space = componentSpace(zScores(train, task.scaling));
    const training = scoredTypes(task.train.obs.strings(by), types);
    const ofTypes = topGenes(welchScores(centred(train), training, eachOnce(training)), genes, MARKERS_PER_TYPE);
    this.#markers = [...new Set(ofTypes.flatMap((chosen) => [...chosen]))];
    const positions = new Map(task.genes.map((gene, j) => [gene, j]));
    this.#known = [...new Set(knownMarkers)].flatMap((gene) => positions.get(gene) ?? []);
    this.#times = [eachOnce(this.scored), ...drawWithinTypes(this.scored, draws, seed)];
    const centredClean = centred(clean);
    this.#cleanSets = this.#times.map((times) => {
      return topGenes(welchScores(centredClean, this.scored, times), genes, TOP_GENES);
    });
    this.#cleanSorted = sortGenes(clean, [...this.#markers, ...this.#known]);
    this.#cleanCalled = calledMarkers(clean, this.scored);
    this.#clean = this.#scores(clean, 1)[0]!;
  }

  /**
   * Scores repaired test cells.
   *
   * @param repaired - test cells × genes, log1p.
   */
  score(repaired: DenseMatrix): Biology {
    const [value, ...drawn] = this.#scores(repaired, this.#times.length);
    const draws = mapScores((name) => Float64Array.from(drawn, (scores) => scores[name]));
    const scores = mapScores((name): ComparedScore => {
      const clean = this.#clean[name];
      return {
        value: value![name],
        ...centredInterval(value![name], draws[name]),
        clean,
        distance: value![name] - clean,
      };
    });
    const rate = falseMarkerRate(this.#cleanCalled, calledMarkers(repaired, this.scored));
    return { types: this.scored.types, scores, falseMarkerRate: rate, draws };
  }

  /** The scores in the first `count` draws; the first of them is all cells once. */
  #scores(repaired: DenseMatrix, count: number): Scores[] {
    const z = zScores(repaired, this.#scaling);
    const own = distances(ownComponents(z));
    const fixed = distances(project(z, this.#space));
    const centredCells = centred(repaired);
    const sorted = sortGenes(repaired, [...this.#cleanSorted.keys()]);
    const recovery = (genes: readonly number[], times: Uint16Array) => {
      const pick = (from: ReadonlyMap<number, SortedGene>) => genes.map((gene) => from.get(gene)!);
      return markerRecovery(pick(this.#cleanSorted), pick(sorted), times);
    };
    return this.#times.slice(0, count).map((times, draw) => {
      const sets = topGenes(welchScores(centredCells, this.scored, times), repaired.shape[1], TOP_GENES);
      const preserved = setsPreserved(this.#cleanSets[draw]!, sets);
      const scores = {
        separation: separation(own, this.scored, times),
        separationFixed: separation(fixed, this.scored, times),
        deg: preserved.f1,
        degJaccard: preserved.jaccard,
        marker: recovery(this.#markers, times),
        markerKnown: recovery(this.#known, times),
      };
      return { ...scores, overall: (scores.separation + scores.deg + scores.marker) / 3 };
    });
  }
}

function zScores(cells: DenseMatrix, { mean, sd }: Scaling): DenseMatrix {
  const genes = mean.length;
  return new DenseMatrix(
    cells.shape,
    cells.data.map((value, at) => (value - mean[at % genes]!) / sd[at % genes]!),
  );
}

function sortGenes(cells: DenseMatrix, genes: readonly number[]): Map<number, SortedGene> {
  return new Map(genes.map((gene) => [gene, sortGene(cells, gene)]));
}

function mapScores<Value>(value: (name: BiologicalScore) => Value): Record<BiologicalScore, Value> {
  return Object.fromEntries(BIOLOGICAL_SCORES.map((name) => [name, value(name)])) as Record<BiologicalScore, Value>;
}
