import { AnnData } from "../../lib/anndata/index.js";
import { downsampleRows, log1p, normalizeTotal } from "../../lib/pp/index.js";
import { type Damage, paperDamage, prepare, type RepairTask, trainingData } from "../../lib/repair/index.js";
import { scoredTypes } from "../../lib/repair/scores/scored-types.js";
import { random } from "../../lib/stats/random.js";
import type { Condition } from "../evaluate/evaluate-set.js";
import type { LabelledCells } from "../evaluate/labelled-cells.js";
import { otherTraining } from "./other-training.js";
import type { Ground, Study } from "./study.js";

/** Whether a set holds log1p values instead of counts. */
const isLog = ({ adata }: LabelledCells): boolean => adata.uns["log1p"] !== undefined;

/** Shares of the counts that are kept. */
const DEPTHS = [1, 0.5, 0.25, 0.1] as const;

/** Every cell with a share of its molecules. */
const withDepth = (adata: AnnData, share: number, seed: number): AnnData => {
  const targets = adata.X.rowSums().map((sum) => Math.round(share * sum));
  return new AnnData({ X: downsampleRows(adata.X, targets, seed), obs: adata.obs.copy(), var: adata.var.copy() });
};

/** Cells sequenced less deeply before the damage of the mixture; the truth is the cells as they were sequenced. */
const shallow =
  (share: number): Damage =>
  (clean, seed) => {
    const { X, var: features } = clean.raw!;
    const counts = withDepth(new AnnData({ X, obs: clean.obs, var: features }), share, seed);
    const cells = log1p(normalizeTotal(counts, { targetSum: 1e4 })).select({ var: clean.varNames });
    cells.X = cells.X.toDense();
    return paperDamage("mixture")(cells, seed);
  };

/** Sequencing depth: of the test cells alone, and of the whole data set. */
export const depth: Study = {
  name: "depth",
  question: "What if cells were sequenced less deeply: those to be repaired, or all, the training cells too?",
  variants: ({ cells, genes, seed, onLine }) => {
    const { name, adata } = cells;
    if (isLog(cells)) {
      onLine(`${name}: no study of depth, as it holds no counts`);
      return [];
    }
    return [
      { name: "test cells", conditions: DEPTHS.map((share) => ({ name: `depth ${share}`, damage: shallow(share) })) },
      ...DEPTHS.map((share) => ({
        name: `all cells, depth ${share}`,
        task: () => prepare(withDepth(adata, share, seed), { nTopGenes: genes, seed }),
      })),
    ];
  },
};

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
  variants: (ground) => ground.others.flatMap((other) => acrossSets(ground, other)),
};

/**
 * A set's values of some genes. Counts of both sets are later scaled to one total over these genes; where one set has log values, which
 * were scaled over all its genes, the other's counts are scaled so, too.
 */
const ofGenes = (set: LabelledCells, genes: readonly string[], areCounts: boolean): AnnData => {
  const cells = set.adata.copy();
  if (!areCounts && !isLog(set)) log1p(normalizeTotal(cells, { targetSum: 1e4 }));
  return cells.select({ var: genes });
};

const acrossSets = ({ cells, genes, seed, onLine }: Ground, other: LabelledCells) => {
  const known = new Set(other.adata.varNames);
  const shared = cells.adata.varNames.filter((gene) => known.has(gene));
  if (shared.length < LEAST_GENES) {
    onLine(`${cells.name} is not repaired from ${other.name}: they have ${shared.length} genes in common`);
    return [];
  }
  const areCounts = !isLog(cells) && !isLog(other);
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
