import type { AnnData } from "../anndata/anndata.js";
import type { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import { random } from "../stats/random.js";
import { paperDamage, type Damage } from "./damage.js";

/** Mean and spread of every gene over the clean training cells, log1p. */
export interface Scaling {
  readonly mean: Float32Array;
  /** Population standard deviation, at least {@link SD_FLOOR}. */
  readonly sd: Float32Array;
}

/** Least spread to divide by: genes seen in a few training cells only must not dominate the z-scores. */
export const SD_FLOOR = 1e-3;

/** Everything a method may learn from: clean cells and the same cells degraded. There is no test cell in it. */
export interface TrainingData {
  readonly genes: readonly string[];
  /** Clean cells × genes, log1p of counts per ten thousand, dense. */
  readonly train: AnnData;
  readonly validation: AnnData;
  readonly scaling: Scaling;
  /** The same cells degraded; the training cells in several draws, for methods that look at all pairs together. */
  readonly degraded: { readonly train: readonly AnnData[]; readonly validation: AnnData };
  /** The training cells in draw k of their degradation: `degraded.train[k]`, and beyond these drawn when asked for. */
  draw(k: number): AnnData;
  readonly seed: number;
}

/** What {@link trainingData} makes training data of. */
export interface TrainingParts {
  /** Clean training cells, log1p of counts per ten thousand, with `var.length`; `raw` holds the counts where the damage acts on counts. */
  readonly clean: AnnData;
  /** Clean cells to choose settings and the best epoch by; none of them may be in `clean`. */
  readonly validation: AnnData;
  /** How cells are degraded. Default: {@link paperDamage}, the mixture of severities. */
  readonly degrade?: Damage;
  /** The genes to repair, in the order wanted. Default: all. */
  readonly genes?: readonly string[];
}

/** Options of {@link trainingData}. */
export interface TrainingDataOptions {
  /** Draws of degradation for methods that look at all pairs together; each takes 4 bytes a value. Default: 5. */
  readonly draws?: number;
  /** Seed of the degradation. Default: 0. */
  readonly seed?: number;
}

/**
 * Degrades clean cells into the pairs that every method learns from.
 *
 * @throws Error where a cell is in both parts, or a gene is missing.
 * @example
 * const data = repair.trainingData({ clean, validation, genes: markers });
 * const model = await repair.fit("ridge", data);
 */
export function trainingData(parts: TrainingParts, options: TrainingDataOptions = {}): TrainingData {
  const { draws, seed } = resolveOptions("repair.trainingData", options, { draws: 5, seed: 0 });
  if (!Number.isInteger(draws) || draws < 1)
    throw new RangeError(`draws must be a positive whole number, not ${draws}`);
  const { clean, validation: held, degrade = paperDamage(), genes = clean.varNames } = parts;
  const names = new Set(clean.obsNames);
  const shared = held.obsNames.find((name) => names.has(name));
  if (shared !== undefined) throw new Error(`The cell ${shared} is among the training and the validation cells.`);
  const [train, validation] = [clean, held].map((cells) => chosenGenes(cells, genes)) as [AnnData, AnnData];
  const drawn = (k: number) => degrade(train, damageSeed(seed, "train", String(k)));
  const degraded = {
    train: Array.from({ length: draws }, (_, k) => drawn(k)),
    validation: degrade(validation, damageSeed(seed, "validation")),
  };
  const draw = (k: number) => degraded.train[k] ?? drawn(k);
  return { genes: [...genes], train, validation, scaling: scalingOf(dense(train)), degraded, draw, seed };
}

/** The seed of one part's damage. */
export function damageSeed(seed: number, ...part: readonly string[]): number {
  return random(seed, "repair", ...part).integer(2 ** 31);
}

/** The cells with these genes, dense. */
export function chosenGenes(cells: AnnData, genes: readonly string[]): AnnData {
  const chosen = cells.select({ var: genes });
  chosen.X = chosen.X.toDense();
  return chosen;
}

/** Mean and spread of every column. */
export function scalingOf(X: DenseMatrix): Scaling {
  const [cells, genes] = X.shape;
  const sums = X.columnSums();
  const mean = Float32Array.from(sums, (sum) => sum / cells);
  const squares = new Float64Array(genes);
  for (let i = 0, at = 0; i < cells; i++) {
    for (let j = 0; j < genes; j++) squares[j]! += (X.data[at++]! - mean[j]!) ** 2;
  }
  return { mean, sd: Float32Array.from(squares, (square) => Math.max(Math.sqrt(square / cells), SD_FLOOR)) };
}

/** Turns log1p values, cells × genes, into z-scores in place. */
export function toZScores({ data }: DenseMatrix, { mean, sd }: Scaling): void {
  const genes = mean.length;
  for (let at = 0; at < data.length; at++) data[at] = (data[at]! - mean[at % genes]!) / sd[at % genes]!;
}

/** The values of cells as a dense matrix; those of training data are dense already. */
export function dense(cells: AnnData): DenseMatrix {
  return cells.X.toDense();
}
