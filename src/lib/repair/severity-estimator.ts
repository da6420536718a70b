import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { choleskySolve } from "../stats/cholesky.js";
import { paperDamage } from "./damage.js";
import { SEVERITY_FEATURES, severityFeatures, severityGenes, type SeverityGenes } from "./severity-features.js";
import { damageSeed, type TrainingData } from "./training-data.js";

/** The severities of the paper's damage, in the order of a network's input. */
export const SEVERITY_NAMES = ["intensity", "dropout", "noise"] as const;

/** Penalty on the weights of the standardised terms, for each pair. */
const PENALTY = 1e-3;
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
 * Estimates from a degraded cell alone how strongly it was damaged, such as how strong each mechanism of the paper's damage was: a ridge
 * regression of the simulated severities on what a cell shows of them, and its squares, kept within the range simulated.
 */
export class SeverityEstimator {
  constructor(readonly arrays: SeverityArrays) {}

  /**
   * Severities of cells with the training data's genes (log1p), cells × severities; of the paper's damage in the order of
   * {@link SEVERITY_NAMES}.
   */
  estimate(cells: AnnData): DenseMatrix {
    const { weights, low, high } = this.arrays;
    const targets = low.length;
    const estimates = new Float32Array(cells.nObs * targets);
    const terms = new Float64Array(TERMS);
    forEachTerms(severityFeatures(cells, this.arrays), this.arrays, terms, (i) => {
      for (let t = 0; t < targets; t++) {
        let sum = 0;
        for (let k = 0; k < TERMS; k++) sum += weights[k * targets + t]! * terms[k]!;
        estimates[i * targets + t] = Math.min(high[t]!, Math.max(low[t]!, sum));
      }
    });
    return new DenseMatrix([cells.nObs, targets], estimates);
  }

  /** The estimator for cells that have these of its genes alone. */
  forGenes(genes: ArrayLike<number>): SeverityEstimator {
    const pick = (values: Float32Array) => Float32Array.from(genes, (j) => values[j]!);
    const { rate, level, length } = this.arrays;
    return new SeverityEstimator({ ...this.arrays, rate: pick(rate), level: pick(level), length: pick(length) });
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
  return regressSeverity(severityGenes(data.train), draws, draws.map(knownSeverities));
}

/**
 * Fits an estimator to draws of damaged cells whose severities are known.
 *
 * @param drawn - the severities of each draw's cells, cells × severities.
 */
export function regressSeverity(
  genes: SeverityGenes,
  draws: readonly AnnData[],
  drawn: readonly DenseMatrix[],
): SeverityEstimator {
  const targets = drawn[0]!.shape[1];
  const features = draws.map((cells) => severityFeatures(cells, genes));
  const { center, scale } = moments(features);
  const gram = new Float64Array(TERMS * TERMS);
  const target = new Float64Array(TERMS * targets);
  const low = new Float32Array(targets).fill(Infinity);
  const high = new Float32Array(targets).fill(-Infinity);
  const terms = new Float64Array(TERMS);
  drawn.forEach(({ data: severities }, k) => {
    forEachTerms(features[k]!, { center, scale }, terms, (i) => {
      for (let a = 0; a < TERMS; a++) {
        const term = terms[a]!;
        if (term === 0) continue;
        const row = gram.subarray(a * TERMS, a * TERMS + a + 1);
        for (let b = 0; b < row.length; b++) row[b]! += term * terms[b]!;
        for (let t = 0; t < targets; t++) target[a * targets + t]! += term * severities[i * targets + t]!;
      }
      for (let t = 0; t < targets; t++) {
        low[t] = Math.min(low[t]!, severities[i * targets + t]!);
        high[t] = Math.max(high[t]!, severities[i * targets + t]!);
      }
    });
  });
  const pairs = drawn.reduce((sum, { shape }) => sum + shape[0], 0);
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
  const values = new Float32Array(cells.nObs * SEVERITY_NAMES.length);
  columns.forEach((column, t) => column.forEach((value, i) => (values[i * SEVERITY_NAMES.length + t] = value)));
  return new DenseMatrix([cells.nObs, SEVERITY_NAMES.length], values);
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
