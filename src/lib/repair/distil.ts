import { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { Frame } from "../anndata/frame.js";
import { partOptions } from "../options.js";
import { buildDae, type DaeConfig } from "./dae.js";
import { fitNetwork } from "./fit-network.js";
import type { RepairModel } from "./model.js";
import type { NetworkKind } from "./network.js";
import type { NetworkModel } from "./network-model.js";
import { dense, type TrainingData } from "./training-data.js";
import type { TrainingOptions } from "./training-options.js";

const DEFAULTS: DaeConfig = { hidden: 128, bottleneck: 64 };

/** Options of {@link distil}: the student's sizes (128 and 64 by default) and its training. */
export type DistilOptions = TrainingOptions & Partial<DaeConfig>;

export const student: NetworkKind<DaeConfig & Record<string, number>> = {
  name: "student",
  label: "Distilled student",
  learningRate: 1e-3,
  build: buildDae,
};

/**
 * Trains a small network to repair as a larger one does (Hinton et al. 2015): G → 128 → 64 → 128 → G on what the teacher makes of
 * the degraded training cells, all draws together, instead of on the clean cells. The best epoch is chosen by the clean
 * validation cells, as for every network.
 *
 * @example
 * const small = await repair.distil(await repair.fit("diffrepairer", task), task);
 */
export async function distil(
  teacher: RepairModel,
  data: TrainingData,
  options: DistilOptions = {},
): Promise<NetworkModel> {
  const { own: config, rest: training } = partOptions<DaeConfig, TrainingOptions>(options, DEFAULTS);
  const lessons: DenseMatrix[] = [];
  for (const draw of data.degraded.train) lessons.push((await teacher.repair(draw)).mean);
  const cells = (parts: readonly DenseMatrix[]) => stacked(parts, data);
  const degraded = cells(data.degraded.train.map(dense));
  const taught: TrainingData = {
    ...data,
    train: cells(lessons),
    degraded: { ...data.degraded, train: [degraded] },
    draw: () => degraded,
  };
  return fitNetwork(student, taught, { ...config }, training);
}

/** Values of the training cells in several draws, one below the other. */
function stacked(parts: readonly DenseMatrix[], { train }: TrainingData): AnnData {
  const [cells, genes] = train.shape;
  const X = DenseMatrix.zeros([parts.length * cells, genes]);
  parts.forEach(({ data }, k) => X.data.set(data, k * cells * genes));
  const names = parts.flatMap((_, k) => train.obsNames.map((name) => `${name}-${k}`));
  return new AnnData({ X, obs: new Frame(names), var: train.var });
}
