import type { AnnData } from "../../../../src/lib/anndata/index.js";
import { simulate } from "../../../../src/lib/datasets/index.js";
import {
  fitAffine,
  fitDiffRepairer,
  trainSampleModel,
  type TrainSampleModelOptions,
} from "../../../../src/lib/repair/index.js";

/** Simulated counts of two types of cells, never data; the same genes for every seed of the cells. */
export const simulatedCells = (options: { cells?: number; depth?: number } = {}): AnnData => {
  const { cells = 260, depth = 6.5 } = options;
  return simulate({
    ...{ cells, genes: 120, groups: [0.5, 0.5], deProbability: 0.3, deLocation: 1, libraryLocation: depth, seed: 3 },
  });
};

/** A model that is trained in no time: a line for each gene. */
export const smallSampleModel = (options: TrainSampleModelOptions = {}) =>
  trainSampleModel(simulatedCells(), { nTopGenes: 60, fit: (data) => fitAffine(data), ...options });

const SIZES = { tokens: 4, width: 16, layers: 1, attentionHeads: 2, feedForward: 16, components: 4, tau: 0.4 } as const;

/** The same with a small network, which can be saved. */
export const smallSampleNetwork = () =>
  smallSampleModel({
    fit: (data, training) => fitDiffRepairer(data, { likelihood: "counts", budget: "trial", ...SIZES, ...training }),
  });
