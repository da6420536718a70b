import type { AnnData } from "../anndata/anndata.js";
import type { DenseMatrix } from "../anndata/dense.js";
import type { SaveOptions } from "./saved-model.js";
import type { TrainingHistory } from "./training-options.js";

/** What a model gives back for degraded cells. */
export interface Repaired {
  /** Estimated clean expression, cells × genes, log1p; small negative values occur where a gene is near zero. */
  readonly mean: DenseMatrix;
  /** Standard deviation of what is not known about the clean value, log1p; of models that say so. */
  readonly sd?: DenseMatrix;
  /** Probability that the gene is expressed in the clean cell; of models that say so. */
  readonly pExpressed?: DenseMatrix;
}

/** Severities of the paper's damage, each one number for all cells or one a cell, in the units of `degrade.paper`. */
export interface Severities {
  readonly intensity: number | ArrayLike<number>;
  readonly dropout: number | ArrayLike<number>;
  readonly noise: number | ArrayLike<number>;
}

/** Options of {@link RepairModel.repair}. */
export interface RepairOptions {
  /** The cells' severities, for models that use them. Default: the model's estimate from the cells. */
  readonly severity?: Severities;
  /**
   * How far cells are drawn towards similar training cells, from 0 to 1; DiffRepairer has it. Cell types stand out more and
   * the values are less true. Default: 0.
   */
  readonly contrast?: number;
}

/** A fitted repair method. */
export interface RepairModel {
  /** Short name, as in file names and tables' keys. */
  readonly name: string;
  /** Name for people. */
  readonly label: string;
  /** Number of fitted values. */
  readonly parameters: number;
  /** How training went, for networks. */
  readonly history?: TrainingHistory;
  /** Repairs degraded cells: log1p values of the genes the model was fitted on, in their order. */
  repair(cells: AnnData, options?: RepairOptions): Promise<Repaired>;
  /** Writes the model into a folder; networks have it. */
  save?(folder: string, options?: SaveOptions): Promise<void>;
  /** Frees what the model holds on the engine. */
  dispose?(): void;
}

/** Throws where cells do not have exactly the genes a model was fitted on. */
export function checkGenes(model: string, genes: readonly string[], cells: AnnData): void {
  const names = cells.varNames;
  const different = genes.findIndex((gene, j) => gene !== names[j]);
  if (names.length === genes.length && different < 0) return;
  const detail =
    different < 0 ? "" : `; gene ${different} is "${String(names[different])}" instead of "${genes[different]}"`;
  throw new Error(
    `The ${model} was fitted on ${genes.length} genes, the cells have ${names.length}${detail}. ` +
      `Select the task's genes first: cells.select({ var: task.genes }).`,
  );
}
