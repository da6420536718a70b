import type { AnnData } from "../../lib/anndata/index.js";
import { type Damage, type RepairTask, trainingData, type TrainingData } from "../../lib/repair/index.js";

/** What another training differs in. */
export interface TrainingChange {
  /** Makes other clean cells of the training, or the validation, cells. Default: they stay. */
  readonly cells?: (clean: AnnData, part: "train" | "validation") => AnnData;
  /** Default: the mixture of severities. */
  readonly damage?: Damage;
}

/**
 * Another training for the same test: genes, and the scaling that scores are taken in, stay those of the task, so that variants compare.
 */
export const otherTraining = (task: RepairTask, { cells = (clean) => clean, damage }: TrainingChange): TrainingData =>
  trainingData(
    {
      ...{ clean: cells(task.train, "train"), validation: cells(task.validation, "validation") },
      ...{ genes: task.genes, degrade: damage },
    },
    { seed: task.seed },
  );
