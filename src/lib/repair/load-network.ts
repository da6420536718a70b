import { join } from "node:path";
import { backend } from "../engine/backend.js";
import type { Tf } from "../engine/tensorflow.js";
import { readContained } from "../io/contained-file.js";
import { FileError } from "../io/file-error.js";
import type { Network, NetworkKind } from "./network.js";
import { NetworkModel } from "./network-model.js";
import type { Start } from "./parameters.js";
import { CONFIG_FILE, meaningOf, parseSavedModel, sha256, WEIGHTS_FILE, type SavedModel } from "./saved-model.js";
import { knownSeverities, SeverityEstimator, type SeverityArrays } from "./severity-estimator.js";
import { estimatedBy } from "./severity-source.js";
import { decodeTensors, MOST_TENSOR_BYTES, type TensorFile } from "./tensor-file.js";

/** Bytes of the settings' file at most. */
const MOST_CONFIG = 1 << 26;

/** What an estimator of severities knows of every gene. */
const ESTIMATOR_BY_GENE = ["severity.rate", "severity.level", "severity.length"];

/** Prefixes of the arrays that are no weights. */
const ARRAYS = ["scaling", "facts", "severity"] as const;

/**
 * Loads a saved network that is of one of some kinds.
 *
 * @throws FileError where a file is missing, damaged, of another version or kind, leaves the folder, or does not belong to the others.
 */
export async function loadNetwork(folder: string, kinds: readonly NetworkKind[]): Promise<NetworkModel> {
  const config = await readContained(folder, CONFIG_FILE, MOST_CONFIG);
  const weights = await readContained(folder, WEIGHTS_FILE, MOST_TENSOR_BYTES);
  if (!config || !weights) {
    const missing = config ? WEIGHTS_FILE : CONFIG_FILE;
    throw new FileError(folder, "", `there is no saved model in it (${missing} is missing)`, "Give a model's folder");
  }
  const saved = parseSavedModel(folder, config.toString("utf8"));
  const kind = kinds.find(({ name }) => name === saved.kind);
  if (!kind) {
    const advice = `This library knows ${kinds.map(({ name }) => name).join(", ")}`;
    throw new FileError(join(folder, CONFIG_FILE), "kind", `there is no kind "${saved.kind}"`, advice);
  }
  const tensors = checkedTensors(join(folder, WEIGHTS_FILE), weights, saved);
  const { tf } = await backend();
  const { genes, training, licence, description, metrics } = saved;
  const [scaling, facts, estimator] = ARRAYS.map((prefix) => vectors(tensors, prefix)) as [
    { mean: Float32Array; sd: Float32Array },
    Record<string, Float32Array>,
    Record<string, Float32Array>,
  ];
  const estimated =
    "weights" in estimator && estimatedBy(new SeverityEstimator(estimator as unknown as SeverityArrays));
  const severity = estimated || (kind.usesSeverity ? { of: knownSeverities } : undefined);
  const source = new WeightSource(join(folder, WEIGHTS_FILE), tensors);
  const network = source.build(tf, (start) =>
    kind.build(tf, { genes: genes.length, scaling, facts }, saved.config, start),
  );
  const { history, ...origin } = training;
  const about = { licence: licence ?? undefined, description: description ?? undefined, metrics };
  return new NetworkModel(tf, kind, network, {
    ...{ config: saved.config, genes, history, scaling, facts, severity, origin, about },
  });
}

/** The arrays of the weights' file, all finite, the scaling for the genes; the file is the one that the settings are of. */
function checkedTensors(path: string, file: Buffer, saved: SavedModel): TensorFile["tensors"] {
  const { metadata, tensors } = decodeTensors(path, file);
  const notFinite = Object.entries(tensors).find(([, { data }]) => !data.every(Number.isFinite));
  if (notFinite) {
    throw new FileError(path, notFinite[0], "it holds NaN or infinity", "Fetch the model, or train it again");
  }
  if (sha256(file) !== saved.weights.sha256 || metadata["meaning"] !== meaningOf(saved)) {
    const problem = `it does not belong to ${CONFIG_FILE} beside it: one of the two was changed or is of another model`;
    throw new FileError(path, "", problem, "Fetch or save both again");
  }
  const byGene = ["scaling.mean", "scaling.sd", ...("severity.weights" in tensors ? ESTIMATOR_BY_GENE : [])];
  for (const name of byGene) {
    const shape = tensors[name]?.shape ?? [];
    if (shape.length === 1 && shape[0] === saved.genes.length) continue;
    const problem = `it has shape [${shape.join(", ")}] where ${saved.genes.length} genes are named`;
    throw new FileError(path, name, problem, "Fetch or save the model again");
  }
  if (!tensors["scaling.sd"]!.data.every((sd) => sd > 0)) {
    throw new FileError(path, "scaling.sd", "a spread is not positive", "Fetch or save the model again");
  }
  return tensors;
}

/** The arrays whose names start with a prefix, without it. */
function vectors(tensors: TensorFile["tensors"], prefix: string): Record<string, Float32Array> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(own.map(([name, { data }]) => [name.slice(prefix.length + 1), data]));
}

/** Gives a network that is built its weights from a file, each once. */
class WeightSource {
  readonly #left: Set<string>;

  constructor(
    private readonly path: string,
    private readonly tensors: TensorFile["tensors"],
  ) {
    this.#left = new Set(
      Object.keys(tensors).filter((name) => !ARRAYS.some((prefix) => name.startsWith(`${prefix}.`))),
    );
  }

  build(tf: Tf, build: (start: Exclude<Start, number>) => Network): Network {
    const { registeredVariables } = tf.engine();
    const before = new Set(Object.keys(registeredVariables));
    let network: Network;
    try {
      network = build((name, shape) => this.#take(name, shape));
    } catch (cause) {
      for (const [name, variable] of Object.entries(registeredVariables)) if (!before.has(name)) variable.dispose();
      if (cause instanceof FileError) throw cause;
      const problem = `no network can be built of it (${(cause as Error).message.split("\n")[0]})`;
      throw new FileError(this.path, "", problem, "Fetch or save the model again", { cause });
    }
    const [unknown] = this.#left;
    if (unknown === undefined) return network;
    network.parameters.dispose();
    network.dispose?.();
    throw new FileError(this.path, unknown, "the network has no such weights", "Fetch or save the model again");
  }

  #take(name: string, shape: readonly number[]): Float32Array {
    const found = this.tensors[name];
    if (!found || !this.#left.delete(name)) {
      throw new FileError(this.path, name, "these weights are missing", "Fetch or save the model again");
    }
    if (found.shape.join() === shape.join()) return found.data;
    const problem = `its shape is [${found.shape.join(", ")}]; the network needs [${shape.join(", ")}]`;
    throw new FileError(this.path, name, problem, "Fetch or save the model again");
  }
}
