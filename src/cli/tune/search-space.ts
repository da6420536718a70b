import {
  fitAffine,
  fitAffinePca,
  fitCqn,
  fitDae,
  fitDiffRepairer,
  fitDiffusion,
  fitLinearFusion,
  fitMagic,
  fitNearestCells,
  fitPcaRegression,
  fitRidge,
  fitTransformer,
  fitVae,
  fitZinb,
  type RepairModel,
  type TrainingData,
  type TrainingOptions,
} from "../../lib/repair/index.js";
import { random } from "../../lib/stats/random.js";

/** Settings of a method by name; an empty one is its defaults. */
export type Settings = Readonly<Record<string, number | string | boolean | null>>;

/** What is tried of a method: for each setting the values to draw from. */
export interface SearchSpace {
  readonly values: Readonly<Record<string, readonly (number | string | boolean | null)[]>>;
  readonly fit: (data: TrainingData, settings: object, training: TrainingOptions) => Promise<RepairModel>;
}

const LEARNING_RATES = { learningRate: [3e-4, 1e-3, 3e-3], weightDecay: [1e-4, 1e-2] } as const;

type Fit<Options> = (data: TrainingData, options?: Options) => Promise<RepairModel>;

const closedForm =
  <Options>(fit: Fit<Options>): SearchSpace["fit"] =>
  (data, settings) =>
    fit(data, settings as Options);

const network =
  <Options>(fit: Fit<Options>): SearchSpace["fit"] =>
  (data, settings, training) =>
    fit(data, { ...training, ...settings } as Options);

/**
 * The search spaces of all methods that have settings, by id. What the paper states of its own network (width, layers) is not among
 * them. A method that is told the severities takes the settings of the one that is not.
 */
export const SEARCH_SPACES: Readonly<Record<string, SearchSpace>> = {
  knn: {
    fit: closedForm(fitNearestCells),
    values: { k: [5, 10, 15, 30, 50, 100], components: [10, 20, 30, 50] },
  },
  pca: { fit: closedForm(fitPcaRegression), values: { components: [10, 20, 30, 50, 75, 100, 150, 200] } },
  affine: { fit: closedForm(fitAffine), values: { lambda: [0.1, 0.3, 1, 3, 10, 30, 100, 300] } },
  "affine-pca": {
    fit: closedForm(fitAffinePca),
    values: { components: [10, 20, 30, 50, 100], lambda: [0.3, 1, 3, 10, 30], tau: [0.2, 0.4, 0.6] },
  },
  ridge: { fit: closedForm(fitRidge), values: { lambda: [1e3, 2e3, 3e3, 5e3, 1e4, 2e4, 3e4, 1e5] } },
  "linear-fusion": {
    fit: closedForm(fitLinearFusion),
    values: { components: [10, 20, 30, 50, 100], lambda: [0.5, 2, 8, 30], tau: [0.2, 0.4, 0.6] },
  },
  dae: {
    fit: network(fitDae),
    values: { hidden: [256, 512, 1024], bottleneck: [32, 64, 128, 256], ...LEARNING_RATES },
  },
  vae: {
    fit: network(fitVae),
    values: { hidden: [256, 512, 1024], latent: [16, 32, 64, 128], beta: [0.03, 0.1, 0.3, 1], ...LEARNING_RATES },
  },
  zinb: {
    fit: network(fitZinb),
    values: { hidden: [256, 512], bottleneck: [32, 64, 128], likelihood: ["zinb", "nb"], ...LEARNING_RATES },
  },
  "diffrepairer-paper": {
    fit: network(fitTransformer),
    values: {
      ...{ heads: [4, 8], feedForward: [512, 1024], dropout: [0, 0.1] },
      ...{ learningRate: [1e-4, 3e-4, 5e-4, 1e-3], weightDecay: [1e-4, 1e-2] },
    },
  },
  diffrepairer: {
    fit: network(fitDiffRepairer),
    values: {
      ...{
        tau: [0.2, 0.4, 0.6],
        components: [30, 100],
        lambda: [2, 8],
        tokens: [8, 32],
        width: [64, 128],
        layers: [1, 2],
        dropout: [0.1, 0.2, 0.3],
      },
      fusionWeight: [0.3, 1, 3],
      ...{ learningRate: [5e-4, 1e-3, 2e-3], weightDecay: [1e-4, 1e-2] },
    },
  },
  diffusion: {
    fit: network(fitDiffusion),
    values: {
      ...{ process: ["noise", "cold"], steps: [1, 4, 10], feedForward: [512, 1024] },
      ...{ learningRate: [1e-4, 5e-4, 1e-3], weightDecay: [1e-4, 1e-2] },
    },
  },
  magic: {
    fit: closedForm(fitMagic),
    values: { t: [1, 2, 3, "auto"], knn: [3, 5, 10, 15], decay: [1, 2, null], withTraining: [false, true] },
  },
  cqn: {
    fit: closedForm(fitCqn),
    values: { fittedGenes: [200, 500, 1000], tau: [0.3, 0.5, 0.7], sqn: [true, false] },
  },
};

/** Draws of settings after which a space is taken to hold no others. */
const MOST_DRAWS = 1000;

/**
 * The settings to try of a method: its defaults, and different ones drawn from its space, fewer where the space is small.
 *
 * @param count - how many, the defaults among them.
 */
export const settingsToTry = (id: string, { values }: SearchSpace, count: number, seed: number): Settings[] => {
  const rng = random(seed, "tune", id);
  const drawn = new Map<string, Settings>();
  for (let draws = 0; drawn.size < count - 1 && draws < MOST_DRAWS; draws++) {
    const settings = Object.fromEntries(
      Object.entries(values).map(([name, choices]) => [name, choices[rng.integer(choices.length)]!]),
    );
    drawn.set(JSON.stringify(settings), settings);
  }
  return [{}, ...drawn.values()];
};
