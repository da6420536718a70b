import { METHODS, type RepairMethod, type TrainingData } from "../../lib/repair/index.js";
import { mostComponents } from "../../lib/repair/principal-components.js";
import { SEARCH_SPACES, type Settings } from "./search-space.js";

/**
 * The settings of the largest gain of eight on the validation cells of PBMC3k and the mouse brain (split 0, 2,000 genes), where these are
 * not the defaults.
 */
export const TUNED: Readonly<Record<string, Settings>> = {
  knn: { k: 50, components: 30 },
  pca: { components: 200 },
  affine: { lambda: 0.1 },
  "affine-pca": { components: 100, lambda: 3, tau: 0.6 },
  ridge: { lambda: 1000 },
  "linear-fusion": { components: 100, lambda: 2, tau: 0.2 },
  "linear-fusion-known": { components: 100, lambda: 2, tau: 0.2 },
  dae: { hidden: 1024, bottleneck: 128, learningRate: 3e-4, weightDecay: 0.01 },
  vae: { hidden: 256, latent: 32, beta: 0.03, learningRate: 1e-3, weightDecay: 1e-4 },
  "diffrepairer-paper": { heads: 8, feedForward: 512, dropout: 0, learningRate: 1e-3, weightDecay: 0.01 },
  magic: { t: 1, knn: 5, decay: null, withTraining: true },
  cqn: { fittedGenes: 1000, tau: 0.3, sqn: true },
};

/** Methods that are told the severities, and the ones whose search space they share. */
const TOLD: Readonly<Record<string, { readonly space: string; readonly told: Settings }>> = {
  "linear-fusion-known": { space: "linear-fusion", told: { severity: "known" } },
};

/** All repair methods with the settings of {@link TUNED}. */
export const TUNED_METHODS: Readonly<Record<string, RepairMethod>> = Object.fromEntries(
  Object.entries<RepairMethod>(METHODS).map(([id, method]) => {
    const settings = TUNED[id];
    if (!settings) return [id, method];
    const { space = id, told = {} } = TOLD[id] ?? {};
    const { fit } = SEARCH_SPACES[space]!;
    return [
      id,
      { ...method, fit: (data, training = {}) => fit(data, { ...fitting(settings, data), ...told }, training) },
    ];
  }),
);

/** The settings as far as small data allow. */
const fitting = (settings: Settings, data: TrainingData): Settings =>
  typeof settings["components"] === "number"
    ? { ...settings, components: Math.min(settings["components"], mostComponents(data)) }
    : settings;
