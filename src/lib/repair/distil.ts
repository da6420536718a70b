import { AnnData } from "../anndata/anndata.js";
import { concat } from "../anndata/concat.js";
import { partOptions } from "../options.js";
import { checkConfig, defaultConfig } from "./diffrepairer/config.js";
import { buildDiffRepairer, posteriorFacts, type SavedConfig } from "./diffrepairer/diffrepairer.js";
import { fitNetwork } from "./fit-network.js";
import type { RepairModel } from "./model.js";
import type { NetworkKind } from "./network.js";
import type { NetworkModel } from "./network-model.js";
import type { TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";

/** A student's sizes. */
export interface StudentConfig {
  /** Width of what it makes of a cell. Default: 16. */
  readonly width: number;
  /** Hidden width of the perceptron that makes it. Default: 32. */
  readonly feedForward: number;
}

/** Options of {@link distil}: the student's sizes and its training. */
export type DistilOptions = TrainingOptions & Partial<StudentConfig>;

/** The settings of DiffRepairer's network that make it a student's. */
export const STUDENT_NETWORK = { context: "mlp", heads: "posterior", attentionHeads: 1 } as const;

export const student: NetworkKind<SavedConfig> = {
  name: "student",
  label: "Distilled student",
  learningRate: 1e-3,
  clipNorm: 1,
  usesSeverity: true,
  build: buildDiffRepairer,
};

/**
 * Trains a small network to repair as a larger one does (Hinton et al. 2015): on what the teacher makes of the degraded training
 * cells, all draws together, instead of on the clean cells. The best epoch is chosen by the clean validation cells, as for every
 * network. The student is DiffRepairer's posterior head in the light of a small perceptron, and gives standard deviations and
 * probabilities too.
 *
 * @example
 * const small = await repair.distil(await repair.fit("diffrepairer", task), task);
 */
export async function distil(
  teacher: RepairModel,
  data: TrainingData,
  options: DistilOptions = {},
): Promise<NetworkModel> {
  const sizes: StudentConfig = { width: 16, feedForward: 32 };
  const { own, rest: training } = partOptions<StudentConfig, TrainingOptions>(options, sizes);
  const config = { ...defaultConfig(data), ...own, ...STUDENT_NETWORK };
  checkConfig(config, data.genes.length);
  const lessons: AnnData[] = [];
  for (const draw of data.degraded.train) {
    const { mean: X } = await teacher.repair(draw);
    lessons.push(new AnnData({ X, obs: draw.obs, var: draw.var }));
  }
  const degraded = stacked(data.degraded.train);
  const taught: TrainingData = {
    ...data,
    train: stacked(lessons),
    degraded: { ...data.degraded, train: [degraded] },
    draw: () => degraded,
  };
  // How genes are expressed is learned from the clean cells: a teacher's values are never zero.
  return fitNetwork({ ...student, facts: () => ({ ...posteriorFacts(data) }) }, taught, config, training);
}

/** The training cells in several draws, one below the other. */
const stacked = (draws: readonly AnnData[]): AnnData => concat(draws, { indexUnique: "-", merge: "same" });
