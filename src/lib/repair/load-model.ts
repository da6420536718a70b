import { existsSync } from "node:fs";
import { join } from "node:path";
import { backend } from "../engine/backend.js";
import { dae } from "./dae.js";
import { diffrepairer, diffrepairerKnown } from "./diffrepairer/diffrepairer.js";
import { diffusion } from "./diffusion.js";
import { student } from "./distil.js";
import { setWeights } from "./fit-network.js";
import type { NetworkConfig, NetworkKind } from "./network.js";
import { MODEL_FILE, NetworkModel } from "./network-model.js";
import { knownSeverities, SeverityEstimator, type SeverityArrays } from "./severity-estimator.js";
import { estimatedBy } from "./severity-source.js";
import { readTensorFile, type TensorFile } from "./tensor-file.js";
import type { TrainingHistory } from "./training-options.js";
import { transformer, transformerConditioned } from "./transformer.js";
import { vae } from "./vae.js";
import { zinb } from "./zinb.js";

const KINDS: Readonly<Record<string, NetworkKind<never>>> = Object.fromEntries(
  [dae, student, vae, zinb, transformer, transformerConditioned, diffusion, diffrepairer, diffrepairerKnown].map(
    (kind) => [kind.name, kind],
  ),
);

/** Loads a network that {@link NetworkModel.save} wrote into a folder. */
export async function loadModel(folder: string): Promise<NetworkModel> {
  const path = join(folder, MODEL_FILE);
  if (!existsSync(path)) throw new Error(`There is no saved model in ${folder} (${MODEL_FILE} is missing).`);
  const { metadata, tensors } = readTensorFile(path);
  const saved = JSON.parse(metadata["model"] ?? "{}") as SavedModel;
  const kind = KINDS[saved.kind] as NetworkKind | undefined;
  const { mean, sd } = vectors(tensors, "scaling");
  if (!kind || !mean || !sd) throw new Error(`${path} holds no model of this library (kind: ${String(saved.kind)}).`);
  const { tf } = await backend();
  const { config, genes, history } = saved;
  const scaling = { mean, sd };
  const facts = vectors(tensors, "facts");
  const estimator = vectors(tensors, "severity");
  const estimated =
    "weights" in estimator && estimatedBy(new SeverityEstimator(estimator as unknown as SeverityArrays));
  const severity = estimated || (kind.usesSeverity ? { of: knownSeverities } : undefined);
  const network = kind.build(tf, { genes: genes.length, scaling, facts }, config, 0);
  setWeights(network, Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data])));
  return new NetworkModel(tf, kind, network, { config, genes, history, scaling, facts, severity });
}

/** The arrays whose names start with a prefix, without it. */
function vectors(tensors: TensorFile["tensors"], prefix: string): Record<string, Float32Array> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(own.map(([name, { data }]) => [name.slice(prefix.length + 1), data]));
}

interface SavedModel {
  readonly kind: string;
  readonly config: NetworkConfig;
  readonly genes: readonly string[];
  readonly history: TrainingHistory;
}
