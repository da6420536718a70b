import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { choleskySolve } from "../stats/linear-algebra.js";
import { paperDamage } from "./damage.js";
import { SEVERITY_FEATURES, severityFeatures, severityGenes, type SeverityGenes } from "./severity-features.js";
import { damageSeed, type TrainingData } from "./training-data.js";

/** The severities of the paper's damage, in the order of a network's input. */
export const SEVERITY_NAMES = ["intensity", "dropout", "noise"] as const;

/** Penalty on the weights of the standardised terms, for each pair. */
const PENALTY = 1e-3;
const TARGETS = SEVERITY_NAMES.length;
/** One, the features, and their squares. */
const TERMS = 1 + 2 * SEVERITY_FEATURES;

/** The arrays of an estimator, for saving. */
export type SeverityArrays = SeverityGenes & {
  readonly center: Float32Array;
  readonly scale: Float32Array;
  readonly weights: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
};

/**
 * Estimates from a degraded cell alone how strong each mechanism of the paper's damage was: a ridge regression of the
 * simulated severities on what a cell shows of them, and its squares, kept within the range simulated.
 */
export class SeverityEstimator {
  constructor(readonly arrays: SeverityArrays) {}

  /** Severities of cells with the training data's genes (log1p), cells × 3 in the order of {@link SEVERITY_NAMES}. */
  estimate(cells: AnnData): DenseMatrix {
    const { weights, low, high } = this.arrays;
    const estimates = new Float32Array(cells.nObs * TARGETS);
    const terms = new Float64Array(TERMS);
    forEachTerms(severityFeatures(cells, this.arrays), this.arrays, terms, (i) => {
      for (let t = 0; t < TARGETS; t++) {
        let sum = 0;
        for (let k = 0; k < TERMS; k++) sum += weights[k * TARGETS + t]! * terms[k]!;
        estimates[i * TARGETS + t] = Math.min(high[t]!, Math.max(low[t]!, sum));
      }
    });
    return new DenseMatrix([cells.nObs, TARGETS], estimates);
  }
}

/**
 * Fits an estimator on the training cells under the paper's damage: the training data's own draws where those are it, else
 * draws made for the purpose.
 */
export function fitSeverityEstimator(data: TrainingData): SeverityEstimator {
  const own = data.degraded.train.every((cells) => SEVERITY_NAMES.every((name) => cells.obs.has(name)));
  const paper = paperDamage();
  const draws = own
    ? data.degraded.train
    : data.degraded.train.map((_, k) => paper(data.train, damageSeed(data.seed, "severity", String(k))));
  const genes = severityGenes(data.train);
  const features = draws.map((cells) => severityFeatures(cells, genes));
  const { center, scale } = moments(features);
  const gram = new Float64Array(TERMS * TERMS);
  const target = new Float64Array(TERMS * TARGETS);
  const low = new Float32Array(TARGETS).fill(Infinity);
  const high = new Float32Array(TARGETS).fill(-Infinity);
  const terms = new Float64Array(TERMS);
  draws.forEach((cells, k) => {
    const drawn = knownSeverities(cells).data;
    forEachTerms(features[k]!, { center, scale }, terms, (i) => {
      for (let a = 0; a < TERMS; a++) {
        const term = terms[a]!;
        if (term === 0) continue;
        const row = gram.subarray(a * TERMS, a * TERMS + a + 1);
        for (let b = 0; b < row.length; b++) row[b]! += term * terms[b]!;
        for (let t = 0; t < TARGETS; t++) target[a * TARGETS + t]! += term * drawn[i * TARGETS + t]!;
      }
      for (let t = 0; t < TARGETS; t++) {
        low[t] = Math.min(low[t]!, drawn[i * TARGETS + t]!);
        high[t] = Math.max(high[t]!, drawn[i * TARGETS + t]!);
      }
    });
  });
  const pairs = draws.length * data.train.nObs;
  for (let a = 0; a < TERMS; a++) gram[a * TERMS + a]! += PENALTY * pairs;
  const weights = Float32Array.from(choleskySolve(gram, TERMS, target));
  return new SeverityEstimator({ ...genes, center, scale, weights, low, high });
}

/** The severities that a simulation drew, from `obs`: cells × 3. */
export function knownSeverities(cells: AnnData): DenseMatrix {
  const missing = SEVERITY_NAMES.find((name) => !cells.obs.has(name));
  if (missing) {
    throw new Error(
      `obs has no column "${missing}": known severities are those that degrade.paper drew; leave severity at "estimate"`,
    );
  }
  const columns = SEVERITY_NAMES.map((name) => cells.obs.numbers(name));
  const values = new Float32Array(cells.nObs * TARGETS);
  columns.forEach((column, t) => column.forEach((value, i) => (values[i * TARGETS + t] = value)));
  return new DenseMatrix([cells.nObs, TARGETS], values);
}

/** Calls back for every cell with its terms. */
function forEachTerms(
  features: Float32Array,
  { center, scale }: { readonly center: Float32Array; readonly scale: Float32Array },
  terms: Float64Array,
  each: (cell: number) => void,
): void {
  const own = new Float64Array(SEVERITY_FEATURES);
  for (let i = 0; i < features.length / SEVERITY_FEATURES; i++) {
    for (let k = 0; k < SEVERITY_FEATURES; k++) {
      // A cell far outside what was simulated must not be carried off by the squares.
      own[k] = Math.max(-4, Math.min(4, (features[i * SEVERITY_FEATURES + k]! - center[k]!) / scale[k]!));
    }
    terms[0] = 1;
    terms.set(own, 1);
    for (let k = 0; k < SEVERITY_FEATURES; k++) terms[1 + SEVERITY_FEATURES + k] = own[k]! ** 2;
    each(i);
  }
}

/** Mean and standard deviation of every feature. */
function moments(parts: readonly Float32Array[]): { center: Float32Array; scale: Float32Array } {
  const sums = new Float64Array(SEVERITY_FEATURES);
  const squares = new Float64Array(SEVERITY_FEATURES);
  let cells = 0;
  for (const features of parts) {
    cells += features.length / SEVERITY_FEATURES;
    features.forEach((value, at) => {
      sums[at % SEVERITY_FEATURES]! += value;
      squares[at % SEVERITY_FEATURES]! += value * value;
    });
  }
  const center = Float32Array.from(sums, (sum) => sum / cells);
  const scale = Float32Array.from(squares, (square, k) => Math.sqrt(Math.max(1e-12, square / cells - center[k]! ** 2)));
  return { center, scale };
}
