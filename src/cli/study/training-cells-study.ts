import type { AnnData } from "../../lib/anndata/index.js";
import type { RepairTask } from "../../lib/repair/index.js";
import { random } from "../../lib/stats/random.js";
import { otherTraining } from "./other-training.js";
import type { Study } from "./study.js";

/** Shares of the training cells that are kept. */
const SHARES = [1, 0.5, 0.25, 0.1, 0.05] as const;

/** A share of every type's cells, one at least; a smaller share is part of a larger one. */
const shareOfTypes = (cells: AnnData, share: number, seed: number): AnnData => {
  const types = cells.obs.strings("cell_type");
  const kept = [...new Set(types)].sort().flatMap((type) => {
    const ofType = [...types.keys()].filter((cell) => types[cell] === type);
    const order = random(seed, "study", "training cells", type!).shuffle(ofType);
    return order.slice(0, Math.ceil(share * order.length));
  });
  return cells.select({ obs: kept.sort((a, b) => a - b) });
};

/** Fewer training cells; validation and test cells stay. */
export const trainingCells: Study = {
  name: "training-cells",
  question: "How many training cells do the methods need?",
  variants: ({ seed }) =>
    SHARES.map((share) => ({
      name: `${100 * share} %`,
      training: (task: RepairTask) =>
        otherTraining(task, {
          cells: (clean, part) => (part === "train" ? shareOfTypes(clean, share, seed) : clean),
        }),
    })),
};
