import type { RepairMethod } from "../../lib/repair/index.js";
import { SEARCH_SPACES, type SearchSpace, type Settings, settingsToTry } from "../tune/search-space.js";
import type { Ground, Study, Variant } from "./study.js";

/** Values of each setting beside its default, one of which is changed at a time; of other methods what `tune` draws from. */
const ONE_AT_A_TIME: Readonly<Record<string, SearchSpace["values"]>> = {
  diffrepairer: {
    ...{ width: [32, 64, 256], layers: [1, 4], attentionHeads: [2, 4], tokens: [8, 16, 64], feedForward: [128, 1024] },
    ...{ learningRate: [2.5e-4, 5e-4, 2e-3, 4e-3], batchSize: [16, 32, 128], dropout: [0, 0.2, 0.3] },
    ...{ fusionWeight: [0.2, 5], spread: [0, 1], context: ["mlp"] },
  },
  "diffrepairer-paper": {
    ...{ width: [64, 128, 512], layers: [1, 2, 8], heads: [2, 4], tokens: [8, 32], feedForward: [256, 2048] },
    ...{ learningRate: [1e-4, 3e-4, 1e-3], batchSize: [16, 32, 128], dropout: [0.1, 0.3] },
  },
};

/** How many settings the random search draws, the defaults among them. */
const DRAWS = 9;

/** A method with settings of its own, as a variant. */
const withSettings = ({ methods }: Ground, id: string, name: string, settings: Settings): Variant => {
  const { fit } = SEARCH_SPACES[id]!;
  const method: RepairMethod = { ...methods[id]!, fit: (data, training) => fit(data, settings, training ?? {}) };
  return { name, methods: { [id]: method }, options: settings };
};

/** The methods that have settings. */
const withSpaces = ({ ids, onLine }: Ground): string[] => {
  const known = ids.filter((id) => Object.hasOwn(SEARCH_SPACES, id));
  if (known.length === 0)
    onLine(`none of ${ids.join(", ")} has settings; those with are ${Object.keys(SEARCH_SPACES).join(", ")}`);
  return known;
};

/** Settings one at a time. */
export const hyperParameters: Study = {
  name: "hyper-parameters",
  question:
    "How much do width, depth, heads, tokens, learning rate, batch, dropout and loss weights matter, one at a time?",
  variants: (ground) =>
    withSpaces(ground).flatMap((id) => [
      withSettings(ground, id, "defaults", {}),
      ...Object.entries(ONE_AT_A_TIME[id] ?? SEARCH_SPACES[id]!.values).flatMap(([name, values]) =>
        values.map((value) => withSettings(ground, id, `${name} ${String(value)}`, { [name]: value })),
      ),
    ]),
};

/** Settings drawn at random, the same for every seed of the data. */
export const randomSearch: Study = {
  name: "random-search",
  question: "How far do settings drawn at random lie from one another, and from the defaults?",
  variants: (ground) =>
    withSpaces(ground).flatMap((id) =>
      settingsToTry(id, SEARCH_SPACES[id]!, DRAWS, 0).map((settings, draw) =>
        withSettings(ground, id, draw === 0 ? "defaults" : `draw ${draw}`, settings),
      ),
    ),
};
