import { existsSync } from "node:fs";
import { join } from "node:path";
import { backend } from "../engine/backend.js";
import { dae } from "./dae.js";
import { setWeights } from "./fit-network.js";
import type { NetworkConfig, NetworkKind } from "./network.js";
import { MODEL_FILE, NetworkModel } from "./network-model.js";
import { readTensorFile } from "./tensor-file.js";
import type { TrainingHistory } from "./training-options.js";
import { transformer } from "./transformer.js";

const KINDS: Readonly<Record<string, NetworkKind<never>>> = { dae, transformer };

/** Loads a network that {@link NetworkModel.save} wrote into a folder. */
export async function loadModel(folder: string): Promise<NetworkModel> {
  const path = join(folder, MODEL_FILE);
  if (!existsSync(path)) throw new Error(`There is no saved model in ${folder} (${MODEL_FILE} is missing).`);
  const { metadata, tensors } = readTensorFile(path);
  const saved = JSON.parse(metadata["model"] ?? "{}") as SavedModel;
  const kind = KINDS[saved.kind] as NetworkKind | undefined;
  const { "scaling.mean": mean, "scaling.sd": sd, ...weights } = tensors;
  if (!kind || !mean || !sd) throw new Error(`${path} holds no model of this library (kind: ${String(saved.kind)}).`);
  const { tf } = await backend();
  const network = kind.build(tf, saved.genes.length, saved.config, 0);
  setWeights(tf, network, Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data])));
  const { config, genes, history } = saved;
  return new NetworkModel(tf, kind, network, { config, genes, history, scaling: { mean: mean.data, sd: sd.data } });
}

interface SavedModel {
  readonly kind: string;
  readonly config: NetworkConfig;
  readonly genes: readonly string[];
  readonly history: TrainingHistory;
}
