import type { AnnData } from "../../lib/anndata/index.js";
import { log1p, normalizeTotal } from "../../lib/pp/index.js";
import { paperDamage, prepare, type RepairTask, trainingData } from "../../lib/repair/index.js";
import { scoredTypes } from "../../lib/repair/scores/scored-types.js";
import type { Condition } from "../evaluate/evaluate-set.js";
import { holdsLogs, type LabelledCells } from "../evaluate/labelled-cells.js";
import { otherTraining } from "./other-training.js";
import type { Ground, Study } from "./study.js";

/** The test cells of one type. */
const ofType = (type: string): Condition => ({
  name: type,
  damage: paperDamage("mixture"),
  part: (task) => {
    const cells = task.test.obs.strings("cell_type").map((label) => label === type);
    const chosen = (all: AnnData) => all.select({ obs: cells });
    return {
      ...{ ...task, test: chosen(task.test), degraded: { ...task.degraded, test: chosen(task.degraded.test) } },
      degrade: (part, damage) => {
        const degraded = task.degrade(part, damage);
        return part === "test" ? chosen(degraded) : degraded;
      },
    };
  },
});

/** A cell type that the training has not seen: its test cells, after training with and without it. */
export const heldOutType: Study = {
  name: "held-out-type",
  question: "Are cells of a type repaired that no training cell was of?",
  variants: ({ task: own }) => {
    const { types } = scoredTypes(own().test.obs.strings("cell_type"));
    return [
      { name: "all types", conditions: types.map(ofType) },
      ...types.map((type) => ({
        name: `without ${type}`,
        conditions: [ofType(type)],
        training: (task: RepairTask) =>
          otherTraining(task, {
            cells: (clean) => clean.select({ obs: clean.obs.strings("cell_type").map((label) => label !== type) }),
          }),
      })),
    ];
  },
};

/** Fewer genes in common are no basis for a training. */
const LEAST_GENES = 200;

/** Training on one data set, repair of another, over the genes of both. */
export const heldOutSet: Study = {
  name: "held-out-set",
  question: "Can a model that was trained on another tissue, or laboratory, repair these cells?",
  variants: (ground) => {
    if (ground.others.length === 0) ground.onLine("no study of a held-out set, as --set names a single one");
    return ground.others.flatMap((other) => acrossSets(ground, other));
  },
};

/**
 * A set's values of some genes. Counts of both sets are later scaled to one total over these genes; where one set has log values, which
 * were scaled over all its genes, the other's counts are scaled so, too.
 */
const ofGenes = (set: LabelledCells, genes: readonly string[], areCounts: boolean): AnnData => {
  const cells = set.adata.copy();
  if (!areCounts && !holdsLogs(set)) log1p(normalizeTotal(cells, { targetSum: 1e4 }));
  return cells.select({ var: genes });
};

const acrossSets = ({ cells, genes, seed, onLine }: Ground, other: LabelledCells) => {
  const known = new Set(other.adata.varNames);
  const shared = cells.adata.varNames.filter((gene) => known.has(gene));
  if (shared.length < LEAST_GENES) {
    onLine(`${cells.name} is not repaired from ${other.name}: they have ${shared.length} genes in common`);
    return [];
  }
  const areCounts = !holdsLogs(cells) && !holdsLogs(other);
  let made: RepairTask | undefined;
  const task = () => (made ??= prepare(ofGenes(cells, shared, areCounts), { nTopGenes: genes, seed }));
  return [
    { name: `own training, genes of ${other.name}`, task },
    {
      name: `training on ${other.name}`,
      task,
      training: (own: RepairTask) => {
        const options = { nTopGenes: 1, keepGenes: own.genes, draws: 1, seed };
        const { train, validation } = prepare(ofGenes(other, shared, areCounts), options);
        return trainingData({ clean: train, validation, genes: own.genes }, { seed });
      },
    },
  ];
};
